import { UserError } from '../../errors.js'
import { type Mechanism, RenyiAccountant } from './accountant.js'

/** The least noise multiplier, to a relative 1e-6, whose releases stay within (ε, δ); a `UserError` where none does. */
export function noiseMultiplierFor(
  { epsilon, delta }: { readonly epsilon: number; readonly delta: number },
  { noise, sampling }: Pick<Mechanism, 'noise' | 'sampling'>,
  releases: number,
): number {
  const epsilonWith = (noiseMultiplier: number) =>
    new RenyiAccountant().compose({ noise, noiseMultiplier, sampling }, releases).guarantee(delta).epsilon
  let high = 1
  while (epsilonWith(high) > epsilon) {
    high *= 2
    if (high > 2 ** 30)
      throw new UserError(
        `no amount of ${noise} noise keeps ${releases} releases within ε = ${epsilon}, δ = ${delta}`,
      )
  }
  let low = high === 1 ? 0 : high / 2
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2
    if (epsilonWith(middle) > epsilon) low = middle
    else high = middle
  }
  return high
}
