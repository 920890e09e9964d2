import { learningTable } from '../../observe/learning-tables.js'
import { always, columnNamed, missing, table, without } from '../../observe/table.js'
import { decisionsTable, roundsTable } from '../../observe/tables.js'
import { twinTable } from '../../observe/twin-table.js'

/** Rounds of a cell: those of a run, with the decision's wall-clock time, without the scheduler's name. */
export const cellRoundsTable = table(roundsTable.name, roundsTable.description, [
  ...always(without(roundsTable.columns, 'scheduler')),
  missing(columnNamed(decisionsTable.columns, 'decisionSeconds')),
])

/** A learning table of one model. */
export const cellLearningTable = table(
  learningTable.name,
  learningTable.description,
  always(without(learningTable.columns, 'scheduler')),
)

/** The models that were learned with all samples in one place; in the cells of one scheduler of a setting only. */
const referenceTable = table('reference', learningTable.description, always(learningTable.columns))

/** What the twin of its scheduler took rounds for, and what was reported to it; without rows where it is perfect. */
const cellTwinTable = table(twinTable.name, twinTable.description, without(twinTable.columns, 'scheduler'))

/** The tables that a cell is kept in. */
export const cellTables = [cellRoundsTable, cellLearningTable, referenceTable, cellTwinTable] as const

/** What they are called. */
export type CellTableName = (typeof cellTables)[number]['name']

/** One of them, by its name. */
export type CellTable<N extends CellTableName> = Extract<(typeof cellTables)[number], { readonly name: N }>
