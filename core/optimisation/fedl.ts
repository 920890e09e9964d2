import { power } from '../kernel/power.js'
import { lambertW0 } from './lambert-w.js'
import { risingRoot } from './roots.js'

/** A processor that does so many cycles a round. */
export interface FedlProcessor {
  readonly cycles: number
  readonly leastClockHz: number
  readonly mostClockHz: number
  /** α of its own, J s²; that of all where absent. */
  readonly capacitance?: number
}

/**
 * FEDL's SUB1: the computing time T that minimises Σ ½ α C_n f_n² + κ T with f_n = C_n/T within its limits (Dinh et al., 2021), s.
 *
 * Where no limit binds T = (α Σ C_n³ / κ)^{1/3}; else the same sum over those who are still free at T, the root of -Σ α C_n³/T³ + κ,
 * but never sooner than the slowest at its highest clock.
 */
export function commonComputingSeconds(
  processors: readonly FedlProcessor[],
  { capacitance, latencyWeight }: { readonly capacitance: number; readonly latencyWeight: number },
): number {
  const soonest = processors.reduce(
    (most, { cycles, mostClockHz }) => Math.max(most, cycles / mostClockHz),
    0,
  )
  const weighed = ({ cycles, capacitance: own = capacitance }: FedlProcessor) => own * power(cycles, 3)
  const slope = (seconds: number) =>
    processors.reduce((sum, processor) => {
      // Who is at its lowest clock saves no more.
      return processor.cycles / seconds <= processor.leastClockHz
        ? sum
        : sum - weighed(processor) / power(seconds, 3)
    }, latencyWeight)
  if (slope(soonest) >= 0) return soonest
  const free = Math.cbrt(processors.reduce((sum, processor) => sum + weighed(processor), 0) / latencyWeight)
  return risingRoot(slope, soonest, Math.max(free * (1 + 1e-12), soonest))
}

/**
 * FEDL's SUB2: the airtime τ that minimises τ p(τ) + κ τ with p = (N/h)(2^{s/(Bτ)} - 1) (Dinh et al., 2021), s: from
 * (s ln2/B) / (1 + W₀((κ h/N - 1)/e)), kept to the times that the least and the most power allow.
 */
export function airtimeSeconds(link: {
  /** s / B, bit/Hz. */
  readonly work: number
  /** N / h, W, of the whole band. */
  readonly noiseOverGain: number
  /** κ, J/s. */
  readonly latencyWeight: number
  readonly leastPowerW?: number
  readonly mostPowerW?: number
}): number {
  const { work, noiseOverGain, latencyWeight, leastPowerW = 0, mostPowerW = Number.POSITIVE_INFINITY } = link
  const free = (work * Math.LN2) / (1 + lambertW0((latencyWeight / noiseOverGain - 1) / Math.E))
  const at = (powerW: number) => (work * Math.LN2) / Math.log1p(powerW / noiseOverGain)
  return Math.min(
    Math.max(free, at(mostPowerW)),
    leastPowerW > 0 ? at(leastPowerW) : Number.POSITIVE_INFINITY,
  )
}
