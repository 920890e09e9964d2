import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type DecodedArray, type FileMetaData, parquetScan } from 'hyparquet'
import { UserError } from '../errors.js'
import { isSystemError, systemReason } from '../files/system-error.js'
import { nearestName } from '../nearest.js'
import { partialPath } from './parquet-file.js'
import { SealedParquet } from './sealed-parquet.js'
import { type ColumnData, TableData } from './table-data.js'

/** Which part of a table to read; all of it unless told. */
export interface ReadOptions {
  readonly columns?: readonly string[]
  /** Rows from `start` to before `end`, counted from 0. */
  readonly rows?: { readonly start?: number; readonly end?: number }
}

/** A table in a Parquet file. */
export class StoredTable {
  readonly path: string
  readonly #file: SealedParquet

  private constructor(path: string, file: SealedParquet) {
    this.path = path
    this.#file = file
  }

  /** Opens a table's file; a `UserError` that names it where it is missing, incomplete or damaged. */
  static async open(path: string): Promise<StoredTable> {
    try {
      return new StoredTable(path, new SealedParquet(path))
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
    return this.#metadata.schema.slice(1).map(({ name }) => name)
  }

  /** Reads columns whole; a `UserError` where there is no such column or the file is damaged. */
  async read(options: ReadOptions = {}): Promise<TableData> {
    const { columns, start, end } = this.#selection(options)
    const whole = new Map(columns.map((name) => [name, this.#emptyColumn(name, end - start)]))
    let at = 0
    for await (const batch of this.batches(options)) {
      for (const [name, column] of whole) put(column, batch.column(name), at)
      at += batch.rows
    }
    return new TableData(end - start, whole)
  }

  /** Reads columns one row group at a time, in order, so that memory does not grow with the table. */
  async *batches(options: ReadOptions = {}): AsyncGenerator<TableData> {
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
  async #readGroup(
    index: number,
    columns: readonly string[],
    rowStart: number,
    rowEnd: number,
  ): Promise<TableData> {
    try {
      const names = [...columns]
      const scan = await parquetScan({
        file: this.#file.rowGroup(index),
        metadata: this.#metadata,
        columns: names,
        rowStart,
        rowEnd,
      })
      const data = new Map<string, ColumnData>()
      for (const name of columns) {
        const values = await scan.readColumn({ column: name, rowStart, rowEnd })
        if (values.length !== rowEnd - rowStart) throw new Error(`column ${name} lacks rows`)
        const column = this.#emptyColumn(name, values.length)
        put(column, values, 0)
        data.set(name, column)
      }
      return new TableData(rowEnd - rowStart, data)
    } catch (error) {
      throw unreadable(this.path, error)
    }
  }

  #selection({ columns = this.columns, rows = {} }: ReadOptions) {
    for (const name of columns) {
      if (this.columns.includes(name)) continue
      const suggestion = nearestName(name, this.columns)
      throw new UserError({
        message: `has no column "${name}"; it has ${this.columns.join(', ')}`,
        place: { file: this.path },
        ...(suggestion && { suggestion }),
      })
    }
    const start = Math.min(this.rows, Math.max(0, rows.start ?? 0))
    return { columns, start, end: Math.max(start, Math.min(this.rows, rows.end ?? this.rows)) }
  }

  #emptyColumn(name: string, rows: number): ColumnData {
    const element = this.#metadata.schema.find((candidate) => candidate.name === name)
    if (element?.type === 'BYTE_ARRAY') return new Array<string>(rows).fill('')
    if (element?.type === 'INT32' && element.repetition_type === 'REQUIRED') return new Int32Array(rows)
    return new Float64Array(rows)
  }
}

/** Copies values into a column from `at` on; a missing number becomes NaN, a missing string stays empty. */
function put(column: ColumnData, values: DecodedArray | ColumnData, at: number): void {
  if (ArrayBuffer.isView(values) && !Array.isArray(column)) {
    column.set(values as ArrayLike<number>, at)
  } else if (Array.isArray(column)) {
    for (let i = 0; i < values.length; i++) column[at + i] = values[i] ?? ''
  } else {
    for (let i = 0; i < values.length; i++) column[at + i] = values[i] ?? Number.NaN
  }
}

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
