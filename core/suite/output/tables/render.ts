import { tableCsv, tableLatex } from '../../../report/table-text.js'
import { type SuiteTable, slug } from './table.js'

/** A table in Markdown: intervals behind their figures, the best of a column in bold. */
export function markdownTable({ columns }: Pick<SuiteTable, 'columns'>): string {
  const heads = columns.map(({ head, unit }) => escaped(unit ? `${head} (${unit})` : head))
  const rule = columns.map(({ numeric }) => (numeric ? '---:' : ':---'))
  const rows = (columns[0]?.cells ?? []).map((_, row) =>
    columns.map(({ cells }) => {
      const { text, interval, best } = cells[row]
      const shown = best ? `**${escaped(text)}**` : escaped(text)
      return interval ? `${shown} ${escaped(interval.text)}` : shown
    }),
  )
  return [heads, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const escaped = (text: string): string => text.replace(/([|\\*_`<>[\]])/g, '\\$1').replace(/\s+/g, ' ')

/** All tables as one Markdown page. */
export function markdownPage(title: string, tables: readonly SuiteTable[]): string {
  const parts = tables.flatMap((table) => [`## ${table.title}`, markdownTable(table), table.note])
  return `${[`# ${title}`, ...parts].join('\n\n')}\n`
}

/** A table for a paper, its note as a comment; `keep` as in `LatexOptions`. */
export function latexTable(
  { id, title, note, columns }: SuiteTable,
  suite: string,
  keep: readonly string[] = [],
): string {
  const options = { caption: `${suite}: ${title}.`, label: `tab:${slug(suite)}-${id}`, keep }
  return `% ${note.replace(/\s+/g, ' ')}\n${tableLatex(columns, options)}`
}

/** Comma-separated values with full numbers. */
export const csvTable = ({ columns }: SuiteTable): string => tableCsv(columns)
