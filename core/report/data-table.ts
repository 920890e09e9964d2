import { power } from '../kernel/power.js'
import type { Estimate } from '../statistics/descriptive.js'
import { smallestOf } from '../statistics/extremes.js'
import { columnTexts, fixed, significant } from './numbers.js'

/** A table as it is shown: the same as HTML, Markdown, LaTeX and CSV (`render-table.ts`) and on the terminal. */
export interface DataTable {
  /** File name of its CSV without extension. */
  readonly id: string
  readonly title: string
  /** What the figures are and how they were computed. */
  readonly note: string
  readonly columns: readonly TableColumn[]
}

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
  /** A class of the page's style. */
  readonly tone?: string
}

/** How many rows a table has. */
export const rowsIn = (columns: readonly TableColumn[]): number => columns[0]?.cells.length ?? 0

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
  /** Significant digits of each by itself, for numbers of such different sizes that they cannot be aligned. */
  readonly each?: number
  /** The lowest is set bold: of all rows, or of those that may be compared, where there are several. */
  readonly best?: boolean | ((row: T) => boolean)
}

/** A column of numbers that are alike in their decimals. */
export function numberColumn<T>(
  rows: readonly T[],
  { head, unit = '', of, digits = 4, decimals, each, best = false }: NumberColumn<T>,
): TableColumn {
  const values = rows.map(of)
  const texts =
    each === undefined
      ? columnTexts(values, digits, decimals)
      : values.map((value) => significant(value, each))
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

/** A column of numbers that come as cells. */
export const cellColumn = (head: string, cells: readonly TableCell[], unit = ''): TableColumn => ({
  head,
  unit,
  numeric: true,
  cells,
})

/** A figure with its confidence interval, where it has one. */
export function estimateCell({ value, low, high }: Estimate, decimals = 3): TableCell {
  const shown = (number: number) => {
    const size = Math.abs(number)
    if (size > 0 && size < 1e-6) return '< 10⁻⁶'
    if (size > 0 && size < power(10, 1 - decimals)) return significant(number, 2)
    return fixed(number, size >= 1000 ? 0 : size >= 100 ? 1 : decimals)
  }
  return low === high ? { text: shown(value), value } : intervalCell({ value, low, high }, shown)
}

/** A figure with its confidence interval, where that has ends, written so. */
export function intervalCell({ value, low, high }: Estimate, shown: (number: number) => string): TableCell {
  const text = shown(value)
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { text, value }
  return { text, value, interval: { text: `[${shown(low)}, ${shown(high)}]`, values: [low, high] } }
}

/** Nothing to tell. */
export const emptyCell: TableCell = { text: '', value: Number.NaN }

/** `< 0.001`, `0.034`; nothing where there was no test. */
export const pText = (p: number): string => (Number.isNaN(p) ? '–' : p < 0.001 ? '< 0.001' : fixed(p, 3))

/** A name as part of a file's. */
export const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/−/g, '-')
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80) || 'setting'
