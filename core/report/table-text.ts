import type { TableColumn } from './table-column.js'

/** The table as comma-separated values: full numbers, intervals in columns of their own. */
export function tableCsv(columns: readonly TableColumn[]): string {
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
export function tableLatex(columns: readonly TableColumn[]): string {
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
