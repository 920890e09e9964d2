import { power } from '../../../kernel/power.js'
import { slug } from '../../../report/data-table.js'
import { onLogAxis, tickLabel } from '../../../report/figures/axis-ticks.js'
import type { Figure } from '../../../report/figures/figure.js'
import { fadedUnlessHighlighted, highlightParameter } from '../../../report/figures/scheduler-scale.js'
import type { Layer, Panel, PositionChannel, Row } from '../../../report/figures/specification.js'
import { rounded, significant } from '../../../report/numbers.js'
import { largestOf, smallestOf } from '../../../statistics/extremes.js'
import type { Analysis } from '../../analysis/analysis.js'
import type { Crossing, Scaling } from '../../analysis/scaling.js'
import { timingNote } from '../tables/timing-note.js'
import { fewerClients } from './fewer-clients.js'
import { encodingOf } from './palette.js'

/** Values that span more than this are shown on a logarithmic axis. */
const LINEAR_SPREAD = 8
/** Ratios beyond this do not stretch the axis. */
const LARGEST_RATIO = 10
const MOST_FIGURES = 8

/** How decision time and cost grow with each swept value, with the points where schedulers pass the baseline. */
export function scalingFigures(analysis: Analysis): Figure[] {
  return analysis.scalings.slice(0, MOST_FIGURES).map((scaling) => scalingFigure(analysis, scaling))
}

function scalingFigure(analysis: Analysis, scaling: Scaling): Figure {
  const { points, name, held, path } = scaling
  const { baseline } = points[0].setting.setting
  const rows = rowsOf(scaling)
  const timed = rows.filter(({ decisionMs }) => decisionMs > 0)
  // No logarithm shows a cost of nothing, which is that of serving nobody.
  const compared = rows.filter(({ ratio }) => Number.isFinite(ratio) && ratio > 0)
  const idle = [...new Set(rows.flatMap(({ scheduler, cost }) => (cost === 0 ? [scheduler] : [])))]
  const beyond = [
    ...new Set(compared.flatMap(({ scheduler, ratio }) => (ratio > ratioReach(compared) ? [scheduler] : []))),
  ]
  const crossingsOf = (figure: Crossing['figure']) =>
    analysis.crossings.filter((each) => each.path === path && each.held === held && each.figure === figure)
  const inTime = crossingsOf('decision time')
  const inCost = crossingsOf('mean cost')
  const told = [...inTime, ...inCost]
  const draw = panelDrawer(
    sweptAxis(
      points.map(({ x }) => x),
      name,
    ),
    encodingOf(analysis.results.labels),
  )
  return {
    id: `scaling-${slug([name, held].filter(Boolean).join('-'))}`,
    title: `Decision time and cost as ${name} grows${held && ` (${held})`}`,
    columns: 3,
    caption:
      `(a) Median decision time. (b) Mean cost. (c) Mean cost over that of the baseline ${baseline}. ` +
      `Points: ${points.map(({ label }) => label).join('; ')}. ${timingNote(analysis)}` +
      (beyond.length > 0
        ? ` Ratios beyond ${LARGEST_RATIO}, and costs beyond thirty times the least, are cut off: ${beyond.join(', ')}.`
        : '') +
      (idle.length > 0 ? ` Not shown, since nobody is served: ${idle.join(', ')}.` : '') +
      ` ${fewerClients(points.map(({ setting }) => setting))}`.trimEnd() +
      (told.length > 0
        ? ` Circles mark where a scheduler passes the baseline: ${told.map(crossingText).join('; ')}.`
        : ' No scheduler passes the baseline between these points.'),
    spec: {
      params: [highlightParameter],
      columns: 3,
      concat: [
        ...(timed.length > 0
          ? [
              draw({
                title: '(a) median decision time',
                dataset: 'times',
                y: onLogScale('decisionMs', 'ms, log axis', decisionDomain(timed)),
                circles: inTime.map((each) => circleAt(each, 1000 * each.y)),
              }),
            ]
          : []),
        draw({
          title: '(b) mean cost',
          dataset: 'costs',
          y: onLogScale('cost', 'mean cost, log axis', costDomain(compared)),
          circles: inCost.map((each) => circleAt(each, each.y)),
        }),
        draw({
          title: '(c) cost against the baseline',
          dataset: 'costs',
          y: onLogScale('ratio', `mean cost / ${baseline}, log axis`, ratioDomain(compared)),
          circles: inCost.map((each) => circleAt(each, 1)),
        }),
      ],
      datasets: { ...(timed.length > 0 && { times: timed }), costs: compared },
    },
  }
}

/** The axis of the swept value, logarithmic where its values span much, with a tick at each where they are few. */
function sweptAxis(values: readonly number[], name: string): PositionChannel {
  const [first, last] = [values[0], values[values.length - 1]]
  const logarithmic = first > 0 && last / first >= LINEAR_SPREAD
  const margin = logarithmic ? power(last / first, 0.03) : 0.03 * (last - first)
  return {
    field: 'x',
    type: 'quantitative',
    title: `${name}${logarithmic ? ', log axis' : ''}`,
    scale: logarithmic
      ? { type: 'log', domain: [rounded(first / margin, 3), rounded(last * margin, 3)], nice: false }
      : { type: 'linear', domain: [first - margin, last + margin], nice: false, zero: false },
    axis: {
      grid: false,
      labelOverlap: 'greedy',
      labelExpr: tickLabel,
      ...(values.length <= 12 ? { values } : { tickCount: 6 }),
    },
  }
}

