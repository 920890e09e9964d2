/** A Parquet type. */
export type ColumnType = 'INT32' | 'DOUBLE' | 'STRING'

/** A column: what it is called, holds and means. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** SI unit, or empty. */
  readonly unit: string
  readonly description: string
  /** Whether a row may lack it; a missing number is null. */
  readonly nullable?: true
}

/** A table of a run, in a Parquet file of its own. */
export interface Table {
  readonly name: string
  readonly description: string
  readonly columns: readonly Column[]
}

/** One row, by column name. */
export type Row = Readonly<Record<string, number | string | null>>

/** A column of numbers in this unit. */
export const double = (name: string, unit: string, description: string): Column => ({
  name,
  type: 'DOUBLE',
  unit,
  description,
})

/** A column of whole numbers. */
export const integer = (name: string, description: string): Column => ({
  name,
  type: 'INT32',
  unit: '',
  description,
})

/** A column of words. */
export const text = (name: string, description: string): Column => ({
  name,
  type: 'STRING',
  unit: '',
  description,
})

/** The same column, which a row may lack. */
export const missing = (column: Column): Column => ({ ...column, nullable: true })

/** Whose row it is. */
export const scheduler = text('scheduler', "the scheduler's label")
