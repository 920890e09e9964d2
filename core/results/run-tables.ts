import { existsSync, renameSync, rmSync } from 'node:fs'
import { UserError } from '../errors.js'
import { DiskReserve } from '../files/disk-reserve.js'
import { fileError } from '../files/system-error.js'
import { type Row, type RowOf, type Table, withColumns } from '../observe/table.js'
import { type RunTable, type RunTableName, tables } from '../observe/tables.js'
import type { SavedState } from '../plugin/saved-state.js'
import { joined, partOf } from '../plugin/state-part.js'
import { partialPath } from './parquet-file.js'
import { asSaved, savedTableLacks, TableWriter, type TableWriterOptions } from './parquet-table.js'
import { tablePath } from './run-directory.js'

/** What takes the rows of a run. */
export interface RowSink {
  append<N extends RunTableName>(table: N, row: RowOf<RunTable<N>>): void
}

/** Room held for what the other tables have yet to write when one of them has filled the disk, bytes. */
const RESERVED = 1 << 20

/**
 * Writes the tables of a run, each opened by its first row; at the end those without rows are written empty.
 *
 * When one cannot be written (a full disk), all are closed, each with the rows that fit, and a `UserError` names
 * those that lost some. Call `closeAll` in any case.
 */
export class RunTables implements RowSink {
  readonly #directory: string
  readonly #options: TableWriterOptions
  readonly #writers = new Map<RunTableName, TableWriter>()
  readonly #reserve: DiskReserve
  #closed = false

  /** `from`: what `save` returned, to go on with the tables as they were then. */
  constructor(directory: string, { from, ...options }: TableWriterOptions = {}) {
    this.#directory = directory
    this.#options = options
    try {
      this.#reserve = new DiskReserve(directory, RESERVED)
    } catch (error) {
      throw fileError(
        directory,
        `the tables cannot be written here, which takes ${RESERVED >> 20} MiB to begin with`,
        error,
      )
    }
    if (from) this.#goOn(from)
  }

  /** Where the tables stand, when what they have written is on the disk. */
  save(): SavedState {
    return joined([...this.#writers].map(([name, writer]) => [name, writer.save()]))
  }

  /** Opens those that had rows, complete or not, and removes the others. */
  #goOn(from: SavedState): void {
    for (const table of tables as readonly Table<RunTableName>[]) {
      const path = tablePath(this.#directory, table.name)
      const partial = partialPath(path)
      try {
        if (!existsSync(partial) && existsSync(path)) renameSync(path, partial)
        rmSync(path, { force: true })
        const own = partOf(from, table.name)
        if (own)
          this.#writers.set(
            table.name,
            new TableWriter(path, asSaved(table, own), { ...this.#options, from: own }),
          )
        else rmSync(partial, { force: true })
      } catch (error) {
        throw fileError(path, 'cannot be resumed', error)
      }
    }
  }

  /** Rows of each table so far; when closed, the rows its file holds. */
  get rows(): Record<string, number> {
    return Object.fromEntries(tables.map(({ name }) => [name, this.#writers.get(name)?.rows ?? 0]))
  }

  append<N extends RunTableName>(table: N, row: RowOf<RunTable<N>>): void
  append(table: RunTableName, row: Row): void {
    if (this.#closed) throw new Error(`the tables of ${this.#directory} are closed`)
    try {
      this.#writer(table, row).append(row)
    } catch (error) {
      if (error instanceof UserError) throw combined([error, ...this.#closeEach(table)])
      throw error
    }
  }

  /** Completes every table; does nothing when they are closed. */
  closeAll(): void {
    const errors = this.#closeEach()
    if (errors.length > 0) throw combined(errors)
  }

  /** Opened with the columns that its first row has. */
  #writer(name: RunTableName, row: Partial<Row> = {}): TableWriter {
    const open = this.#writers.get(name)
    if (open) return open
    const table: Table = tables.find((candidate) => candidate.name === name)!
    const there = withColumns(table, (column) => (row as Row)[column] !== undefined)
    const writer = new TableWriter(tablePath(this.#directory, name), there, this.#options)
    this.#writers.set(name, writer)
    return writer
  }

  /** Closes all tables but the one that failed, whatever happens to one of them, and returns what happened. */
  #closeEach(failed?: RunTableName): unknown[] {
    if (this.#closed) return []
    this.#closed = true
    this.#reserve.release()
    const errors: unknown[] = []
    for (const { name } of tables) {
      if (name === failed) continue
      try {
        this.#writer(name).close()
      } catch (error) {
        errors.push(error)
      }
    }
    return errors
  }
}

/** What the tables of a directory lack to be resumed as `RunTables.save` returned them; undefined where nothing. */
export function tablesLack(directory: string, from: SavedState): string | undefined {
  for (const table of tables) {
    const own = partOf(from, table.name)
    if (!own) continue
    const path = tablePath(directory, table.name)
    const file = [partialPath(path), path].find((candidate) => existsSync(candidate))
    if (!file) return `${path} is missing`
    const lack = savedTableLacks(file, table, own)
    if (lack !== undefined) return lack
  }
  return undefined
}

/** One error for several: an error of ours if there is one, else everything the user has to know. */
function combined(errors: readonly unknown[]): unknown {
  const ours = errors.find((error) => !(error instanceof UserError))
  return ours ?? new UserError(errors.flatMap((error) => (error instanceof UserError ? error.problems : [])))
}
