import type { OptimiserState } from '../tensor/index.js'

/**
 * The heads of all clients as flat arrays: weights that are equal are one array, and none is written to.
 *
 * A head that was never trained takes up nothing but what it started from, which is drawn when it is first asked for.
 */
export class HeadStore {
  readonly #initial: (client: number) => Float32Array
  readonly #weights: (Float32Array | undefined)[]
  readonly #optimisers: (OptimiserState | undefined)[]

  constructor(clients: number, initial: (client: number) => Float32Array) {
    this.#initial = initial
    this.#weights = new Array(clients).fill(undefined)
    this.#optimisers = new Array(clients).fill(undefined)
  }

  weights(client: number): Float32Array {
    const known = this.#weights[client]
    if (known) return known
    const initial = this.#initial(client)
    this.#weights[client] = initial
    return initial
  }

  optimiser(client: number): OptimiserState | undefined {
    return this.#optimisers[client]
  }

  set(client: number, weights: Float32Array, optimiser: OptimiserState | undefined): void {
    this.#weights[client] = weights
    this.#optimisers[client] = optimiser
  }

  /** Gives several clients the same weights; each keeps the state of its optimiser. */
  share(clients: readonly number[], weights: Float32Array): void {
    for (const client of clients) this.#weights[client] = weights
  }

  /** What has been trained or shared, by client; equal heads are stored once. */
  save(): {
    arrays: Record<string, Float32Array>
    values: { of: (number | null)[]; steps: (number | null)[] }
  } {
    const arrays: Record<string, Float32Array> = {}
    const distinct = new Map<Float32Array, number>()
    const of = this.#weights.map((weights) => {
      if (!weights) return null
      const known = distinct.get(weights)
      if (known !== undefined) return known
      distinct.set(weights, distinct.size)
      arrays[`weights/${distinct.size - 1}`] = weights
      return distinct.size - 1
    })
    const steps = this.#optimisers.map((state, client) => {
      if (!state) return null
      if (state.slots.length > 0) arrays[`optimiser/${client}`] = state.slots
      return state.steps
    })
    return { arrays, values: { of, steps } }
  }

  restore(
    arrays: Readonly<Record<string, Float32Array>>,
    { of, steps }: { of: readonly (number | null)[]; steps: readonly (number | null)[] },
  ): void {
    for (const [client, index] of of.entries())
      this.#weights[client] = index === null ? undefined : arrays[`weights/${index}`]
    for (const [client, count] of steps.entries())
      this.#optimisers[client] =
        count === null
          ? undefined
          : { steps: count, slots: arrays[`optimiser/${client}`] ?? new Float32Array(0) }
  }
}
