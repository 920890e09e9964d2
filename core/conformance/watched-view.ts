import type { RoundNetwork } from '../network/round-network.js'
import { type InformationTier, includesTier } from '../plugin/tiers.js'
import type { SchedulerView } from '../plugin/view.js'
import { type Counts, View } from '../simulation/view.js'

/** The tier that reading each part of a view takes; what is not here takes none. */
const tierOfPart: Readonly<Partial<Record<keyof SchedulerView, InformationTier>>> = {
  meanGain: 'large-scale',
  uplinkGain: 'local',
  downlinkGain: 'local',
  interference: 'local',
  network: 'twin',
  evaluator: 'twin',
}

/** A view of a round, and what was done with it. */
export interface WatchedView {
  readonly view: SchedulerView
  /** Parts that were read beyond the tier, whether the error for it was caught or not. */
  beyondTier(): string[]
  /** Parts that were written into. */
  written(): string[]
}

/** A view that notes what is read beyond the tier, and what is written. */
export function watchedView(
  { round, network, counts }: { round: number; network: RoundNetwork; counts: Counts },
  tier: InformationTier,
): WatchedView {
  const real = new View(round, network, counts, network, { label: 'checked', tier })
  const beyond = new Set<string>()
  const view = new Proxy(real, {
    get(target, part) {
      const takes = tierOfPart[part as keyof SchedulerView]
      if (takes && !includesTier(tier, takes)) beyond.add(`view.${String(part)} (tier ${takes})`)
      const value = Reflect.get(target, part, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const parts = { ...network, ...counts }
  const before = structuredClone(parts)
  return {
    view,
    beyondTier: () => [...beyond],
    written: () => Object.keys(parts).filter((name) => !equal(parts[name as never], before[name as never])),
  }
}

/** Equal to the last bit; what is no number equals itself. */
function equal(a: unknown, b: unknown): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return JSON.stringify(a) === JSON.stringify(b)
  const [x, y] = [a as Float64Array, b as Float64Array]
  return x.length === y.length && x.every((value, i) => Object.is(value, y[i]))
}
