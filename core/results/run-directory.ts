import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import { DiskReserve } from '../files/disk-reserve.js'
import { isClaim, lockDirectory, type RunLock } from '../files/lock.js'
import { makeDirectories, makeDirectory, removeDirectories } from '../files/make-directory.js'
import { sealedJson } from '../files/sealed-json.js'
import { fileError, isFullDisk } from '../files/system-error.js'
import { isUnfinished, removeUnfinished } from '../files/unfinished.js'
import { writeTextFile } from '../files/write-file.js'
import { tables } from '../observe/tables.js'
import { FOLDER as CHECKPOINTS, removeCheckpoints } from './checkpoints.js'
import type { Manifest } from './manifest.js'
import { partialPath } from './parquet-file.js'
import { type Summary, storedSummary } from './summary.js'

/** The files of a run directory, beside its tables. */
export const runFiles = {
  scenario: 'scenario.yaml',
  manifest: 'manifest.json',
  summary: 'summary.json',
} as const

/** The file of a table in a run directory. */
export const tablePath = (directory: string, table: string): string => join(directory, `${table}.parquet`)

export interface RunDirectoryOptions {
  /** The run directory itself, in place of a new one under `base`; it may be there if it is empty. */
  readonly out?: string
  /** What its scenario will say: where a process was killed that had written no more than that, this one begins anew. */
  readonly scenario?: string
  /** When the run starts; now, unless a test says otherwise. */
  readonly start?: Date
}

/**
 * Creates a run's directory, `<base>/<name>-<UTC time>-<first 8 of hash>` or `out`, and takes it for this process.
 *
 * One that is there is never written to: the name gets `-2`, `-3`, …, and an `out` that is not empty is refused,
 * unless all there is was left by a process that was killed before it had begun the same run.
 * Where files cannot be created, a `UserError` says which path and why, and nothing is left behind.
 */
export function createRunDirectory(
  base: string,
  name: string,
  hash: string,
  { out, scenario, start = new Date() }: RunDirectoryOptions = {},
): RunDirectory {
  const created = makeDirectories(out ?? base)
  const path = out ?? join(base, directoryName(name, hash, start))
  try {
    if (out === undefined) {
      const free = makeFreeDirectory(path)
      created.push(free)
      return lockedDirectory(free, { created })
    }
    refuseUnlessEmpty(out, scenario)
    return lockedDirectory(out, { created, empty: true, ...(scenario !== undefined && { scenario }) })
  } catch (error) {
    removeDirectories(created)
    throw fileError(path, 'the results cannot be written here', error)
  }
}

/**
 * Opens the directory of a run that was killed or interrupted, to go on with it; a `UserError` where another process
 * still writes to it.
 */
export function reopenRunDirectory(path: string, onWarning: (problem: Problem) => void): RunDirectory {
  try {
    return lockedDirectory(path, { onWarning })
  } catch (error) {
    throw fileError(path, 'the results cannot be written here', error)
  }
}

interface LockedOptions {
  readonly created?: readonly string[]
  /** Whether there must be nothing in it yet. */
  readonly empty?: boolean
  readonly scenario?: string
  readonly onWarning?: (problem: Problem) => void
}

function lockedDirectory(
  path: string,
  { created = [], empty = false, scenario, onWarning }: LockedOptions,
): RunDirectory {
  const lock = lockDirectory(path, {
    ...(onWarning && { onWarning }),
    ...(empty && { expected: 'a directory that is empty or does not exist yet' }),
  })
  try {
    // Asked again: another process may have begun a run here in the meantime, and ended it.
    if (empty) refuseUnlessEmpty(path, scenario)
    removeUnfinished(path)
    return new RunDirectory(path, lock, created)
  } catch (error) {
    lock.release()
    throw error
  }
}

/** What a process leaves that is killed before it has begun is nothing: nothing is lost where the same begins there. */
function refuseUnlessEmpty(path: string, scenario: string | undefined): void {
  const isNothing = (name: string) =>
    isClaim(name) ||
    isUnfinished(name) ||
    (name === runFiles.scenario && isFileOf(join(path, name), scenario)) ||
    (name === CHECKPOINTS && holdsNoFile(join(path, name)))
  if (readdirSync(path).every(isNothing)) return
  const message = 'is not empty; name a directory that is empty or does not exist yet'
  throw new UserError({ message, place: { file: path } })
}

const isFileOf = (path: string, text: string | undefined): boolean =>
  text !== undefined && lstatSync(path).isFile() && readFileSync(path, 'utf8') === text

/** Whether it is a folder in which there are only folders. */
const holdsNoFile = (path: string): boolean =>
  lstatSync(path).isDirectory() && readdirSync(path).every((name) => holdsNoFile(join(path, name)))

function directoryName(name: string, hash: string, start: Date): string {
  const time = start
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-')
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60)
  return `${plain}-${time}-${hash.slice(0, 8)}`
}

/** Creates the directory under this name or the first free one with a number after it. */
function makeFreeDirectory(path: string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`
    if (makeDirectory(candidate)) return candidate
  }
}

/** Where a run writes its files; each is there in full or not at all. */
export class RunDirectory {
  readonly path: string
  readonly #created: readonly string[]
  readonly #lock: RunLock
  readonly #reserve: DiskReserve

  /** `created`: the directories that came to be for this run, outermost first. */
  constructor(path: string, lock: RunLock, created: readonly string[]) {
    this.path = path
    this.#lock = lock
    this.#created = created
    this.#reserve = new DiskReserve(path)
  }

  /** Says to other machines that the run goes on; to be called from time to time. */
  renewLock(): void {
    this.#lock.renew()
  }

  /** Writes the resolved scenario, YAML. */
  writeScenario(yaml: string): void {
    this.#write(runFiles.scenario, yaml)
  }

  writeManifest(manifest: Manifest): void {
    this.#write(runFiles.manifest, sealedJson(manifest))
  }

  /** Writes the summary as `storedSummary` has it. */
  writeSummary(summary: Summary): void {
    this.#write(runFiles.summary, sealedJson(storedSummary(summary)))
  }

  /** Lets others have the directory, and the room that is held for a full disk; call it when the run has ended. */
  close(): void {
    this.#reserve.release()
    this.#lock.release()
  }

  /**
   * Takes back a run that came to nothing: its files, and every directory that was created for it.
   *
   * What somebody else has put there since stays.
   */
  discard(): void {
    const paths = [
      ...Object.values(runFiles).map((name) => join(this.path, name)),
      ...tables.map(({ name }) => tablePath(this.path, name)).flatMap((path) => [path, partialPath(path)]),
    ]
    for (const path of paths) rmSync(path, { force: true })
    removeCheckpoints(this.path)
    removeUnfinished(this.path)
    this.close()
    removeDirectories(this.#created)
  }

  #write(name: string, text: string): void {
    const path = join(this.path, name)
    try {
      writeTextFile(path, text)
    } catch (error) {
      if (!isFullDisk(error) || !this.#reserve.release()) throw error
      writeTextFile(path, text)
    }
  }
}
