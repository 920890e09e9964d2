import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type FileMetaData, parquetScan, type SchemaElement } from 'hyparquet'
import { UserError } from '../errors.js'
import { isSystemError, systemReason } from '../files/system-error.js'
import { nearestName } from '../nearest.js'
import type { Column, ColumnsOf, Table } from '../observe/table.js'
import { partialPath } from './parquet-file.js'
import { columnOf } from './parquet-schema.js'
import { SealedParquet } from './sealed-parquet.js'
import { type Chosen, type Columns, emptyColumn, put, TableData } from './table-data.js'

/** Which part of a table to read; all of it unless told. */
export interface ReadOptions<N extends string = string> {
  readonly columns?: readonly N[]
  /** Rows from `start` to before `end`, counted from 0. */
  readonly rows?: { readonly start?: number; readonly end?: number }
}

/** A table in a Parquet file. */
export class StoredTable<C extends Column = Column> {
  readonly path: string
  readonly #file: SealedParquet
  /** Those that it is expected to have. */
  readonly #expected: readonly C[]

  private constructor(path: string, file: SealedParquet, expected: readonly C[]) {
    this.path = path
    this.#file = file
    this.#expected = expected
  }

  /**
   * Opens a table's file; a `UserError` that names it where it is missing, incomplete or damaged.
   *
   * `table`: what it is expected to be, which types what is read; without it, the file's own columns are read.
   */
  static async open<C extends Column>(
    path: string,
    table: { readonly columns: readonly C[] },
  ): Promise<StoredTable<C>>
  static async open(path: string, table?: { readonly columns: readonly Column[] }): Promise<StoredTable>
  static async open(path: string, table?: { readonly columns: readonly Column[] }): Promise<StoredTable> {
    try {
      const file = new SealedParquet(path)
      return new StoredTable(path, file, table?.columns ?? elementsOf(file.metadata).map(columnOf))
    } catch (error) {
      throw unreadable(path, error)
    }
  }

  get #metadata(): FileMetaData {
    return this.#file.metadata
  }

  get rows(): number {
    return Number(this.#metadata.num_rows)
  }

  /** Names of its columns, in order. */
  get columns(): string[] {
    return this.#elements.map(({ name }) => name)
  }

  get #elements(): readonly SchemaElement[] {
    return elementsOf(this.#metadata)
  }

  /** Reads columns whole; a `UserError` where there is no such column or the file is damaged. */
  read(options?: Pick<ReadOptions, 'rows'>): Promise<TableData<C>>
  read<N extends C['name'] = C['name']>(options?: ReadOptions<N>): Promise<TableData<Chosen<C, N>>>
  async read(options: ReadOptions<C['name']> = {}): Promise<object> {
    const { columns, start, end } = this.#selection(options)
    const whole = columns.map((column) => emptyColumn(column, end - start))
    let at = 0
    for await (const batch of this.batches(options)) {
      for (const [i, { name }] of columns.entries()) put(whole[i], (batch.columns as Columns)[name], at)
      at += batch.rows
    }
    return dataOf(end - start, columns, whole)
  }

  /** Reads columns one row group at a time, in order, so that memory does not grow with the table. */
  batches<N extends C['name'] = C['name']>(options?: ReadOptions<N>): AsyncGenerator<TableData<Chosen<C, N>>>
  async *batches(options: ReadOptions<C['name']> = {}): AsyncGenerator<object> {
    const { columns, start, end } = this.#selection(options)
    let groupStart = 0
    for (const [index, group] of this.#metadata.row_groups.entries()) {
      const groupEnd = groupStart + Number(group.num_rows)
      const rowStart = Math.max(start, groupStart)
      const rowEnd = Math.min(end, groupEnd)
      if (rowStart < rowEnd) yield await this.#readGroup(index, columns, rowStart, rowEnd)
      groupStart = groupEnd
    }
  }

  /** Reads rows that lie in one row group. */
  async #readGroup<K extends Column>(
    index: number,
    columns: readonly K[],
    rowStart: number,
    rowEnd: number,
  ): Promise<TableData<K>> {
    try {
      const there = this.columns
      const stored = columns.flatMap(({ name }) => (there.includes(name) ? [name] : []))
      const scan = await parquetScan({
        file: this.#file.rowGroup(index),
        metadata: this.#metadata,
        columns: stored,
        rowStart,
        rowEnd,
      })
      const data = columns.map((column) => emptyColumn(column, rowEnd - rowStart))
      for (const [i, { name }] of columns.entries()) {
        if (!stored.includes(name)) continue
        const values = await scan.readColumn({ column: name, rowStart, rowEnd })
        if (values.length !== rowEnd - rowStart) throw new Error(`column ${name} lacks rows`)
        put(data[i], values, 0)
      }
      return dataOf(rowEnd - rowStart, columns, data)
    } catch (error) {
      throw unreadable(this.path, error)
    }
  }

  /** The columns and rows that are asked for; one that rows may lack may be missing from the file of an earlier version. */
  #selection({ columns: names, rows = {} }: ReadOptions<C['name']>) {
    // Without being asked for, what this file has of those that tables may be without.
    const usual = this.#expected.filter(({ name, optional }) => !optional || this.columns.includes(name))
    const columns = (names ?? usual.map(({ name }) => name)).map((name: string) => {
      const column = this.#expected.find((each) => each.name === name)
      const stored = this.#elements.find((each) => each.name === name)
      if (column && stored && columnOf(stored).type !== column.type)
        throw unreadable(this.path, new Error(`column ${name} is not ${column.type}`))
      if (column && (stored || column.nullable)) return column
      const suggestion = nearestName(name, this.columns)
      throw new UserError({
        message: `has no column "${name}"; it has ${this.columns.join(', ')}`,
        place: { file: this.path },
        ...(suggestion && { suggestion }),
      })
    })
    const start = Math.min(this.rows, Math.max(0, rows.start ?? 0))
    const end = Math.max(start, Math.min(this.rows, rows.end ?? this.rows))
    return { columns, start, end }
  }
}

/** What a file says of its columns, in order. */
const elementsOf = ({ schema }: FileMetaData): readonly SchemaElement[] => schema.slice(1)

/** The stored form of a table. */
export type StoredTableOf<T extends Table> = StoredTable<ColumnsOf<T>>

const dataOf = <C extends Column>(rows: number, columns: readonly C[], data: readonly unknown[]) =>
  new TableData(
    rows,
    columns,
    Object.fromEntries(columns.map(({ name }, i) => [name, data[i]])) as Columns<C>,
  )

const asDamage = (reason: string): string =>
  reason.startsWith('the file is damaged') ? reason : `the file is damaged: ${reason}`

/** Why a table cannot be read, and what can be done. */
function unreadable(path: string, error: unknown): UserError {
  const place = { file: path }
  if (existsSync(path)) {
    const reason = isSystemError(error) ? systemReason(error) : asDamage((error as Error).message)
    return new UserError(
      { message: `cannot be read: ${reason}; run the scenario again`, place },
      { cause: error },
    )
  }
  if (existsSync(partialPath(path))) {
    const message =
      `is not complete: the run was killed, or has not ended yet (${basename(partialPath(path))} is there). ` +
      `Wait for it to end, or go on with it: cotwin resume ${dirname(path)}`
    return new UserError({ message, place }, { cause: error })
  }
  return new UserError({ message: 'is missing', place }, { cause: error })
}
