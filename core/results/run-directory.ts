import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import { DiskReserve } from './disk-reserve.js'
import { makeDirectories, makeDirectory, removeDirectories } from './make-directory.js'
import type { Manifest } from './manifest.js'
import { lockRun, type RunLock } from './run-lock.js'
import { sealedJson } from './sealed-json.js'
import { storedSummary } from './stored-summary.js'
import type { Summary } from './summary.js'
import { fileError, isFullDisk } from './system-error.js'
import { writeTextFile } from './text-file.js'

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
  /** When the run starts; now, unless a test says otherwise. */
  readonly start?: Date
}

/**
 * Creates a run's directory: `<base>/<name>-<UTC time>-<first 8 of hash>`, or `out`.
 *
 * One that is there is never written to: the name gets `-2`, `-3`, …, and an `out` that is not empty is refused.
 * Where files cannot be created, a `UserError` says which path and why, and nothing is left behind.
 */
export function createRunDirectory(
  base: string,
  name: string,
  hash: string,
  { out, start = new Date() }: RunDirectoryOptions = {},
): RunDirectory {
  const created = makeDirectories(out ?? base)
  const path = out ?? join(base, directoryName(name, hash, start))
  try {
    if (out === undefined) {
      const free = makeFreeDirectory(path)
      created.push(free)
      return new RunDirectory(free, created)
    }
    if (readdirSync(out).length > 0) {
      const message = 'is not empty; name a directory that is empty or does not exist yet'
      throw new UserError({ message, place: { file: out } })
    }
    return new RunDirectory(out, created)
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
  let directory: RunDirectory
  try {
    directory = new RunDirectory(path)
  } catch (error) {
    throw fileError(path, 'the results cannot be written here', error)
  }
  try {
    directory.lock(onWarning)
    return directory
  } catch (error) {
    directory.close()
    throw error
  }
}

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
  readonly #reserve: DiskReserve
  #lock: RunLock | undefined

  /** `created`: the directories that came to be for this run, outermost first. */
  constructor(path: string, created: readonly string[] = []) {
    this.path = path
    this.#created = created
    this.#reserve = new DiskReserve(path)
  }

  /** Keeps other processes from going on with the run; a `UserError` where one does so already. */
  lock(onWarning?: (problem: Problem) => void): void {
    this.#lock = lockRun(this.path, onWarning)
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
    this.#lock?.release()
    this.#lock = undefined
  }

  /** Takes back a run that came to nothing: its files, and every directory that was created for it. */
  discard(): void {
    this.close()
    for (const name of readdirSync(this.path)) rmSync(join(this.path, name), { recursive: true, force: true })
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
