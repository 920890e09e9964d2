import type { RandomStream } from '../../../core/plugin/index.js'

/** Powers of scattered paths alone, exponential with unit mean: one draw each where a complex amplitude would take two. */
export function fillScattered(power: Float64Array, random: RandomStream): void {
  for (let i = 0; i < power.length; i++) power[i] = random.exponential()
}

/** What they are when their amplitudes keep so much correlation: the phase is uniform whatever the power, so it may as well be 0. */
export function ageScattered(power: Float64Array, correlation: number, random: RandomStream): void {
  if (correlation === 1) return
  const fresh = Math.sqrt((1 - correlation * correlation) / 2)
  for (let i = 0; i < power.length; i++) {
    const inPhase = correlation * Math.sqrt(power[i]) + fresh * random.normal()
    const quadrature = fresh * random.normal()
    power[i] = inPhase * inPhase + quadrature * quadrature
  }
}
