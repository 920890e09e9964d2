import { sorted as ascending, quantile } from '../../statistics/descriptive.js'
import { largestOf } from '../../statistics/extremes.js'
import { rounded } from '../numbers.js'
import type { ReportData, SchedulerRounds } from '../report-data.js'
import { logTicks, tickLabel } from './axis-ticks.js'
import type { Figure } from './figure.js'
import { offScaleLayer, offScaleNote, offScaleOf } from './off-scale.js'
import {
  axisChannel,
  beyondAxes,
  infiniteRounds,
  insideAxis,
  panelLetters,
  type QuantityAxis,
  quantities,
  quantityAxis,
} from './quantity.js'
import { fadedUnlessHighlighted, highlightParameter, schedulerEncoding } from './scheduler-scale.js'
import type { Tooltip } from './specification.js'

/** Dots a scheduler; more would only paint over each other. */
export const DOTS_PER_SCHEDULER = 500

/** Cost, time and energy of single rounds against decision time (Fig. 6); none where no decision was timed. */
export function costAgainstDecisionTime(data: ReportData): Figure | undefined {
  const rows = data.schedulers.flatMap(dots)
  if (rows.length === 0) return undefined
  const medians = data.schedulers.flatMap(medianPoint)
  const axes = quantities.map((quantity) => quantityAxis(data, quantity))
  const offScale = axes.map(({ quantity, domain }) =>
    offScaleOf(
      medians.map((median) => ({ scheduler: median.scheduler, value: median[quantity.field] })),
      domain,
      'vertical',
      'median',
    ),
  )
  const every = largestOf(data.schedulers.map(stride))
  const encoding = schedulerEncoding(data)
  const decisionTime = decisionTimeChannel(rows.map((row) => row.decisionMs))
  return {
    id: 'fig6-decision-time',
    title: 'Cost, training time and energy of single rounds against decision time',
    columns: 3,
    caption:
      `One dot is one round under one scheduler${every > 1 ? ` (every ${ordinal(every)} round is drawn; the medians are over all rounds)` : ''}. ` +
      'The outlined mark is the scheduler’s median, and its bars span the 10 % to 90 % quantiles. ' +
      'Decision time is the wall-clock time of the scheduler’s decision on the machine of this run; lower and further left is better.' +
      beyondAxes(data, axes, 'left out') +
      offScaleNote(offScale.flat(), 'medians') +
      infiniteRounds(data),
    spec: {
      params: [highlightParameter],
      columns: 3,
      concat: axes.map((axis, i) => ({
        title: `(${panelLetters[i]}) ${axis.quantity.name}`,
        width: 290,
        height: 250,
        layer: [
          {
            data: { name: 'rounds' },
            transform: [insideAxis(axis, axis.quantity.field)],
            mark: { type: 'point', filled: true, size: rows.length > 600 ? 16 : 36 },
            encoding: {
              x: decisionTime,
              y: axisChannel(axis, axis.quantity.field),
              ...encoding,
              opacity: fadedUnlessHighlighted(0.4),
              tooltip: dotTooltip,
            },
          },
          ...crossBars(axis),
          {
            data: { name: 'medians' },
            transform: [insideAxis(axis, axis.quantity.field)],
            mark: { type: 'point', filled: true, size: 150, stroke: '#000000', strokeWidth: 1.6 },
            encoding: {
              x: { field: 'decisionMs', type: 'quantitative' },
              y: { field: axis.quantity.field, type: 'quantitative' },
              ...encoding,
              opacity: fadedUnlessHighlighted(1),
              tooltip: medianTooltip,
            },
          },
          ...offScaleLayer(offScale[i]),
        ],
      })),
      datasets: { rounds: rows, medians },
    },
  }
}

const dotTooltip = [
  { field: 'scheduler', type: 'nominal' },
  { field: 'round', type: 'quantitative', format: ',' },
  { field: 'decisionMs', type: 'quantitative', title: 'decision (ms)', format: '.3~g' },
  { field: 'cost', type: 'quantitative', format: ',.4~r' },
  { field: 'time', type: 'quantitative', title: 'time (s)', format: ',.4~r' },
  { field: 'energy', type: 'quantitative', title: 'energy (J)', format: ',.4~r' },
] as const

