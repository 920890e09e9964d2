import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.js'
import type { SavedState } from '../plugin/saved-state.js'
import { writeState } from '../plugin/state-file.js'
import { readCheckpoint, UnusableCheckpoint, writeCheckpoint } from '../results/checkpoint-file.js'
import { jsonText, writeTextFile } from '../results/text-file.js'
import { type TrainingSummary, trainingFiles } from '../results/training-results.js'

/** `training.json`: what a training is of, so that it is resumed as it was begun. */
export interface TrainingIdentity {
  readonly scenario: string
  /** Of `scenario.yaml` beside it. */
  readonly scenarioHash: string
  readonly seed: number
  /** The schedulers to train, in this order. */
  readonly labels: readonly string[]
}

/** The files of one training, in its directory. */
export class TrainingDirectory {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  get scenario(): string {
    return join(this.path, trainingFiles.scenario)
  }

  /** The best weights of a scheduler. */
  weightsOf(label: string): string {
    return join(this.path, `${fileName(label)}.safetensors`)
  }

  writeIdentity(identity: TrainingIdentity & object): void {
    mkdirSync(join(this.path, trainingFiles.checkpoints), { recursive: true })
    writeTextFile(join(this.path, trainingFiles.identity), jsonText(identity))
  }

  /** Throws a `UserError` where this is no training directory. */
  readIdentity(): TrainingIdentity {
    const path = join(this.path, trainingFiles.identity)
    if (!existsSync(path)) {
      const message = `is no training directory: it has no ${trainingFiles.identity}`
      throw new UserError({ message, place: { file: this.path } })
    }
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as TrainingIdentity
    } catch (error) {
      throw new UserError({
        message: `the file is damaged: ${(error as Error).message}`,
        place: { file: path },
      })
    }
  }

  writeWeights(label: string, policy: SavedState, origin: Readonly<Record<string, string>>): void {
    writeState(this.weightsOf(label), policy, { kind: 'policy', ...origin })
  }

  writeCheckpoint(label: string, state: SavedState): void {
    writeCheckpoint(this.#checkpointOf(label), state)
  }

  /** Undefined where the scheduler's training had not come to one. */
  readCheckpoint(label: string): SavedState | undefined {
    const path = this.#checkpointOf(label)
    if (!existsSync(path)) return undefined
    try {
      return readCheckpoint(path)
    } catch (error) {
      if (!(error instanceof UnusableCheckpoint)) throw error
      throw new UserError({ message: error.message, place: { file: path } }, { cause: error })
    }
  }

  writeSummary(summary: TrainingSummary): void {
    writeTextFile(join(this.path, trainingFiles.summary), jsonText(summary))
  }

  #checkpointOf(label: string): string {
    return join(this.path, trainingFiles.checkpoints, `${fileName(label)}.safetensors`)
  }
}

/** A label as the name of a file. */
const fileName = (label: string): string => encodeURIComponent(label).replace(/^\./, '%2E')
