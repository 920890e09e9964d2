import { decisionsTable, roundsTable, type Table, tables } from '../results/tables.js'

/** Rounds of a cell: those of a run, with the decision's wall-clock time, without the scheduler's name. */
export const cellRoundsTable: Table = {
  ...roundsTable,
  columns: [
    ...roundsTable.columns.filter(({ name }) => name !== 'scheduler'),
    ...decisionsTable.columns
      .filter(({ name }) => name === 'decisionSeconds')
      .map((column) => ({ ...column, nullable: true as const })),
  ],
}

/** Tables of a run, beside that of its rounds, that a cell keeps where they have rows. */
const alsoKept = ['learning']

/** The tables that a cell is kept in. */
export const cellTables: readonly Table[] = [
  cellRoundsTable,
  ...tables
    .filter(({ name }) => alsoKept.includes(name))
    .map((table: Table) => ({
      ...table,
      columns: table.columns.filter(({ name }) => name !== 'scheduler'),
    })),
]
