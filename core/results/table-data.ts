import type { Column, ColumnNamed, ColumnsOf, Optional, Row, Table, Value } from '../observe/table.js'

/** What is read of a column: numbers, NaN where one is missing, or strings, null where one is. */
export type ColumnData<C extends Column = Column> =
  C extends Column<string, infer V>
    ? [Extract<V, string>] extends [never]
      ? Float64Array
      : [Extract<V, number>] extends [never]
        ? readonly V[]
        : Cells
    : never

/** A column of which nothing is known. */
export type Cells = ArrayLike<Value> & Iterable<Value>

/** The data of columns, by name. */
export type Columns<C extends Column = Column> = {
  readonly [K in C as K extends Optional ? never : K['name']]: ColumnData<K>
} & { readonly [K in C as K extends Optional ? K['name'] : never]?: ColumnData<K> }

/** The columns of numbers of a table, by name. */
export type Figures<T extends Table> = Columns<Numeric<ColumnsOf<T>>>

type Numeric<C extends Column> = C extends Optional
  ? never
  : C extends Column<string, number | null>
    ? C
    : never

/** Figures of a table, made column by column. */
export const mapFigures = <T extends Table>(
  { columns }: T,
  of: (name: keyof Figures<T>) => Float64Array,
): Figures<T> => {
  const names = columns.flatMap(({ name, type, optional }) =>
    type === 'STRING' || optional ? [] : [name as keyof Figures<T>],
  )
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Figures<T>
}

/** Columns in which rows can be looked up. */
type Words<C extends Column> = string extends C['name']
  ? string
  : C extends Column<string, string>
    ? C['name']
    : never

/** Rows of a table, by column. */
export class TableData<C extends Column = Column> {
  /** How many rows. */
  readonly rows: number
  /** By name; only those that were read. */
  readonly columns: Columns<C>
  readonly #described: readonly Column[]

  constructor(rows: number, described: readonly C[], columns: Columns<C>) {
    this.rows = rows
    this.columns = columns
    this.#described = described
  }

  /** No rows of a table. */
  static none<C extends Column>(described: readonly C[]): TableData<C> {
    const columns = described.map((column) => [column.name, emptyColumn(column, 0)])
    return new TableData(0, described, Object.fromEntries(columns))
  }

  /** Tables of the same columns one after another. */
  static joined<C extends Column>(parts: readonly TableData<C>[]): TableData<C> | undefined {
    if (parts.length < 2) return parts[0]
    const rows = parts.reduce((sum, part) => sum + part.rows, 0)
    const described = parts[0].#described
    const columns = described.map((column) => {
      const whole = emptyColumn(column, rows)
      let at = 0
      for (const part of parts) {
        put(whole, part.#data(column.name), at)
        at += part.rows
      }
      return [column.name, whole]
    })
    return new TableData(rows, described as readonly C[], Object.fromEntries(columns))
  }

  /** The rows one by one; a number that is missing is null. */
  get records(): Row<C>[] {
    const columns = this.#described.map(({ name, nullable }) => ({ name, nullable, data: this.#data(name) }))
    return Array.from({ length: this.rows }, (_, row) =>
      Object.fromEntries(
        columns.map(({ name, nullable, data }) => {
          const value = data[row]
          return [name, nullable && Number.isNaN(value) ? null : value]
        }),
      ),
    ) as Row<C>[]
  }

  /** The rows in which a column of strings has this value; undefined where there are none. */
  where(name: Words<C>, value: string): TableData<C> | undefined {
    return this.by(name).get(value)
  }

  /** The rows of each value of a column of strings, in the order in which values come. */
  by(name: Words<C>): Map<string, TableData<C>> {
    const rows = new Map<string, number[]>()
    for (const [row, value] of (this.#data(name) as readonly string[]).entries()) {
      const own = rows.get(value)
      if (own) own.push(row)
      else rows.set(value, [row])
    }
    return new Map([...rows].map(([value, own]) => [value, this.picked(own)]))
  }

  /** Some of the rows, in this order. */
  picked(rows: ArrayLike<number>): TableData<C> {
    const columns = this.#described.map(({ name }) => {
      const data = this.#data(name)
      return [name, data instanceof Float64Array ? pick(data, rows) : Array.from(rows, (row) => data[row])]
    })
    return new TableData(rows.length, this.#described as readonly C[], Object.fromEntries(columns))
  }

  #data(name: string): ColumnData {
    return (this.columns as Columns)[name]
  }
}

const pick = (data: Float64Array, rows: ArrayLike<number>): Float64Array =>
  Float64Array.from(rows, (row) => data[row])

/** A column that is being read. */
export type ReadColumn = Float64Array | (string | null)[]

/** A column of so many rows that have nothing yet. */
export const emptyColumn = ({ type }: Pick<Column, 'type'>, rows: number): ReadColumn =>
  type === 'STRING' ? new Array<string | null>(rows).fill(null) : new Float64Array(rows).fill(Number.NaN)

/** Copies values into a column from `at` on; a missing number becomes NaN, a missing string null. */
export function put(column: ReadColumn, values: ArrayLike<unknown>, at: number): void {
  if (Array.isArray(column))
    for (let i = 0; i < values.length; i++) column[at + i] = (values[i] ?? null) as string | null
  else if (ArrayBuffer.isView(values)) column.set(values as ArrayLike<number>, at)
  else for (let i = 0; i < values.length; i++) column[at + i] = (values[i] ?? Number.NaN) as number
}

/** Of several columns those of these names; any of these names where nothing is known of the columns. */
export type Chosen<C extends Column, N extends string> = string extends C['name']
  ? Column<N>
  : ColumnNamed<C, N>
