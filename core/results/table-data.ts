/** Whole numbers, real numbers (NaN where one is missing) or strings. */
export type ColumnData = Int32Array | Float64Array | string[]

/** Rows of a table, by column. */
export class TableData {
  readonly rows: number
  readonly #columns: ReadonlyMap<string, ColumnData>

  constructor(rows: number, columns: ReadonlyMap<string, ColumnData>) {
    this.rows = rows
    this.#columns = columns
  }

  /** The rows in which a column of strings has this value; undefined where there are none. */
  where(name: string, value: string): TableData | undefined {
    const rows = this.strings(name).flatMap((each, row) => (each === value ? [row] : []))
    if (rows.length === 0) return undefined
    const picked = ([key, column]: [string, ColumnData]): [string, ColumnData] => [
      key,
      Array.isArray(column)
        ? rows.map((row) => column[row])
        : column instanceof Int32Array
          ? Int32Array.from(rows, (row) => column[row])
          : Float64Array.from(rows, (row) => column[row]),
    ]
    return new TableData(rows.length, new Map([...this.#columns].map(picked)))
  }

  /** A column of any type; throws where it was not read. */
  column(name: string): ColumnData {
    const column = this.#columns.get(name)
    if (!column) throw new Error(`column "${name}" was not read`)
    return column
  }

  /** A column of numbers, NaN where one is missing; throws where it is none. */
  numbers(name: string): Int32Array | Float64Array {
    const column = this.column(name)
    if (Array.isArray(column)) throw new Error(`column "${name}" holds strings`)
    return column
  }

  /** A column of strings, empty where one is missing; throws where it is none. */
  strings(name: string): string[] {
    const column = this.column(name)
    if (!Array.isArray(column)) throw new Error(`column "${name}" holds numbers`)
    return column
  }
}
