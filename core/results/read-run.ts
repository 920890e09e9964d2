import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { UserError } from '../errors.js'
import { sha256Of } from '../files/hash.js'
import { readWholeFile } from '../files/read-file.js'
import { readSealedJson } from '../files/sealed-json.js'
import { nearestName } from '../nearest.js'
import { type Manifest, manifestSchema } from './manifest.js'
import { runFiles, tablePath } from './run-directory.js'
import { storedSummarySchema, summaryOf } from './stored-summary.js'
import { type ReadOptions, StoredTable } from './stored-table.js'
import type { Summary } from './summary.js'
import type { TableData } from './table-data.js'

/** A run's results as they lie in its directory. Each file is read when asked for; a `UserError` names a bad one. */
export interface StoredRun {
  readonly directory: string
  readonly manifest: Manifest
  /** The resolved scenario, YAML. */
  scenarioText(): string
  /** The same as data, unchecked. */
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
  const manifest = readSealedJson(manifestPath, manifestSchema)
  const table = async (name: string) => {
    checkTable(directory, manifest, name)
    return StoredTable.open(tablePath(directory, name))
  }
  return {
    directory,
    manifest,
    scenarioText: () => readScenario(join(directory, runFiles.scenario), manifest),
    scenario: () => readScenarioData(join(directory, runFiles.scenario), manifest),
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
  return summaryOf(readSealedJson(path, storedSummarySchema))
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

function readScenario(path: string, { scenarioFileHash }: Manifest): string {
  const bytes = readWholeFile(path)
  if (scenarioFileHash === undefined || sha256Of(bytes) === scenarioFileHash)
    return new TextDecoder().decode(bytes)
  const message = `is damaged or was changed: its SHA-256 is not the one that ${runFiles.manifest} states`
  throw new UserError({ message, place: { file: path } })
}

function readScenarioData(path: string, manifest: Manifest): unknown {
  const text = readScenario(path, manifest)
  try {
    return parse(text)
  } catch (error) {
    const message = `the file is damaged: ${(error as Error).message}`
    throw new UserError({ message, place: { file: path } })
  }
}
