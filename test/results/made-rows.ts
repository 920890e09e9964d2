import type { Column, Row, Table } from '../../core/observe/table.js'
import { type Figures, mapFigures, TableData } from '../../core/results/table-data.js'

/** A row of a table; what is not told is null where it may be, else 0 or empty; columns that tables may be without are left out. */
export const madeRow = <C extends Column>({ columns }: Table<string, C>, told: Partial<Row<C>>): Row<C> =>
  ({
    ...Object.fromEntries(
      columns
        .filter(({ optional }) => !optional)
        .map(({ name, type, nullable }) => [name, nullable ? null : type === 'STRING' ? '' : 0]),
    ),
    ...told,
  }) as Row<C>

/** Figures of so many rows; a column that is not told is NaN. */
export const madeFigures = <T extends Table>(
  table: T,
  rows: number,
  told: Partial<Figures<T>>,
): Figures<T> => ({
  ...mapFigures(table, () => new Float64Array(rows).fill(Number.NaN)),
  ...told,
})

/** Data of a table with these columns; those that are not told are not there. */
export const madeData = <C extends Column>(
  { columns }: Table<string, C>,
  told: { readonly [N in C['name']]?: readonly number[] | readonly string[] },
): TableData<C> => {
  const entries = Object.entries<readonly (number | string)[]>(
    told as object as Record<string, readonly number[]>,
  )
  const data = entries.map(([name, values]) => [
    name,
    typeof values[0] === 'string' ? values : Float64Array.from(values as readonly number[]),
  ])
  const there = columns.filter(({ name }) => Object.hasOwn(told, name))
  return new TableData(entries[0][1].length, there, Object.fromEntries(data))
}
