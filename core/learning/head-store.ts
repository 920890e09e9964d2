import Type from 'typebox'
import { float32, statePart } from '../plugin/state-part.js'
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
  readonly state = statePart({
    values: Type.Object({
      /** Of each client, which of the distinct weights it has; null where none yet. */
      of: Type.Array(Type.Union([Type.Null(), Type.Integer({ minimum: 0 })])),
      /** Steps of each client's optimiser. */
      steps: Type.Array(Type.Union([Type.Null(), Type.Integer({ minimum: 0 })])),
    }),
    arrays: ({ of, steps }) => ({
      ...Object.fromEntries(of.flatMap((index) => (index === null ? [] : [[`weights/${index}`, float32()]]))),
      ...Object.fromEntries(
        steps.flatMap((count, client) => (count === null ? [] : [[`optimiser/${client}`, float32()]])),
      ),
    }),
    save: () => {
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
        arrays[`optimiser/${client}`] = state.slots
        return state.steps
      })
      return { values: { of, steps }, arrays }
    },
    check: ({ values: { of, steps } }) =>
      of.length === this.#weights.length && steps.length === this.#weights.length
        ? undefined
        : `it has heads of ${of.length} clients; expected ${this.#weights.length}`,
    restore: ({ values: { of, steps }, arrays }) => {
      for (const [client, index] of of.entries())
        this.#weights[client] = index === null ? undefined : arrays[`weights/${index}`]
      for (const [client, count] of steps.entries())
        this.#optimisers[client] =
          count === null ? undefined : { steps: count, slots: arrays[`optimiser/${client}`] }
    },
  })
}
