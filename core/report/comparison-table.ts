import type { Estimate } from '../results/statistics.js'
import type { ComparisonRow } from './comparison.js'
import { columnDecimals, columnTexts, fixed } from './numbers.js'

/** A column of the headline table: its heads, and each row's text and number. */
export interface ComparisonColumn {
  /** Without unit. */
  readonly head: string
  readonly unit: string
  readonly numeric: boolean
  readonly cells: readonly ComparisonCell[]
}

export interface ComparisonCell {
  readonly text: string
  /** What sorting goes by, and what CSV holds: not rounded. */
  readonly value: number | string
  /** 95 % confidence interval, where there is one. */
  readonly interval?: { readonly text: string; readonly values: readonly [number, number] }
  /** Whether it is the best of its column. */
  readonly best?: boolean
}

/** The headline table column by column; what is zero for every scheduler has no column. */
export function comparisonColumns(rows: readonly ComparisonRow[]): ComparisonColumn[] {
  const differentLengths = new Set(rows.map((row) => row.rounds)).size > 1
  const comparing = rows.length > 1
  return [
    text('scheduler', rows, (row) => row.label),
    text('tier', rows, (row) => row.tier),
    ...(differentLengths ? [count('rounds', rows, (row) => row.rounds)] : []),
    number('mean cost', '', rows, (row) => row.meanCost, 'lowest'),
    number('median cost', '', rows, (row) => row.medianCost, 'lowest'),
    number('mean time', 's', rows, (row) => row.meanTime, 'lowest'),
    number('mean energy', 'J', rows, (row) => row.meanEnergy, 'lowest'),
    ...(comparing
      ? [
          estimate('cost ratio', rows, (row) => row.against?.ratio, 1, 3),
          estimate('cost difference', rows, (row) => row.against?.difference, 0, differenceDecimals(rows)),
          number(
            'rounds won',
            '%',
            rows,
            (row) => (row.against ? 100 * row.against.won : Number.NaN),
            'none',
            1,
          ),
        ]
      : []),
    number(
      'median decision',
      'ms',
      rows,
      (row) => row.medianDecision * 1000,
      'lowest',
      columnDecimals(
        rows.map((row) => row.medianDecision * 1000),
        2,
      ),
    ),
    ...[
      count('shared slots', rows, (row) => row.violations),
      count('sat out', rows, (row) => row.satOut),
      count('quit', rows, (row) => row.quit),
    ].filter(({ cells }) => cells.some(({ value }) => value !== 0)),
  ]
}

/** As exact as the mean costs that are told apart, and by tenths at least. */
const differenceDecimals = (rows: readonly ComparisonRow[]): number =>
  Math.max(
    1,
    columnDecimals(
      rows.map((row) => row.meanCost),
      4,
    ),
  )

function text(
  head: string,
  rows: readonly ComparisonRow[],
  of: (row: ComparisonRow) => string,
): ComparisonColumn {
  return { head, unit: '', numeric: false, cells: rows.map((row) => ({ text: of(row), value: of(row) })) }
}

function count(
  head: string,
  rows: readonly ComparisonRow[],
  of: (row: ComparisonRow) => number,
): ComparisonColumn {
  return {
    head,
    unit: '',
    numeric: true,
    cells: rows.map((row) => ({ text: fixed(of(row), 0), value: of(row) })),
  }
}

function number(
  head: string,
  unit: string,
  rows: readonly ComparisonRow[],
  of: (row: ComparisonRow) => number,
  best: 'lowest' | 'none',
  decimals?: number,
): ComparisonColumn {
  const values = rows.map(of)
  const texts = columnTexts(values, 4, decimals)
  const lowest = Math.min(...values.filter((value) => !Number.isNaN(value)))
  return {
    head,
    unit,
    numeric: true,
    cells: values.map((value, i) => ({
      text: texts[i],
      value,
      ...(best === 'lowest' && rows.length > 1 && value === lowest && { best: true }),
    })),
  }
}

/** An estimate against the baseline, which itself shows `own`; no interval from a single round or infinite costs. */
function estimate(
  head: string,
  rows: readonly ComparisonRow[],
  of: (row: ComparisonRow) => Estimate | undefined,
  own: number,
  decimals: number,
): ComparisonColumn {
  const shown = (number: number) => fixed(number, Math.abs(number) >= 1000 ? 0 : decimals)
  const cells = rows.map((row): ComparisonCell => {
    const estimate = of(row)
    if (!estimate || !row.against) return { text: String(own), value: own }
    const { value, low, high } = estimate
    const text = shown(value)
    if (row.against.rounds < 2 || !Number.isFinite(low) || !Number.isFinite(high)) return { text, value }
    return { text, value, interval: { text: `[${shown(low)}, ${shown(high)}]`, values: [low, high] } }
  })
  return { head, unit: '', numeric: true, cells }
}

/** The table as comma-separated values: full numbers, intervals in columns of their own. */
export function comparisonCsv(columns: readonly ComparisonColumn[]): string {
  const fields = columns.flatMap((column) => {
    const name = column.unit ? `${column.head} (${column.unit})` : column.head
    const own = [name, ...column.cells.map(({ value }) => csvField(value))]
    if (!column.cells.some(({ interval }) => interval)) return [own]
    const bound = (side: 0 | 1) => column.cells.map(({ interval }) => csvField(interval?.values[side] ?? ''))
    return [own, [`${name} 95 % from`, ...bound(0)], [`${name} 95 % to`, ...bound(1)]]
  })
  return transpose(fields)
    .map((row) => `${row.join(',')}\n`)
    .join('')
}

const csvField = (value: number | string): string => {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value)
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** The table for a paper: booktabs, numbers as shown, intervals behind them. */
export function comparisonLatex(columns: readonly ComparisonColumn[]): string {
  const heads = columns.map(({ head, unit }) => latexText(unit ? `${head} (${unit})` : head))
  const rows = transpose(
    columns.map(({ cells, numeric }) =>
      cells.map(({ text, interval, best }) => {
        const shown = numeric ? latexNumber(text) : latexText(text)
        const value = best ? `\\textbf{${shown}}` : shown
        return interval ? `${value} ${latexNumber(interval.text)}` : value
      }),
    ),
  )
  return [
    '% needs \\usepackage{booktabs}',
    `\\begin{tabular}{${columns.map(({ numeric }) => (numeric ? 'r' : 'l')).join('')}}`,
    '\\toprule',
    `${heads.join(' & ')} \\\\`,
    '\\midrule',
    ...rows.map((row) => `${row.join(' & ')} \\\\`),
    '\\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n')
}

const latexSpecial: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
}

const latexText = (text: string): string =>
  text.replace(/[\\~^&%$#_{}]/g, (character) => latexSpecial[character] ?? `\\${character}`)

const latexNumber = (text: string): string =>
  text
    .replace(/×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, raised: string) => {
      const plain = raised.replace(/./g, (digit) =>
        digit === '⁻' ? '-' : String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)),
      )
      return `$\\times10^{${plain}}$`
    })
    .replaceAll('−', '$-$')
    .replaceAll('∞', '$\\infty$')
    .replaceAll('–', '--')

const transpose = (columns: readonly (readonly string[])[]): string[][] =>
  (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]))
