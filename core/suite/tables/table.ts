import type { ComparisonColumn } from '../../report/comparison-table.js'
import { columnTexts, fixed } from '../../report/numbers.js'
import type { Estimate } from '../../results/statistics.js'

/** A table of the suite's results, column by column: the same in Markdown, LaTeX, CSV, the page and the terminal. */
export interface SuiteTable {
  /** File name of its CSV without extension. */
  readonly id: string
  readonly title: string
  /** What the figures are and how they were computed. */
  readonly note: string
  readonly columns: readonly ComparisonColumn[]
}

type Cell = ComparisonColumn['cells'][number]

export const textColumn = <T>(
  head: string,
  rows: readonly T[],
  of: (row: T) => string,
): ComparisonColumn => ({
  head,
  unit: '',
  numeric: false,
  cells: rows.map((row) => ({ text: of(row), value: of(row) })),
})

export interface NumberColumn<T> {
  readonly head: string
  readonly unit?: string
  readonly of: (row: T) => number
  /** Significant digits of the smallest, or, as `decimals`, digits after the point. */
  readonly digits?: number
  readonly decimals?: number
  /** The lowest is set bold. */
  readonly best?: boolean
}

export function numberColumn<T>(
  rows: readonly T[],
  { head, unit = '', of, digits = 4, decimals, best = false }: NumberColumn<T>,
): ComparisonColumn {
  const values = rows.map(of)
  const texts = columnTexts(values, digits, decimals)
  const lowest = Math.min(...values.filter((value) => !Number.isNaN(value)))
  return {
    head,
    unit,
    numeric: true,
    cells: values.map((value, i) => ({
      text: texts[i],
      value,
      ...(best && rows.length > 1 && value === lowest && { best: true }),
    })),
  }
}

/** A figure with its confidence interval. */
export function estimateCell({ value, low, high }: Estimate, decimals = 3): Cell {
  const shown = (number: number) => {
    const size = Math.abs(number)
    if (size > 0 && size < 0.001) return '< 0.001'
    return fixed(number, size >= 1000 ? 0 : size >= 100 ? 1 : decimals)
  }
  const text = shown(value)
  if (!Number.isFinite(low) || !Number.isFinite(high) || low === high) return { text, value }
  return { text, value, interval: { text: `[${shown(low)}, ${shown(high)}]`, values: [low, high] } }
}

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
