import type { Table } from '../../results/columns.js'
import { decisionsTable, learningTable, roundsTable } from '../../results/tables.js'

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

/** A learning table of one model. */
const learning: Table = {
  ...learningTable,
  columns: learningTable.columns.filter(({ name }) => name !== 'scheduler'),
}

/** The tables that a cell is kept in; `reference` has the models that were learned beside the baseline, with all samples in one place. */
export const cellTables: readonly Table[] = [
  cellRoundsTable,
  learning,
  { ...learningTable, name: 'reference' },
]
