import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Fading } from '../plugin/contracts.js'

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
  /** K, of one link. */
  readonly #aged: Float64Array
  #round = 0

  /** `direction` names the streams, e.g. `downlink/`. */
  constructor(fading: Fading, sizes: NetworkParameters, streams: RandomStreams, direction: string) {
    const { clients, servers, channels } = sizes
    this.#fading = fading
    this.#sizes = sizes
    this.#streams = streams
    this.#direction = direction
    this.#power = new Float64Array(clients * servers * channels)
    this.#aged = new Float64Array(channels)
  }

  /** Writes the gains of a round, K×N×M: mean gain (N×M) times fading. */
  apply(round: number, meanGain: Float64Array, gain: Float64Array): void {
    this.#draw(round)
    this.#forEachLink((client, server, power) => this.#scale(client, server, power, meanGain, gain))
  }

  /** The same when the complex amplitudes keep no more than this correlation with those of the round. */
  applyAged(round: number, correlation: number, meanGain: Float64Array, gain: Float64Array): void {
    this.#draw(round)
    const stream = `fading/aging/${this.#direction}link`
    this.#forEachLink((client, server, power) => {
      this.#aged.set(power)
      this.#fading.age?.(this.#aged, correlation, this.#streams.stream(stream, client, server, round))
      this.#scale(client, server, this.#aged, meanGain, gain)
    })
  }

  #draw(round: number): void {
    if (round === this.#round) return
    this.#round = round
    const stream = `fading/${this.#direction}link`
    this.#forEachLink((client, server, power) =>
      this.#fading.fill(power, this.#streams.stream(stream, client, server, round)),
    )
  }

  /** Calls with the powers of each link on every channel, length K. */
  #forEachLink(visit: (client: number, server: number, power: Float64Array) => void): void {
    const { clients, servers, channels } = this.#sizes
    for (let client = 0; client < clients; client++)
      for (let server = 0; server < servers; server++) {
        const start = (client * servers + server) * channels
        visit(client, server, this.#power.subarray(start, start + channels))
      }
  }

  #scale(
    client: number,
    server: number,
    power: Float64Array,
    meanGain: Float64Array,
    gain: Float64Array,
  ): void {
    const { clients, servers, channels } = this.#sizes
    const mean = meanGain[client * servers + server]
    for (let channel = 0; channel < channels; channel++)
      gain[(channel * clients + client) * servers + server] = mean * power[channel]
  }
}
