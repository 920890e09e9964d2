import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Fading, LinkState } from '../plugin/contracts.js'
import { type LargeScale, linkStateOf } from './large-scale.js'

/**
 * Small-scale fading of every link in one direction: as drawn for a round, and as it is some time later.
 *
 * Draws follow from (seed, round, client, server) alone, a link's channels in order: more clients, servers or channels
 * leave the others' draws as they are. What ages draws alike whoever asks and however much later: schedulers that
 * take different times are compared under common random numbers.
 */
export class FadingDraws {
  readonly #fading: Fading
  readonly #sizes: NetworkParameters
  readonly #streams: RandomStreams
  readonly #direction: string
  /** N×M×K. */
  readonly #power: Float64Array
  /** K, of the link in hand: a view of each link's part of `#power` would cost more than its draws. */
  readonly #link: Float64Array
  #round = 0

  /** `direction` names the streams, e.g. `downlink/`. */
  constructor(fading: Fading, sizes: NetworkParameters, streams: RandomStreams, direction: string) {
    const { clients, servers, channels } = sizes
    this.#fading = fading
    this.#sizes = sizes
    this.#streams = streams
    this.#direction = direction
    this.#power = new Float64Array(clients * servers * channels)
    this.#link = new Float64Array(channels)
  }

  /** Writes the gains of a round, K×N×M: mean gain (N×M) times fading. */
  apply(round: number, largeScale: LargeScale, gain: Float64Array): void {
    this.#draw(round, largeScale)
    this.#forEachLink((client, server, start) => {
      this.#read(start)
      this.#scale(client, server, largeScale.meanGain, gain)
    })
  }

  /**
   * The same when the complex amplitudes keep no more than this correlation with those of the round; `change` names the
   * streams, e.g. `aging`.
   */
  applyAged(
    round: number,
    change: string,
    correlation: number,
    largeScale: LargeScale,
    gain: Float64Array,
  ): void {
    this.#draw(round, largeScale)
    const stream = `fading/${change}/${this.#direction}link`
    this.#forEachLink((client, server, start) => {
      this.#read(start)
      const random = this.#streams.stream(stream, client, server, round)
      this.#fading.age?.(this.#link, correlation, random, this.#stateOf(largeScale, client, server))
      this.#scale(client, server, largeScale.meanGain, gain)
    })
  }

  #draw(round: number, largeScale: LargeScale): void {
    // Clients that move are in sight of others in each lane.
    if (round === this.#round && !largeScale.sight) return
    this.#round = round
    const stream = `fading/${this.#direction}link`
    this.#forEachLink((client, server, start) => {
      const random = this.#streams.stream(stream, client, server, round)
      this.#fading.fill(this.#link, random, this.#stateOf(largeScale, client, server))
      this.#power.set(this.#link, start)
    })
  }

  /** Calls with where each link's powers start. */
  #forEachLink(visit: (client: number, server: number, start: number) => void): void {
    const { clients, servers, channels } = this.#sizes
    for (let client = 0; client < clients; client++)
      for (let server = 0; server < servers; server++)
        visit(client, server, (client * servers + server) * channels)
  }

  #stateOf(largeScale: LargeScale, client: number, server: number): LinkState | undefined {
    return linkStateOf(largeScale, client * this.#sizes.servers + server)
  }

  #read(start: number): void {
    for (let channel = 0; channel < this.#link.length; channel++)
      this.#link[channel] = this.#power[start + channel]
  }

  /** Writes the gains of the link in hand. */
  #scale(client: number, server: number, meanGain: Float64Array, gain: Float64Array): void {
    const { clients, servers, channels } = this.#sizes
    const mean = meanGain[client * servers + server]
    for (let channel = 0; channel < channels; channel++)
      gain[(channel * clients + client) * servers + server] = mean * this.#link[channel]
  }
}
