import { slug } from '../../../report/data-table.js'
import { onLogAxis } from '../../../report/figures/axis-ticks.js'
import type { Figure } from '../../../report/figures/figure.js'
import type { Layer, Panel, PositionChannel } from '../../../report/figures/specification.js'
import { rounded, significant } from '../../../report/numbers.js'
import { largestOf, smallestOf } from '../../../statistics/extremes.js'
import type { Analysis } from '../../analysis/analysis.js'
import type { SynchronisationCurve } from '../../analysis/synchronisation.js'

/** Colours of estimators, apart from those of schedulers in lightness. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c8c8c', '#1a1a1a']
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'stroke', 'arrow']

/** Cost and prediction against what is reported to the twin, a figure for each scheduler, a line for each estimator. */
export function synchronisationFigures({ synchronisations }: Analysis): Figure[] {
  const schedulers = [...new Set(synchronisations.map(({ scheduler }) => scheduler))]
  return schedulers.map((scheduler) =>
    figureOf(
      scheduler,
      synchronisations.filter((each) => each.scheduler === scheduler),
    ),
  )
}

function figureOf(scheduler: string, curves: readonly SynchronisationCurve[]): Figure {
  const costs = curves.flatMap(({ points }) => points.map(({ cost }) => cost.value))
  const domain = [rounded(smallestOf(costs) / 1.3, 2), rounded(largestOf(costs) * 1.3, 2)] as const
  const within = (bound: number, otherwise: number) =>
    Number.isFinite(bound) ? Math.min(domain[1], Math.max(domain[0], bound)) : otherwise
  const rows = curves.flatMap(({ estimator, points, best }) =>
    points.map((point) => ({
      estimator,
      bits: rounded(point.bits),
      cost: rounded(point.cost.value),
      // One seed has no interval; what reaches beyond the axis ends at it.
      low: rounded(within(point.cost.low, point.cost.value)),
      high: rounded(within(point.cost.high, point.cost.value)),
      gainErrorDb: rounded(point.gainErrorDb),
      predictionError: rounded(point.predictionError),
      label: point.label,
      best: point === best,
    })),
  )
  const estimators = curves.map(({ estimator }) => estimator)
  const color = {
    field: 'estimator',
    type: 'nominal',
    title: null,
    scale: { domain: estimators, range: COLOURS },
  } as const
  const shape = {
    field: 'estimator',
    type: 'nominal',
    title: null,
    scale: { domain: estimators, range: SHAPES },
  } as const
  const x = { field: 'bits', type: 'quantitative', ...bitsAxis(rows.map(({ bits }) => bits)) } as const
  const panel = (title: string, y: PositionChannel, more: readonly Layer[] = []): Panel => ({
    title,
    width: 290,
    height: 260,
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color } },
      ...more,
      {
        mark: { type: 'point', filled: true, size: 80, stroke: '#ffffff', strokeWidth: 0.8 },
        encoding: {
          x,
          y,
          color,
          shape,
          tooltip: [
            { field: 'estimator', type: 'nominal' },
            { field: 'label', type: 'nominal', title: 'setting' },
            { field: 'bits', type: 'quantitative', title: 'bit a round', format: ',.4~r' },
            { field: 'cost', type: 'quantitative', title: 'mean cost', format: ',.4~r' },
            { field: 'gainErrorDb', type: 'quantitative', title: 'gains off, dB', format: '.3~g' },
          ],
        },
      },
    ],
  })
  const cost = {
    field: 'cost',
    type: 'quantitative',
    title: 'mean cost, log axis',
    ...onLogAxis(domain),
  } as const
  return {
    id: `synchronisation-${slug(scheduler)}`,
    title: `What a better twin is worth: ${scheduler}`,
    columns: 3,
    caption:
      '(a) Mean cost, what reports take of time and energy included, with 95 % intervals over seeds by Student’s t as far as the axis goes. (b) How far the twin’s gains were off, root mean square in dB, mean over rounds. ' +
      '(c) Mean |ln(cost / predicted cost)|. Circles mark where an estimator’s cost is least; a twin that is told more is not worth its traffic: ' +
      `${curves.map(({ estimator, best }) => `${estimator} ${significant(best.bits, 3)} bit a round (${best.label}), cost ${significant(best.cost.value, 3)}`).join('; ')}.`,
    spec: {
      columns: 3,
      data: { name: 'points' },
      concat: [
        panel('(a) cost', cost, [
          {
            mark: { type: 'rule', strokeWidth: 1.2, opacity: 0.6 },
            encoding: { x, y: { ...cost, field: 'low' }, y2: { field: 'high' }, color },
          },
          {
            transform: [{ filter: 'datum.best' }],
            mark: { type: 'point', filled: false, size: 260, stroke: '#1a1a1a', strokeWidth: 1.5 },
            encoding: { x, y: cost },
          },
        ]),
        panel('(b) gains', yOf('gainErrorDb', 'dB')),
        panel('(c) prediction', yOf('predictionError', 'mean |ln(cost / predicted)|')),
      ],
      datasets: { points: rows },
    },
  }
}

const yOf = (field: string, title: string): PositionChannel => ({
  field,
  type: 'quantitative',
  title,
  scale: { zero: false },
})

/** Logarithmic where amounts span much and none is nothing. */
function bitsAxis(bits: readonly number[]) {
  const [least, most] = [smallestOf(bits), largestOf(bits)]
  const title = 'reported, bit a round'
  return least > 0 && most > LINEAR_SPREAD * least
    ? { title: `${title}, log axis`, ...onLogAxis([rounded(least / 1.15, 3), rounded(most * 1.15, 3)]) }
    : { title }
}

/** Amounts that span more than this are shown on a logarithmic axis. */
const LINEAR_SPREAD = 8
