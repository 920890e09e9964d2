import { cellColumn, type DataTable, emptyCell, estimateCell } from '../../../report/data-table.js'
import { accuracyLeads } from '../../analysis/accuracy-leads.js'
import type { Analysis } from '../../analysis/analysis.js'
import type { AccuracyMeasure } from '../../analysis/learned-models.js'
import { settingColumns } from './pivot-tables.js'

const titles: Readonly<Record<AccuracyMeasure, string>> = {
  last: 'Lead in accuracy at the end of training',
  best: 'Lead in accuracy at its best',
  mean: 'Lead in accuracy on average over the training',
}

/** By how many points the baseline's models are ahead of the others', a table for each way to take an accuracy. */
export function accuracyLeadTables(analysis: Analysis): DataTable[] {
  const learned = analysis.settings.flatMap((setting) => {
    const leads = accuracyLeads(setting)
    return leads.length > 0 ? [{ setting, leads }] : []
  })
  const labels = [...new Set(learned.flatMap(({ leads }) => leads.map(({ label }) => label)))]
  const baseline = learned[0]?.setting.setting.baseline
  return (['last', 'best', 'mean'] as const).map((measure) => ({
    id: `accuracy-lead-${measure}`,
    title: `${titles[measure]}, points`,
    note: `By how many percentage points ${baseline} is more accurate on the test set than the scheduler of the column; above 0 ${baseline} is ahead. Means over seeds of the difference in each, 95 % intervals by Student’s t.`,
    columns: [
      ...settingColumns({ ...analysis, settings: learned.map(({ setting }) => setting) }),
      ...labels.map((label) =>
        cellColumn(
          label,
          learned.map(({ leads }) => {
            const lead = leads.find((each) => each.label === label && each.measure === measure)
            return lead ? estimateCell(lead.points, 2) : emptyCell
          }),
        ),
      ),
    ],
  }))
}
