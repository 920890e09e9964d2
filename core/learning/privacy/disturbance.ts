import { UserError } from '../../errors.js'
import type { RandomStream } from '../../kernel/random-stream.js'
import { RenyiAccountant } from './accountant.js'
import { noiseMultiplierFor } from './calibration.js'
import { clip } from './clip.js'
import { addGaussianNoise, addLaplaceNoise } from './noise.js'

/** How a change of weights is disturbed before it is shared, as a scenario says it. */
export interface DisturbanceSettings {
  readonly noise: 'gaussian' | 'laplace'
  /** Largest norm of a change, L2 for gaussian noise and L1 for laplace; null where changes are not clipped. */
  readonly clipNorm: number | null
  /** Standard deviation (gaussian) or scale (laplace) of the noise over `clipNorm`; null where it follows from `epsilon`. */
  readonly noiseMultiplier: number | null
  /** ε that so many releases are to stay within, where the noise is to follow from it. */
  readonly epsilon: number | null
  readonly delta: number
  /** Probability with which a client takes part in a release. */
  readonly sampling: number
}

/** Clipping and noise as they are applied, and what they leave of privacy. */
export interface PrivateRelease {
  readonly noiseMultiplier: number
  /** Clips a change and adds noise to it, in place. */
  disturb(change: Float32Array, random: RandomStream): void
  /** ε at the settings' δ after so many releases; Infinity without noise, 0 before the first. */
  epsilonAfter(releases: number): number
}

/**
 * Throws a `UserError` where ε is asked for and nothing bounds what a client can change: noise hides only what has a
 * limit. `expected` releases are what `epsilon` has to last for.
 */
export function privateRelease(settings: DisturbanceSettings, expected: number): PrivateRelease {
  const { noise, clipNorm, delta, sampling } = settings
  const asked = settings.epsilon !== null || (settings.noiseMultiplier ?? 0) > 0
  if (asked && clipNorm === null) {
    const what = settings.epsilon === null ? 'noise' : `ε = ${settings.epsilon}`
    throw new UserError(`${what} without clipping says nothing about privacy; expected a clipNorm above 0`)
  }
  if (settings.epsilon !== null && settings.noiseMultiplier !== null)
    throw new UserError('epsilon and noiseMultiplier are two ways to say one thing; expected one of them')
  const noiseMultiplier =
    settings.epsilon === null
      ? (settings.noiseMultiplier ?? 0)
      : noiseMultiplierFor({ epsilon: settings.epsilon, delta }, { noise, sampling }, expected)
  const limit = clipNorm ?? Number.POSITIVE_INFINITY
  const amount = noiseMultiplier === 0 ? 0 : noiseMultiplier * limit
  const known = new Map<number, number>()
  return {
    noiseMultiplier,
    disturb(change, random) {
      clip(change, limit, noise === 'gaussian' ? 'l2' : 'l1')
      if (amount === 0) return
      if (noise === 'gaussian') addGaussianNoise(change, amount, random)
      else addLaplaceNoise(change, amount, random)
    },
    epsilonAfter(releases) {
      if (releases === 0) return 0
      const found = known.get(releases)
      if (found !== undefined) return found
      const mechanism = { noise, noiseMultiplier, sampling }
      const { epsilon } = accountant(mechanism, releases).guarantee(delta)
      known.set(releases, epsilon)
      return epsilon
    },
  }
}

const accountant = (mechanism: Parameters<RenyiAccountant['compose']>[0], releases: number) =>
  new RenyiAccountant().compose(mechanism, releases)
