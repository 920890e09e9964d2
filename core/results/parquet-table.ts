import Type, { type Static } from 'typebox'
import { isValid, violationOf } from '../files/schema-violation.js'
import type { OpenFile } from '../files/write-file.js'
import { type Column, type Row, type Table, type Value, withColumns } from '../observe/table.js'
import type { SavedState } from '../plugin/saved-state.js'
import { partOf, type StateParts, wholeOf } from '../plugin/state-part.js'
import { ColumnBuffer } from './column-buffer.js'
import { ParquetFile, savedFileLacks, savedFileSchema } from './parquet-file.js'
import { columnSource } from './parquet-schema.js'

export interface TableWriterOptions {
  /** Rows held in memory and written as one row group. */
  readonly rowsPerGroup?: number
  /** Opens the file that is written to. */
  readonly open?: OpenFile
  /** What `save` returned, to go on from there; the file, `<path>.partial`, is at least as long as it was. */
  readonly from?: SavedState
}

/** Where a table stands, beside its columns. */
const savedTableSchema = Type.Object({
  file: savedFileSchema,
  /** Rows that are not written yet. */
  rows: Type.Integer({ minimum: 0 }),
})

type SavedTable = Static<typeof savedTableSchema>

function savedTableOf({ values }: SavedState): SavedTable {
  if (isValid(savedTableSchema, values)) return values
  throw new Error(`not the state of a table: ${violationOf(savedTableSchema, values)}`)
}

/** What keeps a table from being resumed as it was when this was saved; undefined where nothing does. */
export function savedTableLacks(path: string, table: Table, state: SavedState): string | undefined {
  const { values } = state
  if (!isValid(savedTableSchema, values))
    return `table ${table.name}: ${violationOf(savedTableSchema, values)}`
  const columns = asSaved(table, state).columns.map((column) => new ColumnBuffer(column, values.rows))
  const violation = wholeOf(() => columnParts(columns, () => values.rows)).violation(state)
  if (violation !== undefined) return `table ${table.name}: ${violation}`
  return savedFileLacks(path, values.file)
}

/** A table with the columns that it was saved with. */
export const asSaved = (table: Table, state: SavedState): Table =>
  withColumns(table, (column) => partOf(state, partOfColumn(column)) !== undefined)

const partOfColumn = (name: string): string => `column ${name}`

const columnParts = (columns: readonly ColumnBuffer[], rows: () => number): StateParts =>
  Object.fromEntries(columns.map((buffer) => [partOfColumn(buffer.column.name), buffer.state(rows)]))

/**
 * Writes a table to a Parquet file as its rows arrive.
 *
 * Memory holds one row group, whatever the number of rows. The same rows give the same bytes. The file is
 * `<path>.partial` until `close`. When it cannot be written (a full disk), the call that finds out throws a
 * `UserError`, the row groups that fit stay readable under `path`, and the table is closed.
 */
export class TableWriter<C extends Column = Column> {
  readonly #columns: readonly ColumnBuffer[]
  readonly #names: readonly string[]
  readonly #rowsPerGroup: number
  readonly #file: ParquetFile
  #buffered = 0

  constructor(path: string, table: Table<string, C>, options: TableWriterOptions = {}) {
    this.#rowsPerGroup = options.rowsPerGroup ?? 65_536
    this.#columns = table.columns.map((column) => new ColumnBuffer(column, this.#rowsPerGroup))
    this.#names = table.columns.map((column) => column.name)
    const saved = options.from && savedTableOf(options.from)
    this.#file = new ParquetFile(path, table, options.open, saved?.file)
    if (!options.from) return
    this.#buffered = saved?.rows ?? 0
    this.#columnState.restore(options.from)
  }

  /** Where the table stands, the rows that are not written yet included. */
  save(): SavedState {
    this.#checkOpen()
    const { arrays, values } = this.#columnState.save()
    const own: SavedTable = { file: this.#file.save(), rows: this.#buffered }
    return { arrays, values: { ...values, ...own } }
  }

  readonly #columnState = wholeOf(() => columnParts(this.#columns, () => this.#buffered))

  /** Rows appended; after an error, the rows that the file holds. */
  get rows(): number {
    return this.#file.rows + this.#buffered
  }

  get closed(): boolean {
    return this.#file.ended
  }

  /** Appends a row; a `TypeError` where a value is missing or not of its column's type. */
  append(row: Row<C>): void {
    this.#checkOpen()
    const values = row as Readonly<Record<string, Value>>
    for (let i = 0; i < this.#columns.length; i++)
      this.#columns[i].set(this.#buffered, values[this.#names[i]])
    this.#buffered++
    if (this.#buffered === this.#rowsPerGroup) this.#writeGroup()
  }

  /** Writes what is left and completes the file; does nothing when it is closed. */
  close(): void {
    if (this.closed) return
    if (this.#buffered > 0) this.#writeGroup()
    this.#file.finish()
  }

  #checkOpen(): void {
    if (this.closed) throw new Error(`${this.#file.path} is closed`)
  }

  #writeGroup(): void {
    const rows = this.#buffered
    this.#buffered = 0
    this.#file.writeGroup(
      this.#columns.map((buffer) => columnSource(buffer.column, buffer.values(rows))),
      rows,
    )
  }
}
