import { power } from '../../../kernel/power.js'
import { logTicks, onLogAxis } from '../../../report/figures/axis-ticks.js'
import type { Figure } from '../../../report/figures/figure.js'
import { offScaleLayer, offScaleNote, offScaleOf } from '../../../report/figures/off-scale.js'
import { fadedUnlessHighlighted, highlightParameter } from '../../../report/figures/scheduler-scale.js'
import { fixed, rounded } from '../../../report/numbers.js'
import { servingMost } from '../../../results/comparable.js'
import { largestOf, smallestOf } from '../../../statistics/extremes.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { Analysis } from '../../analysis/analysis.js'
import { timingNote } from '../tables/timing-note.js'
import { fewerClients } from './fewer-clients.js'
import { encodingOf } from './palette.js'

const MOST_PANELS = 12
/** Schedulers beyond this multiple of the best, or its inverse, do not stretch the axis. */
const LARGEST_RATIO = 10

/** Mean cost against median decision time, the front of those that none beats in both joined. */
export function pareto(analysis: Analysis): Figure | undefined {
  const { settings, results } = analysis
  const panels = settings.filter((setting) => rowsOf(setting).length > 1).slice(0, MOST_PANELS)
  if (panels.length === 0) return undefined
  const encoding = encodingOf(results.labels)
  const offScale = panels.map((panel) => {
    const rows = rowsOf(panel).map(({ scheduler, ratio }) => ({ scheduler, value: ratio }))
    return offScaleOf(rows, [1 / LARGEST_RATIO, LARGEST_RATIO], 'vertical')
  })
  return {
    id: 'pareto',
    title: 'Cost against decision time',
    columns: 2,
    caption:
      'Mean cost over the best mean cost of the setting against the median time of a decision, both on log axes; lower and further left is better. ' +
      'The line joins the Pareto front: schedulers that no other beats in both, of those that serve the most clients. ' +
      fewerClients(panels) +
      timingNote(analysis) +
      offScaleNote(offScale.flat(), 'ratios') +
      (panels.length < settings.length
        ? ` The first ${panels.length} of ${fixed(settings.length, 0)} settings.`
        : ''),
    spec: {
      params: [highlightParameter],
      columns: 2,
      concat: panels.map((panel, i) => {
        const rows = rowsOf(panel)
        const times = rows.map(({ decisionMs }) => decisionMs)
        const x = [rounded(smallestOf(times) / 1.5, 2), rounded(largestOf(times) * 1.5, 2)] as const
        const ratios = rows
          .map(({ ratio }) => ratio)
          .filter((ratio) => ratio >= 1 / LARGEST_RATIO && ratio <= LARGEST_RATIO)
        const cheapest = Math.min(1, smallestOf(ratios))
        const dearest = largestOf([1.02, ...ratios])
        const span = dearest / cheapest
        const y = [rounded(cheapest * power(span, -0.06), 4), rounded(dearest * power(span, 0.1), 4)] as const
        return {
          title: panel.label,
          width: 400,
          height: 270,
          data: { name: `front${i}` },
          layer: [
            {
              transform: [{ filter: 'datum.front' }],
              mark: {
                type: 'line',
                interpolate: 'step-after',
                color: '#8c8c8c',
                strokeDash: [5, 3],
                clip: true,
              },
              encoding: {
                x: {
                  field: 'decisionMs',
                  type: 'quantitative',
                  title: 'median decision time (ms), log axis',
                  ...onLogAxis(x),
                },
                y: {
                  field: 'ratio',
                  type: 'quantitative',
                  title: 'mean cost / best, log axis',
                  ...onLogAxis(y, logTicks([cheapest, y[1]])),
                },
              },
            },
            {
              transform: [{ filter: `inrange(datum.ratio, [${1 / LARGEST_RATIO}, ${LARGEST_RATIO}])` }],
              mark: { type: 'point', filled: true, size: 130, stroke: '#ffffff', strokeWidth: 1 },
              encoding: {
                x: { field: 'decisionMs', type: 'quantitative' },
                y: { field: 'ratio', type: 'quantitative' },
                ...encoding,
                opacity: fadedUnlessHighlighted(1),
                tooltip: [
                  { field: 'scheduler', type: 'nominal' },
                  { field: 'decisionMs', type: 'quantitative', title: 'decision (ms)', format: '.3~g' },
                  { field: 'ratio', type: 'quantitative', title: 'cost / best', format: ',.4~r' },
                ],
              },
            },
            ...offScaleLayer(offScale[i]),
          ],
        }
      }),
      datasets: Object.fromEntries(panels.map((panel, i) => [`front${i}`, rowsOf(panel)])),
    },
  }
}

function rowsOf({ compared, paretoFront }: AnalysedSetting) {
  const timed = compared.filter(({ medianDecision, meanCost }) => medianDecision > 0 && meanCost > 0)
  const most = servingMost(compared)
  const best = smallestOf(
    (most.length > 0 ? timed.filter((row) => most.includes(row)) : timed).map(({ meanCost }) => meanCost),
  )
  return timed
    .map(({ label: scheduler, meanCost, medianDecision }) => ({
      scheduler,
      decisionMs: rounded(1000 * medianDecision, 4),
      ratio: rounded(meanCost / best),
      front: paretoFront.includes(scheduler),
    }))
    .sort((a, b) => a.decisionMs - b.decisionMs)
}
