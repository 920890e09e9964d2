import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { UserError } from '../errors.js'
import type { SavedState } from '../plugin/saved-state.js'
import { writeState } from '../plugin/state-file.js'
import { readCheckpoint, UnusableCheckpoint, writeCheckpoint } from '../results/checkpoint-file.js'
import { readSealedJson, writeSealedJson } from '../results/sealed-json.js'
import { type TrainingSummary, trainingFiles } from '../results/training-results.js'

const identitySchema = Type.Object({
  scenario: Type.String(),
  /** Of `scenario.yaml` beside it. */
  scenarioHash: Type.String(),
  /** SHA-256 of that file, byte for byte. */
  scenarioFileHash: Type.String(),
  seed: Type.Number(),
  /** The schedulers to train, in this order. */
  labels: Type.Array(Type.String()),
})

/** `training.json`: what a training is of, so that it is resumed as it was begun. */
export type TrainingIdentity = Readonly<Static<typeof identitySchema>>

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
    writeSealedJson(join(this.path, trainingFiles.identity), identity)
  }

  /** Throws a `UserError` where this is no training directory, or its file is damaged. */
  readIdentity(): TrainingIdentity {
    const path = join(this.path, trainingFiles.identity)
    if (!existsSync(path)) {
      const message = `is no training directory: it has no ${trainingFiles.identity}`
      throw new UserError({ message, place: { file: this.path } })
    }
    return readSealedJson(path, identitySchema)
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
    writeSealedJson(join(this.path, trainingFiles.summary), summary)
  }

  #checkpointOf(label: string): string {
    return join(this.path, trainingFiles.checkpoints, `${fileName(label)}.safetensors`)
  }
}

/** A label as the name of a file. */
const fileName = (label: string): string => encodeURIComponent(label).replace(/^\./, '%2E')
