import Type from 'typebox'
import type { RandomStream } from '../kernel/random-stream.js'
import { int32, statePart } from './state-part.js'

/**
 * The random streams that plugins took as they were created, and so may draw from in one round after the other.
 *
 * A stream that is taken later, for a round or a client, follows from its name and need not be kept.
 */
export class StreamRegistry {
  readonly #names: string[] = []
  readonly #streams: RandomStream[] = []

  register(name: string, stream: RandomStream): void {
    this.#names.push(name)
    this.#streams.push(stream)
  }

  readonly state = statePart({
    values: Type.Object({ names: Type.Array(Type.String()) }),
    arrays: ({ names }) => ({ states: int32(4 * names.length) }),
    save: () => {
      const states = new Int32Array(4 * this.#streams.length)
      for (const [i, stream] of this.#streams.entries()) states.set(stream.save(), 4 * i)
      return { values: { names: [...this.#names] }, arrays: { states } }
    },
    restore: ({ arrays: { states } }) => {
      for (const [i, stream] of this.#streams.entries())
        stream.restore(Uint32Array.from(states.subarray(4 * i, 4 * i + 4)))
    },
    check: ({ values: { names } }) =>
      names.join('\n') === this.#names.join('\n')
        ? undefined
        : `the plugins took the random streams ${this.#names}, where the saved ones took ${names}`,
  })
}
