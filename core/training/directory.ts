import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { type Problem, UserError } from '../errors.js'
import { hashOfFiles } from '../files/hash.js'
import { readSealedJson, writeSealedJson } from '../files/sealed-json.js'
import type { SavedState } from '../plugin/saved-state.js'
import { writeState } from '../plugin/state-file.js'
import {
  notResumable,
  readCheckpoint,
  UnusableCheckpoint,
  writeCheckpoint,
} from '../results/checkpoint-file.js'
import { cpuSchema, sourceSchema } from '../results/manifest.js'
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
  /** What it is made from, and with. */
  sources: Type.Array(sourceSchema),
  cotwin: Type.String(),
  programs: Type.String(),
  node: Type.String(),
  cpu: cpuSchema,
  tensor: Type.Optional(Type.String()),
})

/** `training.json`: what a training is of, so that it is resumed as it was begun. */
export type TrainingIdentity = Readonly<Static<typeof identitySchema>>

/** The folder of the checkpoints before the last. */
const BEFORE = 'before'

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

  writeIdentity(identity: TrainingIdentity): void {
    mkdirSync(join(this.path, trainingFiles.checkpoints, BEFORE), { recursive: true })
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

  /** Keeps the one before as well, lest this one be damaged. */
  writeCheckpoint(label: string, state: SavedState): void {
    const path = this.#checkpointOf(label)
    if (existsSync(path)) renameSync(path, this.#checkpointBefore(label))
    writeCheckpoint(path, state)
  }

  /** Writes what is left to know of a scheduler that has ended, in place of all its checkpoints. */
  writeEnd(label: string, state: SavedState): void {
    writeCheckpoint(this.#checkpointOf(label), state)
    writeCheckpoint(this.#checkpointBefore(label), state)
  }

  /**
   * The last checkpoint of a scheduler, or the one before where that is damaged or `violationOf` says what is wrong with it,
   * of which `warn` hears; undefined where its training had not come to one. Throws a `UserError` where there are some and
   * none can be used.
   */
  readCheckpoint(
    label: string,
    warn: (problem: Problem) => void = () => {},
    violationOf: (state: SavedState) => string | undefined = () => undefined,
  ): SavedState | undefined {
    const unusable: Problem[] = []
    for (const file of [this.#checkpointOf(label), this.#checkpointBefore(label)]) {
      if (!existsSync(file)) continue
      try {
        const state = readCheckpoint(file)
        const violation = violationOf(state)
        if (violation !== undefined) throw new UnusableCheckpoint(notResumable(violation))
        unusable.forEach(warn)
        return state
      } catch (error) {
        if (!(error instanceof UnusableCheckpoint)) throw error
        unusable.push({ message: error.message, place: { file } })
      }
    }
    if (unusable.length === 0) return undefined
    const message = `none of the checkpoints of ${label} can be used; expected one that can, or a new training`
    throw new UserError([...unusable, { message, place: { file: this.path } }])
  }

  /** Whether a training was begun here that can be gone on with. */
  canGoOn(): boolean {
    try {
      const { labels, scenarioFileHash } = this.readIdentity()
      for (const label of labels) this.readCheckpoint(label)
      return hashOfFiles(this.scenario) === scenarioFileHash
    } catch (error) {
      if (error instanceof UserError) return false
      throw error
    }
  }

  writeSummary(summary: TrainingSummary): void {
    writeSealedJson(join(this.path, trainingFiles.summary), summary)
  }

  #checkpointOf(label: string): string {
    return join(this.path, trainingFiles.checkpoints, `${fileName(label)}.safetensors`)
  }

  #checkpointBefore(label: string): string {
    return join(this.path, trainingFiles.checkpoints, BEFORE, `${fileName(label)}.safetensors`)
  }
}

/** A label as the name of a file. */
const fileName = (label: string): string => encodeURIComponent(label).replace(/^\./, '%2E')
