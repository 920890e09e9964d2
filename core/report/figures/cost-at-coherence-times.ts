import { sorted as ascending, quantile } from '../../statistics/descriptive.js'
import { largestOf, smallestOf } from '../../statistics/extremes.js'
import { rounded } from '../numbers.js'
import type { AgedRounds, ReportData } from '../report-data.js'
import { logTicks, tickLabel } from './axis-ticks.js'
import type { Figure } from './figure.js'
import { offScaleLayer, offScaleNote, offScaleOf } from './off-scale.js'
import { fadedUnlessHighlighted, highlightParameter, schedulerEncoding } from './scheduler-scale.js'
import type { Panel } from './specification.js'

/** A median beyond this multiple of the least one leaves the picture. */
const LARGEST_RATIO = 10

interface Point {
  readonly scheduler: string
  readonly coherence: number
  readonly delay: number
  readonly low: number
  readonly cost: number
  readonly high: number
}

/** What the rounds would have cost on channels that age faster or slower while schedulers decide. */
export function costAtCoherenceTimes(data: ReportData): Figure | undefined {
  const points = data.aged.flatMap(pointOf)
  if (points.length === 0) return undefined
  const coherences = [...new Set(points.map(({ coherence }) => coherence))].sort((a, b) => b - a)
  const encoding = schedulerEncoding(data)
  const scale = costScale(points)
  const y = {
    field: 'cost',
    type: 'quantitative',
    title: `median cost of a round${scale.type === 'log' ? ', log axis' : ''}`,
    scale: {
      type: scale.type,
      domain: [...scale.domain],
      nice: false,
      ...(scale.type === 'linear' && { zero: false }),
    },
    axis: {
      labelExpr: tickLabel,
      labelOverlap: 'greedy',
      ...(scale.type === 'log' ? { values: logTicks(scale.domain) } : { tickCount: 5 }),
    },
  } as const
  const delays = logAxis(points.map(({ delay }) => delay * 1000))
  const x = {
    field: 'delayMs',
    type: 'quantitative',
    title: 'decision time (ms), log axis',
    ...delays,
  } as const
  const marks = { type: 'point', filled: true, size: 110, stroke: '#ffffff', strokeWidth: 0.8 } as const
  const tooltip = [
    { field: 'scheduler', type: 'nominal' },
    { field: 'coherence', type: 'quantitative', title: 'coherence time (s)', format: '.3~g' },
    { field: 'delayMs', type: 'quantitative', title: 'decision time (ms)', format: '.3~g' },
    { field: 'cost', type: 'quantitative', title: 'median cost', format: ',.4~r' },
    { field: 'low', type: 'quantitative', title: '10 %', format: ',.4~r' },
    { field: 'high', type: 'quantitative', title: '90 %', format: ',.4~r' },
  ] as const
  const bar = { type: 'rule', strokeWidth: 1.6, clip: true } as const
  const inside = { filter: `inrange(datum.cost, ${JSON.stringify(scale.domain)})` }
  const beyond = points.flatMap(({ scheduler, coherence, cost }) =>
    offScaleOf([{ scheduler, value: cost }], scale.domain, 'vertical').map((mark) => ({
      ...mark,
      coherence,
    })),
  )
  const panelOf = (coherence: number): Panel => ({
    title: `coherence time ${duration(coherence)}`,
    width: 290,
    height: 230,
    data: { name: 'points' },
    transform: [{ filter: `datum.coherence === ${coherence}` }],
    layer: [
      {
        transform: [inside],
        mark: bar,
        encoding: {
          x,
          y: { ...y, field: 'low' },
          y2: { field: 'high' },
          color: encoding.color,
          opacity: fadedUnlessHighlighted(0.5),
        },
      },
      {
        transform: [inside],
        mark: marks,
        encoding: { x, y, ...encoding, opacity: fadedUnlessHighlighted(1), tooltip },
      },
      ...offScaleLayer(beyond.filter((each) => each.coherence === coherence)),
    ],
  })
  const coherence = {
    field: 'coherence',
    type: 'quantitative',
    title: 'coherence time (s), log axis',
    ...logAxis(coherences),
  } as const
  const idle = [...new Set(data.aged.map(({ scheduler }) => scheduler))].filter((label) =>
    points.every(({ scheduler }) => scheduler !== label),
  )
  return {
    id: 'cost-at-coherence-times',
    title: 'Cost against decision time at several coherence times',
    columns: 3,
    caption:
      'What the decisions of the run would have cost on channels that age faster or slower while they are made: complex amplitudes keep a correlation of exp(−decision time / coherence time), with the same random numbers for all. ' +
      'Marks are medians over the rounds and bars span the 10 % to 90 % quantiles; the decision is part of the cost, and the rest is by eqs. (5)-(19) on the channels as they are when transmission starts. ' +
      'The first panel shows the same medians against coherence time: where lines cross, a slower scheduler pays for being slow.' +
      (data.dependsOnMachine ? ' Decision times are those measured on the machine of this run.' : '') +
      (beyond.length > 0
        ? `${offScaleNote(beyond, 'medians')} They are of ${beyond.map((each) => `${each.scheduler} at ${duration(each.coherence)}`).join(', ')}.`
        : '') +
      (idle.length > 0
        ? ` Left out, since the median of their rounds costs nothing or never ends: ${idle.join(', ')}.`
        : ''),
    spec: {
      params: [highlightParameter],
      columns: 3,
      concat: [
        {
          title: 'all coherence times',
          width: 290,
          height: 230,
          data: { name: 'points' },
          layer: [
            {
              mark: { type: 'line', strokeWidth: 2, clip: true },
              encoding: { x: coherence, y, color: encoding.color, opacity: fadedUnlessHighlighted(0.9) },
            },
            {
              transform: [inside],
              mark: { ...marks, size: 70 },
              encoding: { x: coherence, y, ...encoding, opacity: fadedUnlessHighlighted(1), tooltip },
            },
          ],
        },
        ...coherences.map(panelOf),
      ],
      datasets: {
        points: points.map(({ delay, low, cost, high, ...rest }) => ({
          ...rest,
          delayMs: rounded(delay * 1000, 4),
          low: rounded(low),
          cost: rounded(cost),
          high: rounded(high),
        })),
      },
    },
  }
}