interface GrowthPanel {
  readonly title: string
  readonly dataset: 'times' | 'costs'
  readonly y: ReturnType<typeof onLogScale>
  /** Where schedulers pass the baseline. */
  readonly circles: readonly Row[]
}

/** Draws panels of lines over one swept axis. */
const panelDrawer =
  (x: ReturnType<typeof sweptAxis>, encoding: ReturnType<typeof encodingOf>) =>
  ({ title, dataset, y, circles }: GrowthPanel): Panel => ({
    title,
    width: 300,
    height: 260,
    data: { name: dataset },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2, clip: true },
        encoding: { x, y, color: encoding.color, opacity: fadedUnlessHighlighted(0.9) },
      },
      {
        mark: { type: 'point', filled: true, size: 80, stroke: '#ffffff', strokeWidth: 0.8, clip: true },
        encoding: {
          x: { field: 'x', type: 'quantitative' },
          y: { field: y.field, type: 'quantitative' },
          ...encoding,
          opacity: fadedUnlessHighlighted(1),
          tooltip: [
            { field: 'scheduler', type: 'nominal' },
            { field: 'label', type: 'nominal', title: 'where' },
            { field: 'decisionMs', type: 'quantitative', title: 'decision (ms)', format: '.3~g' },
            { field: 'cost', type: 'quantitative', title: 'mean cost', format: ',.4~r' },
            { field: 'ratio', type: 'quantitative', title: 'cost ratio', format: ',.4~r' },
          ],
        },
      },
      ...(circles.length > 0 ? [circleLayer(circles)] : []),
    ],
  })

const circleLayer = (circles: readonly Row[]): Layer => ({
  data: { values: circles },
  mark: { type: 'point', filled: false, size: 260, stroke: '#1a1a1a', strokeWidth: 1.5 },
  encoding: {
    x: { field: 'x', type: 'quantitative' },
    y: { field: 'y', type: 'quantitative' },
    tooltip: [{ field: 'text', type: 'nominal' }],
  },
})

const circleAt = (crossing: Crossing, y: number) => ({
  x: rounded(crossing.x),
  y: rounded(y),
  text: crossingText(crossing),
})

const onLogScale = (
  field: 'decisionMs' | 'cost' | 'ratio',
  title: string,
  domain: readonly [number, number],
) => ({ field, type: 'quantitative', title, ...onLogAxis(domain) }) as const

type Point = ReturnType<typeof rowsOf>[number]

const decisionDomain = (rows: readonly Point[]) =>
  around(
    rows.map(({ decisionMs }) => decisionMs),
    1.5,
    2,
  )

/** The largest ratio that the axes have room for: any, where the baseline would be alone on them otherwise. */
const ratioReach = (rows: readonly Point[]): number =>
  rows.some(({ ratio }) => ratio !== 1 && ratio <= LARGEST_RATIO) ? LARGEST_RATIO : Number.POSITIVE_INFINITY

/** Without costs that are so far from the least that the others could not be told apart. */
function costDomain(rows: readonly Point[]) {
  const costs = rows.map(({ cost }) => cost)
  const reach = Number.isFinite(ratioReach(rows)) ? 30 * smallestOf(costs) : Number.POSITIVE_INFINITY
  return around(
    costs.filter((cost) => cost <= reach),
    1.05,
    3,
  )
}

function ratioDomain(rows: readonly Point[]) {
  const reach = ratioReach(rows)
  const shown = rows.map(({ ratio }) => ratio).filter((ratio) => ratio <= reach)
  return [
    rounded(smallestOf([1, ...shown]) / 1.03, 3),
    rounded(largestOf([1.05, ...shown]) * 1.04, 3),
  ] as const
}

/** From the least to the greatest, with a margin by this factor; in so many digits. */
const around = (values: readonly number[], margin: number, digits: number) =>
  [rounded(smallestOf(values) / margin, digits), rounded(largestOf(values) * margin, digits)] as const

const crossingText = ({ figure, before, after, name, x, y }: Crossing): string =>
  `${figure}: ${after} below ${before} from ${name} ≈ ${significant(x, 3)}` +
  (figure === 'decision time' ? ` (${significant(1000 * y, 2)} ms)` : '')

function rowsOf({ points }: Scaling) {
  return points.flatMap(({ x, label, setting }) =>
    setting.compared.map(({ label: scheduler, against, medianDecision, meanCost }) => ({
      scheduler,
      x,
      label,
      decisionMs: rounded(1000 * medianDecision, 4),
      cost: rounded(meanCost),
      ratio: rounded(against?.ratio.value ?? (scheduler === setting.setting.baseline ? 1 : Number.NaN)),
    })),
  )
}
