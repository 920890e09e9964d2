import type { RandomStreams, StreamFamily } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Fading } from '../plugin/contracts.js'
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
  readonly #drawn: StreamFamily
  readonly #changed = new Map<string, StreamFamily>()
  /** N×M×K. */
  readonly #power: Float64Array
  /** K, of the link in hand: a view of each link's part of `#power` would cost more than its draws. */
  readonly #link: Float64Array
  /** M×K, of the client in hand. */
  readonly #client: Float64Array
  #round = 0

  /** `direction` names the streams, e.g. `downlink/`. */
  constructor(fading: Fading, sizes: NetworkParameters, streams: RandomStreams, direction: string) {
    const { clients, servers, channels } = sizes
    this.#fading = fading
    this.#sizes = sizes
    this.#streams = streams
    this.#direction = direction
    this.#drawn = streams.family(`fading/${direction}link`)
    this.#power = new Float64Array(clients * servers * channels)
    this.#link = new Float64Array(channels)
    this.#client = new Float64Array(servers * channels)
  }

  /** Writes the gains of a round, K×N×M: mean gain (N×M) times fading. */
  apply(round: number, largeScale: LargeScale, gain: Float64Array): void {
    this.#draw(round, largeScale)
    const perClient = this.#client.length
    for (let client = 0; client < this.#sizes.clients; client++)
      this.#scale(client, this.#power, client * perClient, largeScale.meanGain, gain)
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
    const streams =
      this.#changed.get(change) ?? this.#streams.family(`fading/${change}/${this.#direction}link`)
    this.#changed.set(change, streams)
    const { clients, servers, channels } = this.#sizes
    const link = this.#link
    const perClient = this.#client.length
    for (let client = 0; client < clients; client++) {
      for (let server = 0; server < servers; server++) {
        const start = client * perClient + server * channels
        for (let channel = 0; channel < channels; channel++) link[channel] = this.#power[start + channel]
        const random = streams(client, server, round)
        this.#fading.age?.(link, correlation, random, linkStateOf(largeScale, client * servers + server))
        this.#client.set(link, server * channels)
      }
      this.#scale(client, this.#client, 0, largeScale.meanGain, gain)
    }
  }

  #draw(round: number, largeScale: LargeScale): void {
    // Clients that move are in sight of others in each lane.
    if (round === this.#round && !largeScale.sight) return
    this.#round = round
    const { clients, servers, channels } = this.#sizes
    const links = clients * servers
    for (let link = 0, client = 0, server = 0; link < links; link++, server++) {
      if (server === servers) {
        server = 0
        client++
      }
      this.#fading.fill(this.#link, this.#drawn(client, server, round), linkStateOf(largeScale, link))
      this.#power.set(this.#link, link * channels)
    }
  }

  /** Writes the gains of a client from its powers, M×K from `start` on: channel by channel, as gains lie. */
  #scale(
    client: number,
    power: Float64Array,
    start: number,
    meanGain: Float64Array,
    gain: Float64Array,
  ): void {
    const { clients, servers, channels } = this.#sizes
    const means = client * servers
    for (let channel = 0; channel < channels; channel++) {
      const row = (channel * clients + client) * servers
      let at = start + channel
      for (let server = 0; server < servers; server++, at += channels)
        gain[row + server] = meanGain[means + server] * power[at]
    }
  }
}
