import { sorted as ascending } from '../../statistics/descriptive.js'
import { rounded } from '../numbers.js'
import type { ReportData, SchedulerRounds } from '../report-data.js'
import { curveFigure } from './curves.js'
import type { Figure } from './figure.js'
import { offScaleLayer, offScaleNote } from './off-scale.js'
import {
  axisChannel,
  beyondAxes,
  infiniteRounds,
  mediansBeyond,
  panelLetters,
  type Quantity,
  type QuantityAxis,
  quantities,
  quantityAxis,
  withinReach,
} from './quantity.js'
import { schedulerEncoding } from './scheduler-scale.js'

/** Steps a curve; beyond that it is drawn through as many of its order statistics. */
export const STEPS_PER_CURVE = 250

/** Empirical distribution functions of cost, time and energy of a round (Fig. 8). */
export function distributions(data: ReportData): Figure {
  const axes = quantities.map((quantity) => quantityAxis(data, quantity))
  const offScale = axes.map((axis) => mediansBeyond(data, axis))
  const thinned = data.schedulers.some(({ round }) => round.length > STEPS_PER_CURVE)
  return curveFigure({
    id: 'fig8-distributions',
    title: 'Distribution of cost, training time and energy over the rounds',
    columns: 3,
    caption:
      'Empirical cumulative distribution functions: the height of a curve is the share of rounds that came to at most this much, so a curve further left is better and a steeper one steadier.' +
      (thinned
        ? ` Each curve is drawn through ${STEPS_PER_CURVE} of its order statistics, evenly spaced in rank.`
        : '') +
      beyondAxes(data, axes, 'cut off') +
      offScaleNote(offScale.flat(), 'medians') +
      infiniteRounds(data),
    encoding: schedulerEncoding(data),
    panels: axes.map((axis, i) => {
      return {
        title: `(${panelLetters[i]}) ${axis.quantity.name}`,
        width: 290,
        height: 250,
        data: `${axis.quantity.field}Steps`,
        x: axisChannel(axis, 'value'),
        y: {
          field: 'share',
          type: 'quantitative',
          title: 'share of rounds',
          scale: { domain: [0, 1], nice: false },
          axis: { format: '.0%', tickCount: 5 },
        },
        tooltip: tooltip(axis.quantity),
        line: { interpolate: 'step-after', strokeWidth: 2 },
        pointsWhere: `inrange(datum.value, ${JSON.stringify(axis.domain)})`,
        above: offScaleLayer(offScale[i]),
      }
    }),
    datasets: Object.fromEntries(
      axes.map((axis) => [
        `${axis.quantity.field}Steps`,
        data.schedulers.flatMap((scheduler) => steps(scheduler, axis)),
      ]),
    ),
  })
}

const tooltip = (quantity: Quantity) =>
  [
    { field: 'scheduler', type: 'nominal' },
    { field: 'share', type: 'quantitative', title: 'share of rounds', format: '.1%' },
    {
      field: 'value',
      type: 'quantitative',
      title: `at most${quantity.unit && ` (${quantity.unit})`}`,
      format: ',.4~r',
    },
  ] as const

/** The steps of a scheduler's curve, from edge to edge of the axis; infinite rounds count but are never reached. A few carry the shape. */
function steps(scheduler: SchedulerRounds, axis: QuantityAxis) {
  const { quantity, domain } = axis
  const sorted = ascending(scheduler[quantity.field])
  const finite = sorted.findLastIndex(Number.isFinite) + 1
  const drawn = Math.min(STEPS_PER_CURVE, finite)
  const rows: { scheduler: string; value: number; share: number; marked?: true }[] = []
  if (finite > 0)
    rows.push({
      scheduler: scheduler.label,
      value: withinReach(axis, Math.min(domain[0], rounded(sorted[0]))),
      share: 0,
    })
  let decile = 1
  for (let i = 0; i < drawn; i++) {
    const rank = drawn === 1 ? 0 : Math.round((i * (finite - 1)) / (drawn - 1))
    const share = (rank + 1) / sorted.length
    const marked = share >= decile / 10 - 1e-9
    while (share >= decile / 10 - 1e-9) decile += 2
    rows.push({
      scheduler: scheduler.label,
      value: withinReach(axis, rounded(sorted[rank])),
      share: rounded(share, 4),
      ...(marked && { marked }),
    })
  }
  if (finite > 0 && sorted[finite - 1] < domain[1])
    rows.push({ scheduler: scheduler.label, value: domain[1], share: rounded(finite / sorted.length, 4) })
  return rows
}
