import type { RandomSource } from '../plugin/needs.js'
import { float64, noValues, statePart } from '../plugin/state-part.js'

/**
 * The order in which each client goes through its samples: shuffled anew each epoch.
 *
 * An epoch's order follows from (seed, client, epoch), so how far each client has come is all there is to keep.
 */
export class SampleOrder {
  readonly #parts: readonly Int32Array[]
  readonly #random: RandomSource
  readonly #taken: Float64Array
  readonly #orders: { epoch: number; indices: Int32Array }[]

  /** `parts`: the samples of each client, as indices into the dataset. */
  constructor(parts: readonly Int32Array[], random: RandomSource) {
    this.#parts = parts
    this.#random = random
    this.#taken = new Float64Array(parts.length)
    this.#orders = parts.map((indices) => ({ epoch: -1, indices }))
  }

  /** The next samples of a client; none where it holds none. */
  next(client: number, count: number): Int32Array {
    const { length } = this.#parts[client]
    if (length === 0) return new Int32Array(0)
    const taken = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const at = this.#taken[client]++
      taken[i] = this.#orderOf(client, Math.floor(at / length))[at % length]
    }
    return taken
  }

  #orderOf(client: number, epoch: number): Int32Array {
    const known = this.#orders[client]
    if (known.epoch === epoch) return known.indices
    const indices = this.#random.stream('order', client, epoch).shuffle(this.#parts[client].slice())
    this.#orders[client] = { epoch, indices }
    return indices
  }

  /** How many samples each client has taken. */
  get state() {
    return statePart({
      values: noValues,
      arrays: { taken: float64(this.#taken.length) },
      save: () => ({ values: {}, arrays: { taken: this.#taken.slice() } }),
      restore: ({ arrays: { taken } }) => this.#taken.set(taken),
    })
  }
}
