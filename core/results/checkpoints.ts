import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import { removeDirectories } from '../files/make-directory.js'
import { fileError } from '../files/system-error.js'
import { isUnfinished, removeUnfinished } from '../files/unfinished.js'
import type { OpenFile } from '../files/write-file.js'
import type { SavedState } from '../plugin/saved-state.js'
import { notResumable, readCheckpoint, UnusableCheckpoint, writeCheckpoint } from './checkpoint-file.js'

/** When checkpoints are taken, and how many are kept. */
export interface CheckpointSettings {
  /** Null: none for the number of rounds alone. */
  readonly everyRounds: number | null
  /** Wall clock, s, unless that took more than a fiftieth of the time. Null: none for the time alone. */
  readonly everySeconds: number | null
  readonly keep: number
}

export interface CheckpointOptions {
  /** Told why one could not be written; the run goes on. */
  readonly onFailure?: (problem: Problem) => void
  readonly open?: OpenFile
  /** Wall clock, s. */
  readonly now?: () => number
}

/** The folder of a run directory that holds its checkpoints. */
export const FOLDER = 'checkpoints'

/** At most this share of a run's time goes into checkpoints that are taken for the time. */
const SHARE = 1 / 50

/** The checkpoints of a run, from which it can be resumed when it was killed. */
export class Checkpoints {
  readonly #folder: string
  readonly #settings: CheckpointSettings
  readonly #take: () => SavedState
  readonly #options: CheckpointOptions
  readonly #now: () => number
  #last: number
  #seconds = 0

  /** `take` gives the state of everything between two rounds. */
  constructor(
    runDirectory: string,
    settings: CheckpointSettings,
    take: () => SavedState,
    options: CheckpointOptions = {},
  ) {
    this.#folder = join(runDirectory, FOLDER)
    this.#settings = settings
    this.#take = take
    this.#options = options
    this.#now = options.now ?? (() => performance.now() / 1000)
    this.#last = this.#now()
  }

  /** Takes one when it is time to, so many rounds having been played. */
  after(rounds: number): void {
    const { everyRounds, everySeconds } = this.#settings
    const forRounds = everyRounds !== null && rounds % everyRounds === 0
    const wait = everySeconds === null ? Infinity : Math.max(everySeconds, this.#seconds / SHARE)
    if (forRounds || this.#now() - this.#last >= wait) this.#write(rounds)
  }

  /** Takes one before the run ends early, unless none are taken at all. */
  beforeEnd(rounds: number): void {
    const { everyRounds, everySeconds } = this.#settings
    if (everyRounds !== null || everySeconds !== null) this.#write(rounds)
  }

  /** Removes them all: a run that is finished needs none. */
  discard(): void {
    removeFrom(this.#folder)
  }

  #write(rounds: number): void {
    const start = this.#now()
    const state = this.#take()
    try {
      makeFolder(this.#folder)
      writeCheckpoint(join(this.#folder, fileName(rounds)), state, this.#options.open)
      this.#removeOld()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      for (const problem of error.problems) this.#options.onFailure?.(problem)
    }
    this.#last = this.#now()
    this.#seconds = this.#last - start
  }

  /** What a process left half-written when it was killed, too. */
  #removeOld(): void {
    removeUnfinished(this.#folder)
    for (const { file } of filesIn(this.#folder).slice(this.#settings.keep)) rmSync(file, { force: true })
  }
}

/** Whether a run has checkpoints, or something is left of their making. */
export function hasCheckpoints(runDirectory: string): boolean {
  const folder = join(runDirectory, FOLDER)
  const names = namesIn(folder)
  return filesIn(folder).length > 0 || names.some(isUnfinished) || (names.length === 0 && existsSync(folder))
}

/** Removes the checkpoints of a run, and nothing else. */
export const removeCheckpoints = (runDirectory: string): void => removeFrom(join(runDirectory, FOLDER))

function removeFrom(folder: string): void {
  if (!existsSync(folder)) return
  removeUnfinished(folder)
  for (const { file } of filesIn(folder)) rmSync(file, { force: true })
  removeDirectories([folder])
}

/** A state that a run can go on from. */
export interface FoundCheckpoint {
  readonly state: SavedState
  /** Newer ones that cannot be used, and why. */
  readonly unusable: readonly Problem[]
  /** Removes those, lest they be taken for later ones of the run that goes on. */
  removeUnusable(): void
}

/**
 * The newest checkpoint of a run that can be used; undefined where none was taken yet.
 *
 * `lacks` tells what else is missing to go on from one. A `UserError` names them all where none can be used.
 */
export function newestCheckpoint(
  runDirectory: string,
  lacks: (state: SavedState) => string | undefined,
): FoundCheckpoint | undefined {
  const unusable: (Problem & { place: { file: string } })[] = []
  const removeUnusable = () => {
    for (const { place } of unusable) rmSync(place.file, { force: true })
  }
  for (const { file } of filesIn(join(runDirectory, FOLDER))) {
    const place = { file }
    try {
      const state = readCheckpoint(file)
      const lacking = lacks(state)
      if (lacking === undefined) return { state, unusable, removeUnusable }
      unusable.push({ message: notResumable(lacking), place })
    } catch (error) {
      if (!(error instanceof UnusableCheckpoint)) throw error
      unusable.push({ message: error.message, place })
    }
  }
  if (unusable.length === 0) return undefined
  const message =
    'none of its checkpoints can be used; expected a run with one that can, or run its scenario.yaml again'
  throw new UserError([...unusable, { message, place: { file: runDirectory } }])
}

const fileName = (rounds: number): string => `round-${rounds}.safetensors`

/** The checkpoints in a folder, newest first. */
function filesIn(folder: string): { rounds: number; file: string }[] {
  return namesIn(folder)
    .flatMap((name) => {
      const [, rounds] = /^round-(\d+)\.safetensors$/.exec(name) ?? []
      return rounds === undefined ? [] : [{ rounds: Number(rounds), file: join(folder, name) }]
    })
    .sort((a, b) => b.rounds - a.rounds)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fileError(folder, 'cannot be read', error)
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw fileError(folder, 'cannot be created', error)
  }
}
