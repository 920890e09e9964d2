import { sorted as ascending, quantile } from '../../statistics/descriptive.js'
import { rounded, significant } from '../numbers.js'
import type { ReportData, SchedulerRounds } from '../report-data.js'
import { tickLabel } from './axis-ticks.js'
import { STEPS_PER_CURVE } from './distributions.js'
import type { Figure } from './figure.js'
import { offScaleLayer, offScaleNote } from './off-scale.js'
import {
  axisChannel,
  mediansBeyond,
  panelLetters,
  type Quantity,
  quantityAxis,
  withinReach,
} from './quantity.js'
import { fadedUnlessHighlighted, highlightParameter, schedulerEncoding } from './scheduler-scale.js'
import type { Panel } from './specification.js'

const happened = 'as it happened'
const equations = 'by the equations'

const shown: readonly (Quantity & { readonly closed: 'staticCost' | 'staticTime' })[] = [
  { field: 'cost', name: 'system cost of a round', unit: '', closed: 'staticCost' },
  { field: 'time', name: 'training time of a round', unit: 's', closed: 'staticTime' },
]

/** Distributions of what happened, beside what the closed forms say of the same assignments; dynamic runs only. */
export function staticAgainstDynamic(data: ReportData): Figure | undefined {
  // A row of a protocol is no round that the closed forms say anything of.
  if (!data.dynamic || data.protocol !== undefined || !data.schedulers.some(differs)) return undefined
  const encoding = schedulerEncoding(data)
  const axes = shown.map((quantity) => ({ ...quantityAxis(both(data, quantity), quantity), quantity }))
  const offScale = axes.map((axis) => mediansBeyond(data, axis))
  const y = {
    field: 'share',
    type: 'quantitative',
    title: 'share of rounds',
    scale: { domain: [0, 1], nice: false },
    axis: { format: '.0%', tickCount: 5 },
  } as const
  const strokeDash = {
    field: 'how',
    type: 'nominal',
    sort: null,
    scale: {
      domain: [happened, equations],
      range: [
        [1, 0],
        [5, 3],
      ],
    },
    legend: {
      title: null,
      symbolType: 'stroke',
      symbolStrokeColor: '#1a1a1a',
      symbolStrokeWidth: 2,
      symbolSize: 250,
    },
  } as const
  const ratios = data.schedulers.flatMap(ratioSteps)
  const domain = ratioDomain(ratios.map(({ value }) => value))
  const line = { type: 'line', interpolate: 'step-after', strokeWidth: 2, clip: true } as const
  const panels = axes.map((axis, i): Panel => {
    return {
      title: `(${panelLetters[i]}) ${axis.quantity.name}`,
      width: 290,
      height: 250,
      data: { name: `${axis.quantity.field}Pairs` },
      layer: [
        {
          mark: line,
          encoding: {
            x: axisChannel(axis, 'value'),
            y,
            color: encoding.color,
            strokeDash,
            opacity: fadedUnlessHighlighted(0.9),
          },
        },
        ...offScaleLayer(offScale[i]),
      ],
    }
  })
  return {
    id: 'static-against-dynamic',
    title: 'Rounds as they happened, and by the equations',
    columns: 3,
    caption:
      'Empirical cumulative distribution functions over the rounds. Solid: what happened, where a transfer is disturbed by those who transmit at the time and a server is shared by those it computes for. ' +
      'Dashed: eqs. (5)-(19) for the same assignments on the same channels, where all interfere, and share, for the whole round. ' +
      `(c) The ratio of the two in each round: left of 1 the equations are pessimistic. Medians: ${medianRatios(data)}.` +
      offScaleNote(offScale.flat(), 'medians of what happened') +
      (data.schedulers.some(({ served, completed }) => served.some((count, i) => completed[i] < count))
        ? ' Where clients broke off, the solid curves count the round until it ended and what everyone had spent by then; the equations take everyone to the end.'
        : ''),
    spec: {
      params: [highlightParameter],
      columns: 3,
      concat: [
        ...panels,
        {
          title: '(c) cost, happened over equations',
          width: 290,
          height: 250,
          data: { name: 'ratios' },
          layer: [
            {
              data: { values: [{ value: 1 }] },
              mark: { type: 'rule', color: '#8c8c8c', strokeWidth: 1 },
              encoding: { x: { field: 'value', type: 'quantitative', scale: { zero: false } } },
            },
            {
              mark: line,
              encoding: {
                x: {
                  field: 'value',
                  type: 'quantitative',
                  title: 'cost as it happened / by the equations',
                  scale: { domain, nice: false, zero: false },
                  axis: { tickCount: 5, labelExpr: tickLabel, labelOverlap: 'greedy' },
                },
                y,
                color: encoding.color,
                opacity: fadedUnlessHighlighted(0.9),
              },
            },
            {
              transform: [
                { filter: `datum.marked && datum.value >= ${domain[0]} && datum.value <= ${domain[1]}` },
              ],
              mark: { type: 'point', filled: true, size: 60, stroke: '#ffffff', strokeWidth: 0.8 },
              encoding: {
                x: { field: 'value', type: 'quantitative', scale: { zero: false } },
                y,
                ...encoding,
                opacity: fadedUnlessHighlighted(1),
                tooltip: [
                  { field: 'scheduler', type: 'nominal' },
                  { field: 'share', type: 'quantitative', title: 'share of rounds', format: '.1%' },
                  { field: 'value', type: 'quantitative', title: 'at most', format: ',.4~r' },
                ],
              },
            },
          ],
        },
      ],
      datasets: {
        ...Object.fromEntries(
          axes.map((axis) => {
            const { field, closed } = axis.quantity
            const within = (values: Float64Array, label: string, how: string) =>
              steps(label, values).map((row) => ({ ...row, value: withinReach(axis, row.value), how }))
            return [
              `${field}Pairs`,
              data.schedulers.flatMap((scheduler) => [
                ...within(scheduler[field], scheduler.label, happened),
                ...within(scheduler[closed], scheduler.label, equations),
              ]),
            ]
          }),
        ),
        ratios,
      },
    },
  }
}

