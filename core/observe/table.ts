/** A Parquet type. */
export type ColumnType = 'INT32' | 'DOUBLE' | 'STRING'

/** What a row can have in a column. */
export type Value = number | string | null

/** A column: what it is called, holds and means. `V` is what a row has of it. */
export interface Column<N extends string = string, V extends Value = Value> {
  readonly name: N
  readonly type: ColumnType
  /** SI unit, or empty. */
  readonly unit: string
  readonly description: string
  /** Whether a row may lack it; a missing number is null. */
  readonly nullable?: true
  /** Whether tables may be without it: a file has it where its first row does. */
  readonly optional?: true
  /** A type alone: no column has it. */
  readonly holds?: V
}

/** A column that tables may be without. */
export type Optional<C extends Column = Column> = C & { readonly optional: true }

/** A table, in a Parquet file of its own. Rows, readers, the manifest and the documentation of it follow from its columns. */
export interface Table<N extends string = string, C extends Column = Column> {
  readonly name: N
  readonly description: string
  readonly columns: readonly C[]
}

/** The columns of a table, as one type. */
export type ColumnsOf<T extends Table> = T['columns'][number]

/** Of several columns the one of this name. */
export type ColumnNamed<C extends Column, N extends string> = C extends { readonly name: N } ? C : never

/** What a row has of a column. */
type HeldBy<C extends Column> = C extends Column<string, infer V> ? V : never

/** One row of these columns, by name. */
export type Row<C extends Column = Column> = {
  readonly [K in C as K extends Optional ? never : K['name']]: HeldBy<K>
} & { readonly [K in C as K extends Optional ? K['name'] : never]?: HeldBy<K> }

/** One row of a table, by column name. */
export type RowOf<T extends Table> = Row<ColumnsOf<T>>

/** A table of these columns. */
export const table = <const N extends string, C extends Column>(
  name: N,
  description: string,
  columns: readonly C[],
): Table<N, C> => ({ name, description, columns })

/** A column of numbers in this unit. */
export const double = <const N extends string>(
  name: N,
  unit: string,
  description: string,
): Column<N, number> => ({ name, type: 'DOUBLE', unit, description })

/** A column of whole numbers. */
export const integer = <const N extends string>(name: N, description: string): Column<N, number> => ({
  name,
  type: 'INT32',
  unit: '',
  description,
})

/** A column of words; `V`: which there are, where they are few. */
export const text = <const N extends string, V extends string = string>(
  name: N,
  description: string,
): Column<N, V> => ({ name, type: 'STRING', unit: '', description })

/** The same column, which a row may lack. */
export const missing = <N extends string, V extends Value>(column: Column<N, V>): Column<N, V | null> => ({
  ...column,
  nullable: true,
})

/** The same column, which tables may be without. */
export const optional = <C extends Column>(column: C): Optional<C> => ({ ...column, optional: true })

/** Columns but for the one of this name. */
export const without = <C extends Column, N extends C['name']>(columns: readonly C[], name: N) =>
  columns.filter((column): column is Exclude<C, ColumnNamed<C, N>> => column.name !== name)

/** Columns that every file of their table has. */
export const always = <C extends Column>(columns: readonly C[]) =>
  columns.filter((column): column is Exclude<C, Optional> => !column.optional)

/** Of several columns the one of this name. */
export const columnNamed = <C extends Column, N extends C['name']>(columns: readonly C[], name: N) =>
  columns.find((column): column is ColumnNamed<C, N> => column.name === name)!

/** A table with those of the columns that it may be without which it has. */
export const withColumns = (table: Table, has: (column: string) => boolean): Table => ({
  ...table,
  columns: table.columns.filter(({ name, optional }) => !optional || has(name)),
})
