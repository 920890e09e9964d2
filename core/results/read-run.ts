import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Static, TSchema } from 'typebox'
import { parse } from 'yaml'
import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import { flawOf } from '../value-flaw.js'
import { type Manifest, manifestSchema } from './manifest.js'
import { runFiles, tablePath } from './run-directory.js'
import { storedSummarySchema, summaryOf } from './stored-summary.js'
import { type ReadOptions, StoredTable } from './stored-table.js'
import type { Summary } from './summary.js'
import { fileError } from './system-error.js'
import type { TableData } from './table-data.js'

/** A run's results as they lie in its directory. Each file is read when asked for; a `UserError` names a bad one. */
export interface StoredRun {
  readonly directory: string
  readonly manifest: Manifest
  /** The resolved scenario as YAML data, unchecked. */
  scenario(): unknown
  /** The summary; NaN where a figure was not finite. */
  summary(): Summary
  /** Opens a table, to be read whole or one row group at a time. */
  table(name: string): Promise<StoredTable>
  /** The rows of a table by its name, as columns; a `UserError` where the run has none of that name. */
  readTable(name: string, options?: ReadOptions): Promise<TableData>
}

/** Opens a run directory, however its run ended. */
export function openRun(directory: string): StoredRun {
  const manifestPath = join(directory, runFiles.manifest)
  if (!existsSync(manifestPath)) {
    throw new UserError({
      message: `is no run directory: it has no ${runFiles.manifest}`,
      place: { file: directory },
    })
  }
  const manifest = readJson(manifestPath, manifestSchema)
  const table = async (name: string) => {
    checkTable(directory, manifest, name)
    return StoredTable.open(tablePath(directory, name))
  }
  return {
    directory,
    manifest,
    scenario: () => parsed(join(directory, runFiles.scenario), parse),
    summary: () => readSummary(join(directory, runFiles.summary), manifest),
    table,
    readTable: async (name, options) => (await table(name)).read(options),
  }
}

function readSummary(path: string, { status, reason }: Manifest): Summary {
  if (!existsSync(path)) {
    const ending = status === 'running' ? 'was killed, or has not ended yet' : `${status}: ${reason}`
    throw new UserError({ message: `is missing: the run ${ending}`, place: { file: path } })
  }
  return summaryOf(readJson(path, storedSummarySchema))
}

function checkTable(directory: string, manifest: Manifest, name: string): void {
  const names = manifest.tables.map((table) => table.name)
  if (names.includes(name)) return
  const suggestion = nearestName(name, names)
  throw new UserError({
    message: `there is no table "${name}"; there are ${names.join(', ')}`,
    place: { file: directory },
    ...(suggestion && { suggestion }),
  })
}

function readJson<S extends TSchema>(path: string, schema: S): Static<S> {
  const value = parsed(path, JSON.parse)
  const flaw = flawOf(schema, value)
  if (flaw !== undefined) throw damaged(path, flaw)
  return value as Static<S>
}

function parsed(path: string, parse: (text: string) => unknown): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw fileError(path, 'cannot be read', error)
  }
  try {
    return parse(text)
  } catch (error) {
    throw damaged(path, (error as Error).message)
  }
}

const damaged = (path: string, reason: string): UserError =>
  new UserError({ message: `the file is damaged: ${reason}`, place: { file: path } })
