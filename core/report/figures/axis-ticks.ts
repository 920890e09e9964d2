import { power } from '../../kernel/power.js'
import { rounded } from '../numbers.js'

/**
 * Round numbers inside the domain: 1, 2, 5 times powers of ten, more of them on a short axis, fewer on a long one; evenly
 * apart where the axis is so short that it shows no curvature.
 */
export function logTicks([low, high]: readonly [number, number]): number[] {
  const decades = Math.log10(high / low)
  if (decades < 0.3) return evenTicks(low, high)
  const steps =
    decades > 4
      ? [1]
      : decades > 1.5
        ? [1, 2, 5]
        : decades > 0.6
          ? [1, 1.5, 2, 3, 5, 7]
          : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const step of steps) {
      const tick = Number(`${step}e${power}`)
      if (tick >= low && tick <= high) ticks.push(tick)
    }
  return ticks
}

/** Between three and six multiples of 1, 2 or 5 times a power of ten. */
function evenTicks(low: number, high: number): number[] {
  const decade = power(10, Math.floor(Math.log10((high - low) / 5)))
  const step = [1, 2, 5, 10].map((each) => each * decade).find((each) => (high - low) / each < 6) ?? decade
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => rounded((first + i) * step, 6))
}

/** Scale and axis of a channel that is logarithmic over a domain, with round ticks. */
export const onLogAxis = (domain: readonly [number, number], ticks = logTicks(domain)) =>
  ({
    scale: { type: 'log', domain: [...domain], nice: false },
    axis: { values: ticks, labelExpr: tickLabel, labelOverlap: 'greedy' },
  }) as const

/** Labels with separated thousands, and powers of ten where digits would fill the axis. */
export const tickLabel =
  "abs(datum.value) >= 1e7 || (datum.value !== 0 && abs(datum.value) < 1e-4) ? format(datum.value, '.3~e') : format(datum.value, ',~r')"
