import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Fading } from '../plugin/contracts.js'

/**
 * Small-scale fading of every link in one direction: as drawn for a round, and as it is some time later.
 *
 * Draws follow from (seed, round, client) alone. What ages draws alike whoever asks and however much later: schedulers
 * that take different times are compared under common random numbers.
 */
export class FadingDraws {
  readonly #fading: Fading
  readonly #sizes: NetworkParameters
  readonly #streams: RandomStreams
  readonly #direction: string
  /** N×M×K. */
  readonly #power: Float64Array
  /** M×K, of one client. */
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
    this.#aged = new Float64Array(servers * channels)
  }

  /** Writes the gains of a round, K×N×M: mean gain (N×M) times fading. */
  apply(round: number, meanGain: Float64Array, gain: Float64Array): void {
    this.#draw(round)
    for (let client = 0; client < this.#sizes.clients; client++)
      this.#scale(client, this.#powersOf(client), meanGain, gain)
  }

  /** The same when the complex amplitudes keep no more than this correlation with those of the round. */
  applyAged(round: number, correlation: number, meanGain: Float64Array, gain: Float64Array): void {
    this.#draw(round)
    for (let client = 0; client < this.#sizes.clients; client++) {
      this.#aged.set(this.#powersOf(client))
      const random = this.#streams.stream(`fading/aging/${this.#direction}client`, client, round)
      this.#fading.age?.(this.#aged, correlation, random)
      this.#scale(client, this.#aged, meanGain, gain)
    }
  }

  #draw(round: number): void {
    if (round === this.#round) return
    this.#round = round
    for (let client = 0; client < this.#sizes.clients; client++) {
      const random = this.#streams.stream(`fading/${this.#direction}client`, client, round)
      this.#fading.fill(this.#powersOf(client), random)
    }
  }

  #powersOf(client: number): Float64Array {
    const links = this.#aged.length
    return this.#power.subarray(client * links, (client + 1) * links)
  }

  #scale(client: number, power: Float64Array, meanGain: Float64Array, gain: Float64Array): void {
    const { clients, servers, channels } = this.#sizes
    for (let channel = 0; channel < channels; channel++) {
      const row = (channel * clients + client) * servers
      for (let server = 0; server < servers; server++)
        gain[row + server] = meanGain[client * servers + server] * power[server * channels + channel]
    }
  }
}
