import { type DataTable, rowsIn } from '../../../report/data-table.js'
import type { Analysis } from '../../analysis/analysis.js'
import type { Verdict } from '../../analysis/claims.js'
import { withOwnIds } from '../own-ids.js'
import { accuracyLeadTables } from './accuracy-lead-tables.js'
import { claimsTable } from './claims-table.js'
import { learningTable } from './learning-table.js'
import { crossingsTable, decisionTable, ratioTable } from './pivot-tables.js'
import { ranksTable, winsTable } from './rank-tables.js'
import { schedulersTable } from './schedulers-table.js'
import { synchronisationTable } from './synchronisation-table.js'

/** Beyond so many settings each has its row in the tables over all of them only. */
const MOST_SETTING_TABLES = 12

/** Every table that there is something for, in the order in which they are shown. */
export function allTables(analysis: Analysis, verdicts: readonly Verdict[]): DataTable[] {
  const { settings } = analysis
  return withOwnIds(
    [
      ...(verdicts.length > 0 ? [claimsTable(verdicts)] : []),
      ...(settings.length <= MOST_SETTING_TABLES
        ? settings.map((setting) => schedulersTable(setting, settings.length))
        : []),
      ...settings.map(learningTable).filter((table) => table !== undefined),
      ...accuracyLeadTables(analysis),
      ...(settings.length > 1 ? [ratioTable(analysis), decisionTable(analysis)] : []),
      ...(analysis.synchronisations.length > 0 ? [synchronisationTable(analysis)] : []),
      ...(analysis.crossings.length > 0 ? [crossingsTable(analysis)] : []),
      ...(analysis.wins.labels.length > 1 ? [winsTable(analysis)] : []),
      ...(analysis.ranking ? [ranksTable(analysis, analysis.ranking)] : []),
    ].filter(({ columns }) => rowsIn(columns) > 0),
  )
}
