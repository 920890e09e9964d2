import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import type { Row } from '../results/columns.js'
import { makeDirectories } from '../results/make-directory.js'
import { TableWriter } from '../results/parquet-table.js'
import { StoredTable } from '../results/stored-table.js'
import type { TableData } from '../results/table-data.js'
import { jsonText, writeTextFile } from '../results/text-file.js'
import { removeUnfinished, unfinishedPath } from '../unfinished.js'
import { isValid } from '../value-flaw.js'
import { cellTables } from './cell-tables.js'

/** What is known of a finished cell beside its tables. */
const cellRecordSchema = Type.Object({
  address: Type.String(),
  scheduler: Type.String(),
  plugin: Type.String(),
  tier: Type.String(),
  seed: Type.Number(),
  /** Rounds played; fewer than asked for where a budget ended the run. */
  rounds: Type.Number(),
  /** Clients that spent their energy budget. */
  quit: Type.Number(),
  /** Wall-clock time it took, s. */
  seconds: Type.Number(),
  /** Cells that ran at once where it ran, which is what its decision times were measured under. */
  workers: Type.Number(),
  endedAt: Type.String(),
  cotwin: Type.String(),
  node: Type.String(),
  cpu: Type.String(),
  /** Rows of each table. */
  tables: Type.Record(Type.String(), Type.Number()),
})

/** What is kept of a finished cell beside its rows. */
export type CellRecord = Static<typeof cellRecordSchema>

/** Rows of a cell by table. */
export type CellRows = Readonly<Record<string, readonly Row[]>>

/** Unfinished files older than this are of nobody who still works on them. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000

/**
 * Finished cells in a directory, a few files each, named by address.
 *
 * A cell is there when its record is, and that is written last, under another name first: whatever ends a process, what
 * is there is whole. Several processes may share a directory.
 */
export class CellStore {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
  }

  /** Makes the directory, and removes what processes that were killed have left. */
  open(): void {
    makeDirectories(this.directory)
    removeUnfinished(this.directory, ABANDONED_AFTER_MS)
  }

  /** The record of a finished cell; undefined where it is not there or cannot be used. */
  record(address: string): CellRecord | undefined {
    const path = this.#path(address, 'json')
    if (!existsSync(path)) return undefined
    try {
      const record: unknown = JSON.parse(readFileSync(path, 'utf8'))
      if (!isValid(cellRecordSchema, record)) return undefined
      const complete = Object.keys(record.tables).every((table) =>
        existsSync(this.#tablePath(address, table)),
      )
      return complete ? record : undefined
    } catch {
      // Cut short by a full disk, or another's file: the cell runs again.
      return undefined
    }
  }

  /** Addresses of all cells that are there, of whichever suite. */
  addresses(): string[] {
    return readdirSync(this.directory).flatMap((name) =>
      name.endsWith('.json') && !name.startsWith('.') ? [name.slice(0, -'.json'.length)] : [],
    )
  }

  /** Names of a finished cell's files, that of its record last. */
  files(address: string): string[] {
    const tables = Object.keys(this.record(address)?.tables ?? {})
    return [...tables.map((table) => `${address}.${table}.parquet`), `${address}.json`]
  }

  /** A table of a finished cell. */
  async table(address: string, name: string): Promise<TableData> {
    return (await StoredTable.open(this.#tablePath(address, name))).read()
  }

  /** Keeps a finished cell; tables without rows, but for that of the rounds, are left out. */
  write(record: Omit<CellRecord, 'tables'>, rows: CellRows): void {
    const kept = cellTables.filter(({ name }) => name === 'rounds' || (rows[name]?.length ?? 0) > 0)
    for (const table of kept) {
      const path = this.#tablePath(record.address, table.name)
      const unfinished = unfinishedPath(path)
      const writer = new TableWriter(unfinished, table, { rowsPerGroup: 8192 })
      try {
        for (const row of rows[table.name] ?? []) writer.append(row)
      } finally {
        writer.close()
      }
      renameSync(unfinished, path)
    }
    const tables = Object.fromEntries(kept.map(({ name }) => [name, rows[name]?.length ?? 0]))
    writeTextFile(this.#path(record.address, 'json'), jsonText({ ...record, tables }))
  }

  #path(address: string, extension: string): string {
    return join(this.directory, `${address}.${extension}`)
  }

  #tablePath(address: string, table: string): string {
    return this.#path(address, `${table}.parquet`)
  }
}
