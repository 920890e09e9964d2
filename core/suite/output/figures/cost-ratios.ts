import { onLogAxis } from '../../../report/figures/axis-ticks.js'
import type { Figure } from '../../../report/figures/figure.js'
import { highlightParameter } from '../../../report/figures/scheduler-scale.js'
import { fixed, rounded, significant } from '../../../report/numbers.js'
import { largestOf, smallestOf } from '../../../statistics/extremes.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { Analysis } from '../../analysis/analysis.js'
import { ratioNote } from '../tables/schedulers-table.js'
import { fewerClients } from './fewer-clients.js'
import { intervalLayers } from './intervals.js'
import { encodingOf } from './palette.js'

/** Settings beyond these are in the tables, and in the figures of what they grow with. */
const MOST_PANELS = 12
/** Ratios beyond these are told by an arrow. */
const LARGEST_RATIO = 4

/** Ratios of mean costs to the baseline, with their intervals, a panel each setting. */
export function costRatios({ settings, results }: Analysis): Figure | undefined {
  const panels = settings
    .filter(({ compared }) => compared.some(({ against }) => against))
    .slice(0, MOST_PANELS)
  if (panels.length === 0) return undefined
  const encoding = encodingOf(results.labels)
  const ratios = panels.flatMap(({ compared }) =>
    compared.flatMap(({ against }) =>
      against ? [against.ratio.value, against.ratio.low, against.ratio.high] : [],
    ),
  )
  const inside = ratios.filter((ratio) => ratio <= LARGEST_RATIO && ratio >= 1 / LARGEST_RATIO)
  const domain = [
    rounded(smallestOf([0.95, ...inside]) / 1.02, 3),
    rounded(largestOf([1.05, ...inside]) * 1.12, 3),
  ] as const
  const clamp = (ratio: number) => Math.min(domain[1], Math.max(domain[0], ratio))
  const beyond = panels.some((panel) => rowsOf(panel, clamp).some(({ outside }) => outside))
  const cut = panels.flatMap((panel) =>
    rowsOf(panel, clamp).flatMap(({ scheduler, cut, text }) =>
      cut ? [`${scheduler}${panels.length > 1 ? ` (${panel.label})` : ''} ${text}`] : [],
    ),
  )
  return {
    id: 'cost-ratios',
    title: 'Cost against the baseline',
    columns: 2,
    caption:
      `The line at 1 is the baseline, the axis logarithmic. ${ratioNote(panels)} A ratio without a bar has no interval.` +
      (beyond ? ' An arrow with a number is a ratio beyond the axis.' : '') +
      (cut.length > 0 ? ` Intervals that go on beyond the axis: ${cut.join(', ')}.` : '') +
      ` ${fewerClients(panels)}`.trimEnd() +
      (panels.length < settings.length
        ? ` The first ${panels.length} of ${fixed(settings.length, 0)} settings; all are in cost-ratios.csv.`
        : ''),
    spec: {
      params: [highlightParameter],
      columns: 2,
      concat: panels.map((panel, i) => ({
        title: panel.label,
        width: 330,
        height: { step: 24 },
        data: { name: `ratios${i}` },
        layer: [
          ...intervalLayers({
            field: 'shown',
            where: '!datum.outside',
            baseline: ['ratio', 1],
            x: { title: `mean cost / ${panel.setting.baseline}`, ...onLogAxis(domain) },
            rows: rowsIn(panel),
            y: {
              field: 'scheduler',
              type: 'nominal',
              title: null,
              sort: panel.compared.map(({ label }) => label),
              axis: { labelLimit: 190, grid: true, ticks: false, domain: false },
            },
            encoding,
            sizes: { bar: 2.5, mark: 90, rim: 0.8 },
            tooltip: [
              { field: 'scheduler', type: 'nominal' },
              { field: 'text', type: 'nominal', title: 'ratio' },
            ],
          }),
          {
            transform: [{ filter: 'datum.outside' }],
            mark: {
              type: 'text',
              align: { expr: "datum.shown > 1 ? 'right' : 'left'" },
              dx: { expr: 'datum.shown > 1 ? -4 : 4' },
              dy: -7,
              fontSize: 12,
            },
            encoding: {
              x: { field: 'shown', type: 'quantitative' },
              ...rowsIn(panel),
              text: { field: 'beyond', type: 'nominal' },
            },
          },
        ],
      })),
      datasets: Object.fromEntries(panels.map((panel, i) => [`ratios${i}`, rowsOf(panel, clamp)])),
    },
  }
}

const rowsIn = ({ compared }: AnalysedSetting) =>
  ({ y: { field: 'scheduler', type: 'nominal', sort: compared.map(({ label }) => label) } }) as const

function rowsOf({ compared, setting }: AnalysedSetting, clamp: (ratio: number) => number) {
  return compared.flatMap(({ label: scheduler, against }) => {
    if (!against) {
      return scheduler === setting.baseline
        ? [{ scheduler, shown: 1, low: 1, high: 1, text: '1', outside: false, cut: false, beyond: '' }]
        : []
    }
    const { value } = against.ratio
    // A ratio without an interval is drawn without a bar.
    const [low, high] = [against.ratio.low, against.ratio.high].map((end) =>
      Number.isNaN(end) ? value : end,
    )
    if (Number.isNaN(value)) return []
    const text =
      Number.isFinite(low) && Number.isFinite(high) && low < high
        ? `${fixed(value, 3)} [${fixed(low, 3)}, ${fixed(high, 3)}]`
        : fixed(value, 3)
    return [
      {
        scheduler,
        shown: rounded(clamp(value)),
        low: rounded(clamp(low)),
        high: rounded(clamp(high)),
        text,
        outside: clamp(value) !== value,
        cut: clamp(value) === value && (clamp(low) !== low || clamp(high) !== high),
        beyond: `${significant(value, 3)} ${value > 1 ? '→' : '←'}`,
      },
    ]
  })
}
