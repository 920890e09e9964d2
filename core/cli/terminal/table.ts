import Table from 'cli-table3'
import { columnsOfText } from '../../label.js'
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