function pointOf({ scheduler, coherenceSeconds, delaySeconds, cost }: AgedRounds): Point[] {
  const costs = ascending(cost)
  const delays = ascending(delaySeconds)
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => quantile(costs, share))
  if (!(middle > 0 && Number.isFinite(middle))) return []
  const top = Number.isFinite(high) ? high : costs[costs.findLastIndex(Number.isFinite)]
  return [
    { scheduler, coherence: coherenceSeconds, delay: quantile(delays, 0.5), low, cost: middle, high: top },
  ]
}

function costScale(points: readonly Point[]): { type: 'linear' | 'log'; domain: readonly [number, number] } {
  const least = smallestOf(points.map(({ cost }) => cost))
  const near = points.filter(({ cost }) => cost <= LARGEST_RATIO * least)
  const low = smallestOf(near.map((point) => (point.low > 0 ? point.low : point.cost)))
  const high = largestOf(near.map((point) => Math.min(point.high, LARGEST_RATIO * least)))
  if (high / low > 3) return { type: 'log', domain: [rounded(low / 1.06, 3), rounded(high * 1.06, 3)] }
  const margin = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1
  return { type: 'linear', domain: [rounded(low - margin, 4), rounded(high + margin, 4)] }
}

function logAxis(values: readonly number[]) {
  const domain = [rounded(smallestOf(values) / 1.4, 2), rounded(largestOf(values) * 1.4, 2)] as const
  const ticks = logTicks(domain)
  return {
    scale: { type: 'log', domain: [...domain], nice: false },
    axis: {
      values: ticks.filter((_, i) => ticks.length <= 8 || i % Math.ceil(ticks.length / 8) === 0),
      labelExpr: tickLabel,
      labelOverlap: 'greedy',
    },
  } as const
}

/** `20 ms`, `1.5 s`. */
function duration(seconds: number): string {
  const [scale, unit] = seconds < 1e-3 ? [1e6, 'µs'] : seconds < 1 ? [1000, 'ms'] : [1, 's']
  return `${rounded(seconds * scale, 3)} ${unit}`
}
