import {
  type Event,
  type Process,
  type ProcessBody,
  type RandomStream,
  type RandomStreams,
  Resource,
  type Simulation,
} from '../../kernel/index.js'

/** What a protocol finds of the kernel, on the clock of one scheduler. */
export class Happenings {
  readonly #simulation: Simulation
  readonly #streams: RandomStreams

  constructor(simulation: Simulation, streams: RandomStreams) {
    this.#simulation = simulation
    this.#streams = streams
  }

  process<R>(body: () => ProcessBody<R>): Process<R> {
    return this.#simulation.process(body)
  }

  event(): Event<void> {
    return this.#simulation.event()
  }

  timeout(seconds: number): Event<void> {
    return this.#simulation.timeout(seconds)
  }

  resource(capacity = 1): Resource {
    return new Resource(this.#simulation, { capacity })
  }

  random(name: string, ...indices: number[]): RandomStream {
    return this.#streams.stream(`protocol/${name}`, ...indices)
  }

  someOf(events: readonly Event<unknown>[], count: number): Event<unknown> {
    return this.#simulation.condition(events, (_, happened) => happened >= count)
  }

  anyOf(events: readonly Event<unknown>[]): Event<unknown> {
    return this.#simulation.anyOf(events)
  }

  allOf(events: readonly Event<unknown>[]): Event<unknown> {
    return this.#simulation.allOf(events)
  }
}
