import type { RandomStream } from '../kernel/random.js'
import type { Checkpointable, SavedState } from './saved-state.js'

/**
 * The random streams that plugins took as they were created, and so may draw from in one round after the other.
 *
 * A stream that is taken later, for a round or a client, follows from its name and need not be kept.
 */
export class StreamRegistry implements Checkpointable {
  readonly #names: string[] = []
  readonly #streams: RandomStream[] = []

  register(name: string, stream: RandomStream): void {
    this.#names.push(name)
    this.#streams.push(stream)
  }

  save(): SavedState {
    const states = new Int32Array(4 * this.#streams.length)
    for (const [i, stream] of this.#streams.entries()) states.set(stream.save(), 4 * i)
    return { arrays: { states }, values: { names: [...this.#names] } }
  }

  restore({ arrays, values }: SavedState): void {
    const names = values.names as string[]
    if (names.join('\n') !== this.#names.join('\n'))
      throw new Error(
        `the plugins took the random streams ${this.#names}, where the saved ones took ${names}`,
      )
    for (const [i, stream] of this.#streams.entries())
      stream.restore(Uint32Array.from(arrays.states.subarray(4 * i, 4 * i + 4)))
  }
}
