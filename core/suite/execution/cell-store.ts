import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import Type, { type Static } from 'typebox'
import { type Problem, UserError } from '../../errors.js'
import { hashOfFiles } from '../../files/hash.js'
import { makeDirectories } from '../../files/make-directory.js'
import { readSealedJson, writeSealedJson } from '../../files/sealed-json.js'
import { removeUnfinished, replaceFile } from '../../files/unfinished.js'
import type { Column, ColumnsOf, Row, RowOf, Table } from '../../observe/table.js'
import { TableWriter } from '../../results/parquet-table.js'
import { StoredTable } from '../../results/stored-table.js'
import type { TableData } from '../../results/table-data.js'
import { type CellTable, type CellTableName, cellTables } from './cell-tables.js'
import { lostUpdatesSchema } from './lost-updates.js'

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
  /** Absent where nothing was lost. */
  unaggregated: Type.Optional(Type.Array(lostUpdatesSchema)),
  /** Wall-clock time it took, s. */
  seconds: Type.Number(),
  /** Cells that ran at once where it ran, which is what its decision times were measured under. */
  workers: Type.Number(),
  endedAt: Type.String(),
  cotwin: Type.String(),
  node: Type.String(),
  cpu: Type.String(),
  /** What tensors were computed with; absent in older ones. */
  tensor: Type.Optional(Type.String()),
  /** The machine that it ran on, by name. */
  host: Type.String(),
  /** Rows of each table. */
  tables: Type.Record(Type.String(), Type.Number()),
  /** SHA-256 of each table's file. */
  hashes: Type.Record(Type.String(), Type.String()),
})

/** What is kept of a finished cell beside its rows. */
export type CellRecord = Static<typeof cellRecordSchema>

/** Rows of a cell by table. */
export type CellRows = { readonly [N in CellTableName]?: readonly RowOf<CellTable<N>>[] }

/** How often a cell is written where others write it, too. */
const MOST_TRIES = 5

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
  /** Records of cells of which every byte was found to be as it was written. */
  readonly #whole = new Map<string, CellRecord>()

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
    const known = this.#whole.get(address)
    if (known) return known
    if (this.damage(address).length > 0 || !existsSync(this.#path(address, 'json'))) return undefined
    return this.#whole.get(address)
  }

  /** Why a cell that is there cannot be used; nothing where it can, or is not there. */
  damage(address: string): readonly Problem[] {
    const path = this.#path(address, 'json')
    if (this.#whole.has(address) || !existsSync(path)) return []
    try {
      const record = readSealedJson(path, cellRecordSchema)
      if (record.address !== address) return [problemOf(path, `is the record of the cell ${record.address}`)]
      const damaged = Object.entries(record.hashes).flatMap(([table, hash]) => {
        const file = this.#tablePath(address, table)
        if (!existsSync(file)) return [problemOf(file, 'is missing')]
        const what = `the file is damaged: its SHA-256 is not the one that ${basename(path)} states`
        return hashOfFiles(file) === hash ? [] : [problemOf(file, what)]
      })
      if (damaged.length === 0) this.#whole.set(address, record)
      return damaged
    } catch (error) {
      if (error instanceof UserError) return error.problems
      throw error
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
  async table<N extends CellTableName>(address: string, name: N): Promise<TableData<ColumnsOf<CellTable<N>>>>
  async table(address: string, name: CellTableName): Promise<TableData> {
    const table: Table | undefined = cellTables.find((each) => each.name === name)
    return (await StoredTable.open(this.#tablePath(address, name), table)).read()
  }

  /**
   * Keeps a finished cell, unless it was kept by another process in the meantime; tables without rows, but for that of
   * the rounds, are left out.
   *
   * Two that write the same cell at once differ in wall-clock times, so the one's record may be of the other's table:
   * who finds that writes again.
   */
  write(record: Omit<CellRecord, 'tables' | 'hashes'>, rows: CellRows): void {
    for (let tries = 0; tries < MOST_TRIES && !this.record(record.address); tries++) this.#write(record, rows)
  }

  #write(record: Omit<CellRecord, 'tables' | 'hashes'>, rows: CellRows): void {
    const kept = cellTables.filter(({ name }) => name === 'rounds' || (rows[name]?.length ?? 0) > 0)
    const hashes: Record<string, string> = {}
    for (const table of kept) {
      const path = this.#tablePath(record.address, table.name)
      replaceFile(path, (unfinished) => {
        const writer = new TableWriter<Column>(unfinished, table, { rowsPerGroup: 8192 })
        const own: readonly Row[] = rows[table.name] ?? []
        try {
          for (const row of own) writer.append(row)
        } finally {
          writer.close()
        }
        hashes[table.name] = hashOfFiles(unfinished)
      })
    }
    const tables = Object.fromEntries(kept.map(({ name }) => [name, rows[name]?.length ?? 0]))
    writeSealedJson(this.#path(record.address, 'json'), { ...record, tables, hashes })
  }

  /** Where what is needed to go on with an unfinished cell lies. */
  folderOf(address: string): string {
    return join(this.directory, `.${address}`)
  }

  #path(address: string, extension: string): string {
    return join(this.directory, `${address}.${extension}`)
  }

  #tablePath(address: string, table: string): string {
    return this.#path(address, `${table}.parquet`)
  }
}

const problemOf = (file: string, message: string): Problem => ({ message, place: { file } })
