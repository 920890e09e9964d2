import Table from 'cli-table3'
import { columnsOfText, shortLabels } from '../../label.js'
import { rowsIn, type TableColumn } from '../../report/data-table.js'
import { largestOf } from '../../statistics/extremes.js'

/** A column; numbers stand on the right. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Rows in aligned columns, two spaces between them, no borders. */
export function alignedTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const none = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, '']),
  )
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: { ...Object.fromEntries(none), middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  for (const row of rows) table.push([...row])
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** The widest line of a text, in columns. */
export const widthOf = (text: string): number => largestOf(text.split('\n').map(columnsOfText))

/** A table's columns, its units beside their heads and intervals behind their figures; long words are cut. */
export function terminalTable(columns: readonly TableColumn[]): string {
  const texts = columns.map(({ cells, numeric }) =>
    numeric
      ? cells.map(({ text, interval }) => (interval ? `${text} ${interval.text}` : text))
      : shortLabels(cells.map(({ text }) => text)),
  )
  const rows = Array.from({ length: rowsIn(columns) }, (_, row) => texts.map((cells) => cells[row] ?? ''))
  const names = shortLabels(columns.map(({ head }) => head))
  const heads = columns.map(({ unit, numeric }, i) => {
    const name = names[i]!
    return {
      title: unit && !name.endsWith(unit) ? `${name} ${unit}` : name,
      align: numeric ? ('right' as const) : ('left' as const),
    }
  })
  return alignedTable(heads, rows)
}
