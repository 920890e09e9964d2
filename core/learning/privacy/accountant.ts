import { bestGuarantee, type Conversion, type Guarantee, improvedConversion } from './conversion.js'
import { gaussianRdp } from './gaussian-rdp.js'
import { laplaceRdp } from './laplace-rdp.js'

/** A mechanism whose releases are accounted for. */
export interface Mechanism {
  readonly noise: 'gaussian' | 'laplace'
  /** Standard deviation over the L2 sensitivity (gaussian), or scale over the L1 sensitivity (laplace). */
  readonly noiseMultiplier: number
  /**
   * Probability with which a record takes part in a release, independent of the others and unknown to who looks.
   *
   * Laplace noise is accounted for as if it always did, which holds all the same.
   */
  readonly sampling: number
}

/**
 * Orders that serve from hardly any noise to a great deal of it, as Opacus and TensorFlow Privacy choose them, and ∞: pure
 * differential privacy, which Laplace noise has.
 */
export const defaultOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 53 }, (_, i) => 11 + i),
  128,
  256,
  512,
  1024,
  Number.POSITIVE_INFINITY,
]

/** Adds up what releases cost in Rényi differential privacy: of independent mechanisms it is the sum. */
export class RenyiAccountant {
  readonly orders: readonly number[]
  readonly #rdp: Float64Array
  readonly #known = new Map<string, Float64Array>()

  constructor(orders: readonly number[] = defaultOrders) {
    this.orders = orders
    this.#rdp = new Float64Array(orders.length)
  }

  /** Accounts for so many releases of a mechanism. */
  compose(mechanism: Mechanism, releases = 1): this {
    const each = this.#each(mechanism)
    for (let i = 0; i < each.length; i++) if (releases > 0) this.#rdp[i] += releases * each[i]
    return this
  }

  /** ε of everything so far at this δ, and the order that shows it. */
  guarantee(delta: number, convert: Conversion = improvedConversion): Guarantee {
    return bestGuarantee(this.orders, this.#rdp, delta, convert)
  }

  #each(mechanism: Mechanism): Float64Array {
    const { noise, noiseMultiplier, sampling } = mechanism
    const key = `${noise}/${noiseMultiplier}/${sampling}`
    const known = this.#known.get(key)
    if (known) return known
    const each = Float64Array.from(this.orders, (order) =>
      noise === 'gaussian'
        ? gaussianRdp(order, noiseMultiplier, sampling)
        : laplaceRdp(order, noiseMultiplier),
    )
    this.#known.set(key, each)
    return each
  }
}