const differs = ({ cost, staticCost }: SchedulerRounds): boolean =>
  cost.some((value, i) => Number.isFinite(value) && value !== staticCost[i])

/** The run with the closed forms as schedulers of their own, so that an axis has room for both. */
function both(data: ReportData, { field, closed }: (typeof shown)[number]): ReportData {
  const closedForms = data.schedulers.map((scheduler) => ({ ...scheduler, [field]: scheduler[closed] }))
  return { ...data, schedulers: [...data.schedulers, ...closedForms] }
}

/** The empirical distribution of a scheduler's rounds, through no more than `STEPS_PER_CURVE` of them. */
function steps(scheduler: string, values: Float64Array) {
  const sorted = ascending(values)
  const finite = sorted.findLastIndex(Number.isFinite) + 1
  const drawn = Math.min(STEPS_PER_CURVE, finite)
  const rows = Array.from({ length: drawn }, (_, i) => {
    const rank = drawn === 1 ? 0 : Math.round((i * (finite - 1)) / (drawn - 1))
    return { scheduler, value: rounded(sorted[rank]), share: rounded((rank + 1) / sorted.length, 4) }
  })
  return finite > 0 ? [{ scheduler, value: rounded(sorted[0]), share: 0 }, ...rows] : []
}

const ratiosOf = ({ cost, staticCost }: SchedulerRounds): Float64Array =>
  cost.map((value, i) => value / staticCost[i]).filter(Number.isFinite)

function ratioSteps(scheduler: SchedulerRounds) {
  const rows = steps(scheduler.label, ratiosOf(scheduler))
  const apart = Math.max(1, Math.ceil(rows.length / 6))
  return rows.map((row, i) => (i % apart === Math.floor(apart / 2) ? { ...row, marked: true } : row))
}

/** All ratios but the outermost, and 1. */
function ratioDomain(ratios: readonly number[]): [number, number] {
  const sorted = ascending(Float64Array.from(ratios))
  const low = Math.min(1, quantile(sorted, 0.002))
  const high = Math.max(1, quantile(sorted, 0.998))
  const margin = 0.03 * (high - low || 0.1)
  return [rounded(Math.max(0, low - margin), 4), rounded(high + margin, 4)]
}

const medianRatios = ({ schedulers }: ReportData): string =>
  schedulers
    .flatMap((scheduler) => {
      const ratios = ascending(ratiosOf(scheduler))
      return ratios.length === 0 ? [] : [`${scheduler.label} ${significant(quantile(ratios, 0.5), 3)}`]
    })
    .join(', ')
