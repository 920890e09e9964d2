import { power } from '../../kernel/power.js'
import { sorted as ascending, quantile } from '../../statistics/descriptive.js'
import { largestOf, smallestOf } from '../../statistics/extremes.js'
import { fixed, rounded } from '../numbers.js'
import type { ReportData, SchedulerRounds } from '../report-data.js'
import { logTicks, tickLabel } from './axis-ticks.js'
import { type OffScale, offScaleOf } from './off-scale.js'

/** What a figure's three panels show: cost, time and energy of a round. */
export interface Quantity {
  readonly field: 'cost' | 'time' | 'energy'
  readonly name: string
  readonly unit: string
}

export const quantities: readonly Quantity[] = [
  { field: 'cost', name: 'system cost of a round', unit: '' },
  { field: 'time', name: 'training time of a round', unit: 's' },
  { field: 'energy', name: 'energy of a round', unit: 'J' },
]

export const panelLetters = ['a', 'b', 'c'] as const

/** An axis that shows every scheduler that is within reach of the best, whatever the tails of the others. */
export interface QuantityAxis {
  readonly quantity: Quantity
  readonly type: 'linear' | 'log'
  readonly domain: readonly [number, number]
  readonly title: string
  readonly values?: readonly number[]
}

/** A scheduler whose median is beyond this multiple of the best one does not stretch the axis. */
const LARGEST_RATIO = 10
/** Outliers further than this multiple of the 99.5 % quantiles do not either. */
const TAIL_ROOM = 1.25
/** Values that span more than this are shown on a logarithmic axis. */
const LINEAR_SPREAD = 3

/**
 * The axis of a quantity over all schedulers of a run: linear, or logarithmic where values span much.
 *
 * Rounds of nothing, in which nobody is served, are no figures to make room for: they lie beyond it.
 */
export function quantityAxis(data: ReportData, quantity: Quantity): QuantityAxis {
  const samples = data.schedulers
    .map((scheduler) => ascending(scheduler[quantity.field].filter((value) => value > 0 && value < Infinity)))
    .filter((sorted) => sorted.length > 0)
  const name = quantity.unit === '' ? quantity.name : `${quantity.name} (${quantity.unit})`
  if (samples.length === 0) return { quantity, type: 'linear', domain: [0, 1], title: name }
  const best = smallestOf(samples.map((sorted) => quantile(sorted, 0.5)))
  const near = samples.filter((sorted) => quantile(sorted, 0.5) <= LARGEST_RATIO * best)
  const low = smallestOf(near.map((sorted) => sorted[0]))
  const high = largestOf(near.map((sorted) => sorted.at(-1)!))
  const needed = largestOf(near.map((sorted) => Math.min(quantile(sorted, 0.995), LARGEST_RATIO * best)))
  const top = high > TAIL_ROOM * needed ? needed : high
  const type = top / low > LINEAR_SPREAD ? 'log' : 'linear'
  const domain = padded(low, top, type)
  return {
    quantity,
    type,
    domain,
    title: type === 'log' ? `${name}, log axis` : name,
    ...(type === 'log' && { values: logTicks(domain) }),
  }
}

function padded(low: number, high: number, type: 'linear' | 'log'): readonly [number, number] {
  if (type === 'log') {
    const margin = power(high / low, 0.03)
    return [rounded(low / margin, 3), rounded(high * margin, 3)]
  }
  const margin = high > low ? (high - low) * 0.04 : high * 0.1
  return [rounded(Math.max(0, low - margin), 4), rounded(high + margin, 4)]
}

/** The axis as an encoding channel for a field; what is drawn with it is cut off at its ends (`clip`, `insideAxis`). */
export function axisChannel(axis: QuantityAxis, field: string, orient?: { readonly grid?: boolean }) {
  return {
    field,
    type: 'quantitative',
    title: axis.title,
    scale: {
      type: axis.type,
      domain: [...axis.domain],
      nice: false,
      ...(axis.type === 'linear' && { zero: false }),
    },
    axis: {
      labelExpr: tickLabel,
      ...(axis.values ? { values: [...axis.values] } : { tickCount: 5 }),
      labelOverlap: 'greedy',
      ...orient,
    },
  } as const
}

/** Keeps rows whose field lies on the axis, as a transform. */
export const insideAxis = ({ domain }: Pick<QuantityAxis, 'domain'>, field: string) => ({
  filter: `inrange(datum.${field}, ${JSON.stringify(domain)})`,
})

/** A value as a curve can go through it that is cut off at the axis: no logarithm shows nothing. */
export const withinReach = (axis: Pick<QuantityAxis, 'type' | 'domain'>, value: number): number =>
  axis.type === 'log' ? Math.max(value, axis.domain[0] / 2) : value

/** Which schedulers have rounds beyond the axes, panel by panel; empty where all are inside. */
export function beyondAxes(data: ReportData, axes: readonly QuantityAxis[], what: string): string {
  const told = data.schedulers.flatMap((scheduler) => {
    const counts = axes.map(({ quantity, domain: [low, high] }) => {
      const beyond = scheduler[quantity.field].filter(
        (value) => Number.isFinite(value) && (value < low || value > high),
      )
      return beyond.length
    })
    if (counts.every((count) => count === 0)) return []
    const panels = counts.flatMap((count, i) =>
      count === 0 ? [] : [`${fixed(count, 0)} in (${panelLetters[i]})`],
    )
    return [`${scheduler.label} ${panels.join(', ')}`]
  })
  if (told.length === 0) return ''
  const nothing = data.schedulers.some(({ cost }) => cost.some((value) => value === 0))
  return ` Rounds beyond the axis are ${what}: ${told.join('; ')}.${nothing ? ' Among them are rounds in which nobody was served: they cost nothing.' : ''}`
}

/** Medians of the rounds that a horizontal axis has no place for. */
export const mediansBeyond = (
  { schedulers }: Pick<ReportData, 'schedulers'>,
  { quantity, domain }: QuantityAxis,
): OffScale[] =>
  offScaleOf(
    schedulers.map((scheduler) => ({
      scheduler: scheduler.label,
      value: quantile(ascending(scheduler[quantity.field]), 0.5),
    })),
    domain,
    'horizontal',
    'median',
  )

/** Rounds whose cost is not finite, which no axis can show. */
export function infiniteRounds(data: ReportData): string {
  const told = data.schedulers.flatMap((scheduler: SchedulerRounds) => {
    const count = scheduler.cost.filter((cost) => !Number.isFinite(cost)).length
    return count === 0 ? [] : [`${fixed(count, 0)} of ${scheduler.label}`]
  })
  return told.length === 0 ? '' : ` Rounds that never end (a rate of zero) are left out: ${told.join(', ')}.`
}
