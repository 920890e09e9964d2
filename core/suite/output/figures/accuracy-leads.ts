import type { Figure } from '../../../report/figures/figure.js'
import { highlightParameter } from '../../../report/figures/scheduler-scale.js'
import { fixed, rounded } from '../../../report/numbers.js'
import { accuracyLeads } from '../../analysis/accuracy-leads.js'
import type { Analysis } from '../../analysis/analysis.js'
import { intervalLayers } from './intervals.js'
import { encodingOfSome } from './palette.js'

/** Settings beyond these are in the tables. */
const MOST_SETTINGS = 36

const panels = [
  { measure: 'last', title: '(a) at the end of training' },
  { measure: 'best', title: '(b) at its best' },
  { measure: 'mean', title: '(c) on average over the training' },
] as const

/** In which settings the baseline's models are more accurate than whose, and by how much; where something was learned. */
export function accuracyLeadsFigure({ settings, results }: Analysis): Figure | undefined {
  const learned = settings.flatMap((setting) => {
    const leads = accuracyLeads(setting)
    return leads.length > 0 ? [{ setting, leads }] : []
  })
  if (learned.length === 0) return undefined
  const shown = learned.slice(0, MOST_SETTINGS)
  const labels = shown.map(({ setting }) => setting.label)
  const baseline = shown[0].setting.setting.baseline
  const schedulers = [...new Set(shown.flatMap(({ leads }) => leads.map(({ label }) => label)))]
  const encoding = encodingOfSome(results.labels, schedulers)
  const rows = {
    y: { field: 'setting', type: 'nominal', sort: labels, title: null },
    yOffset: { field: 'scheduler', type: 'nominal', sort: schedulers },
  } as const
  return {
    id: 'accuracy-leads',
    title: 'Who learns better where',
    columns: panels.length,
    caption:
      `By how many percentage points the model under ${baseline} is more accurate on the test set than under each other scheduler: right of the line ${baseline} is ahead. ` +
      'Marks are means over seeds of the difference in each, bars 95 % intervals by Student’s t.' +
      (shown.length < learned.length
        ? ` The first ${shown.length} of ${fixed(learned.length, 0)} settings; all are in accuracy-lead-last.csv.`
        : ''),
    spec: {
      params: [highlightParameter],
      columns: panels.length,
      concat: panels.map(({ measure, title }, i) => ({
        title,
        width: 220,
        height: { step: 11, for: 'offset' },
        data: { name: measure },
        layer: intervalLayers({
          field: 'lead',
          baseline: ['zero', 0],
          x: { title: `lead of ${baseline}, points`, axis: { tickCount: 5 } },
          rows,
          // The other panels have the same rows.
          y: {
            ...rows.y,
            axis:
              i === 0
                ? { labelLimit: 430, grid: true, ticks: false }
                : { labels: false, grid: true, ticks: false },
          },
          encoding,
          sizes: { bar: 2, mark: 55, rim: 0.6 },
          tooltip: [
            { field: 'setting', type: 'nominal' },
            { field: 'scheduler', type: 'nominal' },
            { field: 'text', type: 'nominal', title: 'lead, points' },
          ],
        }),
      })),
      datasets: Object.fromEntries(
        panels.map(({ measure }) => [
          measure,
          shown.flatMap(({ setting, leads }) =>
            leads
              .filter((lead) => lead.measure === measure)
              .map(({ label, points: { value, low, high } }) => ({
                setting: setting.label,
                scheduler: label,
                lead: rounded(value),
                // One seed has no interval.
                low: rounded(Number.isFinite(low) ? low : value),
                high: rounded(Number.isFinite(high) ? high : value),
                text: Number.isFinite(low)
                  ? `${fixed(value, 2)} [${fixed(low, 2)}, ${fixed(high, 2)}]`
                  : fixed(value, 2),
              })),
          ),
        ]),
      ),
    },
  }
}
