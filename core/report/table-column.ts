import { smallestOf } from '../statistics/extremes.js'
import { columnTexts } from './numbers.js'

/** A column of a table: its heads, and each row's text and number. */
export interface TableColumn {
  /** Without unit. */
  readonly head: string
  readonly unit: string
  readonly numeric: boolean
  readonly cells: readonly TableCell[]
}

/** One row's part of a column. */
export interface TableCell {
  readonly text: string
  /** What sorting goes by, and what CSV holds: not rounded. */
  readonly value: number | string
  /** 95 % confidence interval, where there is one. */
  readonly interval?: { readonly text: string; readonly values: readonly [number, number] }
  /** Whether it is the best of its column. */
  readonly best?: boolean
}

/** A column of words. */
export const textColumn = <T>(head: string, rows: readonly T[], of: (row: T) => string): TableColumn => ({
  head,
  unit: '',
  numeric: false,
  cells: rows.map((row) => ({ text: of(row), value: of(row) })),
})

/** What a column of numbers shows, and how. */
export interface NumberColumn<T> {
  readonly head: string
  readonly unit?: string
  readonly of: (row: T) => number
  /** Significant digits of the smallest, or, as `decimals`, digits after the point. */
  readonly digits?: number
  readonly decimals?: number
  /** The lowest is set bold: of all rows, or of those that may be compared, where there are several. */
  readonly best?: boolean | ((row: T) => boolean)
}

/** A column of numbers that are alike in their decimals. */
export function numberColumn<T>(
  rows: readonly T[],
  { head, unit = '', of, digits = 4, decimals, best = false }: NumberColumn<T>,
): TableColumn {
  const values = rows.map(of)
  const texts = columnTexts(values, digits, decimals)
  const takesPart = typeof best === 'function' ? best : () => best
  const compared = rows.map((row, i) => !Number.isNaN(values[i]) && takesPart(row))
  const lowest = smallestOf(values.filter((_, i) => compared[i]))
  const several = compared.filter(Boolean).length > 1
  return {
    head,
    unit,
    numeric: true,
    cells: values.map((value, i) => ({
      text: texts[i],
      value,
      ...(compared[i] && several && value === lowest && { best: true }),
    })),
  }
}
