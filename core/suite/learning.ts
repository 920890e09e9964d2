import type { TableData } from '../results/table-data.js'

/** The last value of a column of a learning table that is a number; undefined where there is none. */
export function finalOf(table: TableData | undefined, column: string): number | undefined {
  if (!table) return undefined
  return Array.from(table.numbers(column)).findLast((value) => Number.isFinite(value))
}
