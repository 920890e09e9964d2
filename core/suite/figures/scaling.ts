import { onLogAxis, tickLabel } from '../../report/figures/axis-ticks.js'
import type { Figure } from '../../report/figures/figure.js'
import { fadedUnlessHighlighted, highlightParameter } from '../../report/figures/scheduler-scale.js'
import { rounded, significant } from '../../report/numbers.js'
import type { Analysis } from '../analysis.js'
import type { Crossing, Scaling } from '../scaling.js'
import { slug } from '../tables/table.js'
import { timingNote } from '../tables/timing-note.js'
import { encodingOf } from './palette.js'

/** Values that span more than this are shown on a logarithmic axis. */
const linearSpread = 8
/** Ratios beyond this do not stretch the axis. */
const reach = 10
const mostFigures = 8

/** How decision time and cost grow with each swept value, with the points where schedulers pass the baseline. */
export function scalingFigures(analysis: Analysis): Figure[] {
  return analysis.scalings.slice(0, mostFigures).map((scaling) => scalingFigure(analysis, scaling))
}

function scalingFigure(analysis: Analysis, scaling: Scaling): Figure {
  const { points, name, held, path } = scaling
  const encoding = encodingOf(analysis.results.labels)
  const xs = points.map(({ x }) => x)
  const timed = rowsOf(scaling).filter(({ decisionMs }) => decisionMs > 0)
  const costs = rowsOf(scaling).filter(({ ratio }) => Number.isFinite(ratio))
  const logarithmic = xs[0] > 0 && xs.at(-1)! / xs[0] >= linearSpread
  const margin = logarithmic ? (xs.at(-1)! / xs[0]) ** 0.03 : 0.03 * (xs.at(-1)! - xs[0])
  const domain = logarithmic
    ? [rounded(xs[0] / margin, 3), rounded(xs.at(-1)! * margin, 3)]
    : [xs[0] - margin, xs.at(-1)! + margin]
  const x = {
    field: 'x',
    type: 'quantitative',
    title: `${name}${logarithmic ? ', log axis' : ''}`,
    scale: {
      type: logarithmic ? 'log' : 'linear',
      domain,
      nice: false,
      ...(!logarithmic && { zero: false }),
    },
    axis: {
      grid: false,
      labelOverlap: 'greedy',
      labelExpr: tickLabel,
      ...(xs.length <= 12 ? { values: xs } : { tickCount: 6 }),
    },
  } as const
  const own = (figure: Crossing['figure']) =>
    analysis.crossings.filter((each) => each.path === path && each.held === held && each.figure === figure)
  const panel = (
    title: string,
    data: string,
    field: 'decisionMs' | 'ratio' | 'cost',
    y: object,
    crossed: readonly object[],
  ) => ({
    title,
    width: 300,
    height: 260,
    data: { name: data },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2, clip: true },
        encoding: { x, y, color: encoding.color, opacity: fadedUnlessHighlighted(0.9) },
      },
      {
        mark: { type: 'point', filled: true, size: 80, stroke: '#ffffff', strokeWidth: 0.8, clip: true },
        encoding: {
          x: { field: 'x', type: 'quantitative' },
          y: { field, type: 'quantitative' },
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
      ...(crossed.length === 0
        ? []
        : [
            {
              data: { values: crossed },
              mark: { type: 'point', filled: false, size: 260, stroke: '#1a1a1a', strokeWidth: 1.5 },
              encoding: {
                x: { field: 'x', type: 'quantitative' },
                y: { field: 'y', type: 'quantitative' },
                tooltip: [{ field: 'text', type: 'nominal' }],
              },
            },
          ]),
    ],
  })
  const timeCrossings = own('decision time').map((each) => ({
    x: rounded(each.x),
    y: rounded(1000 * each.y),
    text: crossingText(each),
  }))
  const costCrossings = own('mean cost').map((each) => ({
    x: rounded(each.x),
    y: 1,
    text: crossingText(each),
  }))
  const decisionDomain = [
    rounded(Math.min(...timed.map(({ decisionMs }) => decisionMs)) / 1.5, 2),
    rounded(Math.max(...timed.map(({ decisionMs }) => decisionMs)) * 1.5, 2),
  ] as const
  const shown = costs.map(({ ratio }) => ratio).filter((ratio) => ratio <= reach)
  const ratioDomain = [
    rounded(Math.min(1, ...shown) / 1.03, 3),
    rounded(Math.max(1.05, ...shown) * 1.04, 3),
  ] as const
  const within = costs.filter(({ cost }) => cost <= 30 * Math.min(...costs.map(({ cost }) => cost)))
  const costDomain = [
    rounded(Math.min(...within.map(({ cost }) => cost)) / 1.05, 3),
    rounded(Math.max(...within.map(({ cost }) => cost)) * 1.05, 3),
  ] as const
  const told = [...own('decision time'), ...own('mean cost')]
  return {
    id: `scaling-${slug([name, held].filter(Boolean).join('-'))}`,
    title: `Decision time and cost as ${name} grows${held && ` (${held})`}`,
    columns: 3,
    caption:
      `(a) Median decision time. (b) Mean cost. (c) Mean cost over that of the baseline ${points[0].setting.setting.baseline}. ` +
      `Points: ${points.map(({ label }) => label).join('; ')}. ${timingNote(analysis)}` +
      (costs.some(({ ratio }) => ratio > reach)
        ? ` Ratios beyond ${reach}, and costs beyond thirty times the least, are cut off.`
        : '') +
      (told.length > 0
        ? ` Circles mark where a scheduler passes the baseline: ${told.map(crossingText).join('; ')}.`
        : ' No scheduler passes the baseline between these points.'),
    spec: {
      params: [highlightParameter],
      columns: 3,
      concat: [
        ...(timed.length > 0
          ? [
              panel(
                '(a) median decision time',
                'times',
                'decisionMs',
                {
                  field: 'decisionMs',
                  type: 'quantitative',
                  title: 'ms, log axis',
                  ...onLogAxis(decisionDomain),
                },
                timeCrossings,
              ),
            ]
          : []),
        panel(
          '(b) mean cost',
          'costs',
          'cost',
          {
            field: 'cost',
            type: 'quantitative',
            title: 'mean cost, log axis',
            ...onLogAxis(costDomain),
          },
          own('mean cost').map((each) => ({
            x: rounded(each.x),
            y: rounded(each.y),
            text: crossingText(each),
          })),
        ),
        panel(
          '(c) cost against the baseline',
          'costs',
          'ratio',
          {
            field: 'ratio',
            type: 'quantitative',
            title: `mean cost / ${points[0].setting.setting.baseline}, log axis`,
            ...onLogAxis(ratioDomain),
          },
          costCrossings,
        ),
      ],
      datasets: { ...(timed.length > 0 && { times: timed }), costs },
    },
  }
}

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
