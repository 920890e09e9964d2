import type { OpenFile } from '../files/write-file.js'
import type { Column, Row, Table, Value } from '../observe/table.js'
import { type Parts, restoreParts, type SavedState, saveParts } from '../plugin/saved-state.js'
import { ColumnBuffer } from './column-buffer.js'
import { ParquetFile, type SavedFile, savedFileLacks } from './parquet-file.js'
import { columnSource } from './parquet-schema.js'

export interface TableWriterOptions {
  /** Rows held in memory and written as one row group. */
  readonly rowsPerGroup?: number
  /** Opens the file that is written to. */
  readonly open?: OpenFile
  /** What `save` returned, to go on from there; the file, `<path>.partial`, is at least as long as it was. */
  readonly from?: SavedState
}

interface SavedTable {
  readonly file: SavedFile
  /** Rows that are not written yet. */
  readonly rows: number
}

/** What a file lacks of a table as it was when this was saved; undefined where nothing. */
export const savedTableLacks = (path: string, { values }: SavedState): string | undefined =>
  savedFileLacks(path, (values as unknown as SavedTable).file)

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
    const { file, rows } = (options.from?.values ?? {}) as Partial<SavedTable>
    this.#file = new ParquetFile(path, table, options.open, file)
    if (!options.from) return
    this.#buffered = rows!
    restoreParts(this.#parts, options.from)
  }

  /** Where the table stands, the rows that are not written yet included. */
  save(): SavedState {
    this.#checkOpen()
    const { arrays, values } = saveParts(this.#parts)
    const own: SavedTable = { file: this.#file.save(), rows: this.#buffered }
    return { arrays, values: { ...values, ...own } }
  }

  get #parts(): Parts {
    const parts = this.#columns.map((buffer) => [
      `column ${buffer.column.name}`,
      { save: () => buffer.save(this.#buffered), restore: (state: SavedState) => buffer.restore(state) },
    ])
    return Object.fromEntries(parts)
  }

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
