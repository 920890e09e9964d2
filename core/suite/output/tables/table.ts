import { fixed, significant } from '../../../report/numbers.js'
import type { TableCell, TableColumn } from '../../../report/table-column.js'
import type { Estimate } from '../../../statistics/descriptive.js'

/** A table of the suite's results, column by column: the same in Markdown, LaTeX, CSV, the page and the terminal. */
export interface SuiteTable {
  /** File name of its CSV without extension. */
  readonly id: string
  readonly title: string
  /** What the figures are and how they were computed. */
  readonly note: string
  readonly columns: readonly TableColumn[]
}

/** A figure with its confidence interval. */
export function estimateCell({ value, low, high }: Estimate, decimals = 3): TableCell {
  const shown = (number: number) => {
    const size = Math.abs(number)
    if (size > 0 && size < 1e-6) return '< 10⁻⁶'
    if (size > 0 && size < 10 ** (1 - decimals)) return significant(number, 2)
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
