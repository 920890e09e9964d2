import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import { csvLine } from '../results/csv.js'
import { type DataTable, rowsIn, type TableCell, type TableColumn } from './data-table.js'
import { escapeHtml } from './html.js'
import { latexText } from './latex-text.js'

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

/** A table in Markdown: intervals behind their figures, the best of a column in bold. */
export function tableMarkdown(columns: readonly TableColumn[]): string {
  const heads = columns.map((column) => escapeMarkdown(nameOf(column)))
  const rule = columns.map(({ numeric }) => (numeric ? '---:' : ':---'))
  const rows = cellsByRow(columns).map((cells) =>
    cells.map(({ text, interval, best }) => {
      const shown = best ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text)
      return interval ? `${shown} ${escapeMarkdown(interval.text)}` : shown
    }),
  )
  return [heads, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const escapeMarkdown = (text: string): string => text.replace(/([|\\*_`<>[\]])/g, '\\$1').replace(/\s+/g, ' ')

/** Tables as one Markdown page. */
export function markdownPage(title: string, tables: readonly DataTable[]): string {
  const parts = tables.flatMap((table) => [`## ${table.title}`, tableMarkdown(table.columns), table.note])
  return `${[`# ${title}`, ...parts].join('\n\n')}\n`
}

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
  const rows = cellsByRow(columns).map((cells) =>
    cells.map(({ text, interval, best }) => {
      const value = best ? `\\textbf{${latexText(text)}}` : latexText(text)
      return interval ? `${value} ${latexText(interval.text)}` : value
    }),
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

/** Whose rows a table has that the page's script sorts and brings out in the figures. */
export interface HtmlRows {
  readonly labels: readonly string[]
  /** What stands before a name, HTML. */
  readonly before?: (row: number) => string
}

/** The table in a page; with `rows` its heads sort, and its names can be clicked. */
export function tableHtml(columns: readonly TableColumn[], rows?: HtmlRows): string {
  const heads = columns.map((column) => {
    const { numeric, head, unit } = column
    const text = `${escapeHtml(head)}${unit ? ` <span class="unit">(${escapeHtml(unit)})</span>` : ''}`
    const sorted = rows ? ` data-numeric="${numeric}"` : ''
    return `<th scope="col"${sorted}${numeric ? '' : ' class="text"'}>${rows ? button(text) : text}</th>`
  })
  const body = cellsByRow(columns).map((cells, row) => {
    const texts = cells.map((cell, i) =>
      rows && i === 0
        ? `<th scope="row" class="text"${dataValue(cell)}>${button(`${rows.before?.(row) ?? ''}${escapeHtml(cell.text)}`)}</th>`
        : cellHtml(cell, columns[i].numeric, rows !== undefined),
    )
    return `<tr${rows ? ` data-scheduler="${escapeHtml(rows.labels[row])}"` : ''}>${texts.join('')}</tr>`
  })
  return `<div class="scroll"><table class="${rows ? 'comparison' : 'results'}">
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`
}

const button = (content: string): string => `<button type="button">${content}</button>`

const dataValue = ({ value }: TableCell): string => ` data-value="${escapeHtml(String(value))}"`

function cellHtml(cell: TableCell, numeric: boolean, sorted: boolean): string {
  const { text, interval, best, tone } = cell
  const classes = [...(numeric ? [] : ['text']), ...(best ? ['best'] : []), ...(tone ? [tone] : [])].join(' ')
  const range = interval ? `<span class="interval">${escapeHtml(interval.text)}</span>` : ''
  return `<td${classes && ` class="${classes}"`}${sorted ? dataValue(cell) : ''}>${escapeHtml(text)}${range}</td>`
}

const cellsByRow = (columns: readonly TableColumn[]): TableCell[][] =>
  Array.from({ length: rowsIn(columns) }, (_, row) => columns.map(({ cells }) => cells[row]))

const transpose = <T>(columns: readonly (readonly T[])[]): T[][] =>
  (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]))