const medianTooltip: Tooltip = [
  { field: 'scheduler', type: 'nominal', title: 'median of' },
  ...dotTooltip.filter(({ field }) => field !== 'scheduler' && field !== 'round'),
]

function dots(scheduler: SchedulerRounds) {
  const step = stride(scheduler)
  const rows = []
  for (let i = 0; i < scheduler.round.length; i += step) {
    const decision = scheduler.decisionSeconds[i]
    if (!Number.isFinite(decision) || !Number.isFinite(scheduler.cost[i])) continue
    rows.push({
      scheduler: scheduler.label,
      round: scheduler.round[i],
      decisionMs: rounded(Math.max(decision * 1000, 1e-4), 4),
      cost: rounded(scheduler.cost[i]),
      time: rounded(scheduler.time[i]),
      energy: rounded(scheduler.energy[i]),
    })
  }
  return rows
}

const stride = (scheduler: SchedulerRounds): number => Math.ceil(scheduler.round.length / DOTS_PER_SCHEDULER)

/** Median and the 10 % and 90 % quantiles of everything, where the scheduler has a finite round. */
function medianPoint(scheduler: SchedulerRounds) {
  const decision = spread(scheduler.decisionSeconds.map((seconds) => Math.max(seconds * 1000, 1e-4)))
  const [cost, time, energy] = [spread(scheduler.cost), spread(scheduler.time), spread(scheduler.energy)]
  if (!decision || !cost || !time || !energy) return []
  return [
    {
      scheduler: scheduler.label,
      ...named('decisionMs', decision),
      ...named('cost', cost),
      ...named('time', time),
      ...named('energy', energy),
    },
  ]
}

function spread(values: Float64Array): readonly [number, number, number] | undefined {
  const sorted = ascending(values.filter(Number.isFinite))
  if (sorted.length === 0) return undefined
  return [quantile(sorted, 0.1), quantile(sorted, 0.5), quantile(sorted, 0.9)]
}

const named = <Name extends string>(name: Name, [low, middle, high]: readonly [number, number, number]) =>
  ({ [`${name}Low`]: rounded(low), [name]: rounded(middle), [`${name}High`]: rounded(high) }) as Record<
    Name | `${Name}Low` | `${Name}High`,
    number
  >

/** The medians' bars: dark, so that they show on the dots of the same colour. */
function crossBars(axis: QuantityAxis) {
  const { field } = axis.quantity
  const bar = {
    data: { name: 'medians' },
    transform: [insideAxis(axis, field)],
    mark: { type: 'rule', color: '#000000', strokeWidth: 1.4, clip: true },
  } as const
  const x = { field: 'decisionMs', type: 'quantitative' } as const
  const y = { field, type: 'quantitative' } as const
  const opacity = fadedUnlessHighlighted(0.9)
  return [
    {
      ...bar,
      encoding: { x: { ...x, field: 'decisionMsLow' }, x2: { field: 'decisionMsHigh' }, y, opacity },
    },
    { ...bar, encoding: { x, y: { ...y, field: `${field}Low` }, y2: { field: `${field}High` }, opacity } },
  ] as const
}

function decisionTimeChannel(milliseconds: readonly number[]) {
  const low = milliseconds.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = milliseconds.reduce((most, value) => Math.max(most, value), 0)
  const domain = [rounded(low / 1.25, 2), rounded(high * 1.25, 2)] as const
  return {
    field: 'decisionMs',
    type: 'quantitative',
    title: 'decision time (ms), log axis',
    scale: { type: 'log', domain: [...domain], nice: false },
    axis: {
      values: logTicks(domain).filter((_, i, all) => all.length <= 8 || i % Math.ceil(all.length / 8) === 0),
      labelExpr: tickLabel,
      labelOverlap: 'greedy',
    },
  } as const
}

const ordinal = (count: number): string => {
  const ending = count % 100 > 10 && count % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')
  return `${count}${ending}`
}
