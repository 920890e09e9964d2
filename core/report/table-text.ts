import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import { csvLine } from '../results/csv.js'
import { latexText } from './latex-text.js'
import type { TableColumn } from './table-column.js'

/** The table as comma-separated values: full numbers, intervals in columns of their own. */
export function tableCsv(columns: readonly TableColumn[]): string {
  const fields = columns.flatMap((column) => {
    const name = nameOf(column)
    const own = [name, ...column.cells.map(({ value }) => value)]
    if (!column.cells.some(({ interval }) => interval)) return [own]
    const bound = (side: 0 | 1) => column.cells.map(({ interval }) => interval?.values[side] ?? Number.NaN)
    return [own, [`${name} 95 % from`, ...bound(0)], [`${name} 95 % to`, ...bound(1)]]
  })
  return transpose(fields).map(csvLine).join('')
}

/** What a column is called where its unit has no place of its own: `mean time (s)`. */
const nameOf = ({ head, unit }: Pick<TableColumn, 'head' | 'unit'>): string =>
  unit ? `${head} (${unit})` : head

/** How a table stands in a paper. */
export interface LatexOptions {
  readonly caption: string
  /** What `\ref` names it by. */
  readonly label: string
  /** Heads of the columns to keep beside the first, in this order; all where none of them is the table's. */
  readonly keep?: readonly string[]
}

/** The table for a paper: a float with caption and label, booktabs, numbers as shown, intervals behind them. */
export function tableLatex(all: readonly TableColumn[], { caption, label, keep = [] }: LatexOptions): string {
  const columns = chosenColumns(all, keep)
  const rows = transpose(
    columns.map(({ cells }) =>
      cells.map(({ text, interval, best }) => {
        const value = best ? `\\textbf{${latexText(text)}}` : latexText(text)
        return interval ? `${value} ${latexText(interval.text)}` : value
      }),
    ),
  )
  return [
    '% needs \\usepackage{booktabs}',
    '\\begin{table}[tbp]',
    '\\centering',
    `\\caption{${latexText(caption)}}`,
    `\\label{${label}}`,
    `\\begin{tabular}{${columns.map(({ numeric }) => (numeric ? 'r' : 'l')).join('')}}`,
    '\\toprule',
    latexRow(columns.map((column) => latexText(nameOf(column)))),
    '\\midrule',
    ...rows.map(latexRow),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}

const latexRow = (cells: readonly string[]): string => `${cells.join(' & ')} \\\\`

/** Refuses heads that no column of the tables has, as what `place` says. */
export function refuseUnknownColumns(
  keep: readonly string[],
  tables: readonly (readonly TableColumn[])[],
  place: string,
): void {
  const heads = [...new Set(tables.flatMap((columns) => columns.map(({ head }) => head)))]
  const problems = keep
    .filter((head) => !heads.includes(head))
    .map((head) => {
      const suggestion = nearestName(head, heads)
      return {
        message: `"${head}" is the head of no column; there are ${heads.join(', ')}`,
        place: { file: place },
        ...(suggestion !== undefined && { suggestion }),
      }
    })
  if (problems.length > 0) throw new UserError(problems)
}

/** The first column, which says what the rows are, and those of these heads. */
function chosenColumns([first, ...others]: readonly TableColumn[], keep: readonly string[]): TableColumn[] {
  const chosen = keep.flatMap((head) => others.filter((column) => column.head === head))
  return [first, ...(chosen.length > 0 ? chosen : others)]
}

const transpose = <T>(columns: readonly (readonly T[])[]): T[][] =>
  (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]))
