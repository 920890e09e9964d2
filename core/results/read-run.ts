import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { UserError } from '../errors.js'
import { sha256Of } from '../files/hash.js'
import { readWholeFile } from '../files/read-file.js'
import { readSealedJson } from '../files/sealed-json.js'
import { nearestName } from '../nearest.js'
import type { ColumnsOf, Table } from '../observe/table.js'
import { type RunTable, type RunTableName, tables } from '../observe/tables.js'
import { type Manifest, manifestSchema } from './manifest.js'
import { runFiles, tablePath } from './run-directory.js'
import { type ReadOptions, StoredTable, type StoredTableOf } from './stored-table.js'
import { restoredSummary, type Summary, summarySchema } from './summary.js'
import type { Chosen, TableData } from './table-data.js'

/** Opens a table of a run directory. */
export function openRunTable<N extends RunTableName>(
  directory: string,
  name: N,
): Promise<StoredTableOf<RunTable<N>>>
export function openRunTable(directory: string, name: string): Promise<StoredTable>
export function openRunTable(directory: string, name: string): Promise<StoredTable> {
  const known: Table | undefined = tables.find((each) => each.name === name)
  return StoredTable.open(tablePath(directory, name), known)
}

type NamesOf<N extends RunTableName> = ColumnsOf<RunTable<N>>['name']

/** A run's results as they lie in its directory. Each file is read when asked for; a `UserError` names a bad one. */
export class StoredRun {
  readonly directory: string
  readonly manifest: Manifest

  constructor(directory: string, manifest: Manifest) {
    this.directory = directory
    this.manifest = manifest
  }

  /** The resolved scenario, YAML. */
  scenarioText(): string {
    return readScenario(join(this.directory, runFiles.scenario), this.manifest)
  }

  /** The same as data, unchecked. */
  scenario(): unknown {
    return readScenarioData(join(this.directory, runFiles.scenario), this.manifest)
  }

  /** The summary; NaN where a figure was not finite. */
  summary(): Summary {
    return readSummary(join(this.directory, runFiles.summary), this.manifest)
  }

  /** Opens a table, to be read whole or one row group at a time; one that cotwin writes has the types of its columns. */
  table<N extends RunTableName>(name: N): Promise<StoredTableOf<RunTable<N>>>
  table(name: string): Promise<StoredTable>
  async table(name: string): Promise<StoredTable> {
    checkTable(this.directory, this.manifest, name)
    return openRunTable(this.directory, name)
  }

  /** The rows of a table by its name, as columns; a `UserError` where the run has none of that name. */
  readTable<N extends RunTableName, K extends NamesOf<N> = NamesOf<N>>(
    name: N,
    options?: ReadOptions<K>,
  ): Promise<TableData<Chosen<ColumnsOf<RunTable<N>>, K>>>
  readTable(name: string, options?: ReadOptions): Promise<TableData>
  async readTable(name: string, options?: ReadOptions): Promise<TableData> {
    return (await this.table(name)).read(options)
  }
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
  return new StoredRun(directory, readSealedJson(manifestPath, manifestSchema))
}

function readSummary(path: string, { status, reason }: Manifest): Summary {
  if (!existsSync(path)) {
    const ending = status === 'running' ? 'was killed, or has not ended yet' : `${status}: ${reason}`
    throw new UserError({ message: `is missing: the run ${ending}`, place: { file: path } })
  }
  return restoredSummary(readSealedJson(path, summarySchema))
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
