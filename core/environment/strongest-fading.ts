import type { RandomStreams, StreamFamily } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import { NOT_KEPT } from '../network/strongest-links.js'
import type { Fading } from '../plugin/contracts.js'
import { type LargeScale, linkStateOf } from './large-scale.js'

/**
 * Small-scale fading in one direction of each client's strongest links alone: the others' gains are their means.
 *
 * A link that is kept has the gains that `FadingDraws` gives it, from the same streams.
 */
export class StrongestFading {
  readonly #fading: Fading
  readonly #sizes: NetworkParameters
  readonly #streams: RandomStreams
  readonly #direction: string
  /** K, of the link in hand. */
  readonly #power: Float64Array

  /** `direction` names the streams, e.g. `downlink/`. */
  constructor(fading: Fading, sizes: NetworkParameters, streams: RandomStreams, direction: string) {
    this.#fading = fading
    this.#sizes = sizes
    this.#streams = streams
    this.#direction = direction
    this.#power = new Float64Array(sizes.channels)
  }

  /** Writes the gains of a round, N×L×K and then N×M means. */
  apply(round: number, largeScale: LargeScale, gain: Float64Array): void {
    this.#fill(round, largeScale, gain)
  }

  /** The same when amplitudes keep no more than this correlation with those of the round, as in `FadingDraws`. */
  applyAged(
    round: number,
    change: string,
    correlation: number,
    largeScale: LargeScale,
    gain: Float64Array,
  ): void {
    const changed = this.#streams.family(`fading/${change}/${this.#direction}link`)
    this.#fill(round, largeScale, gain, { changed, correlation })
  }

  #fill(
    round: number,
    largeScale: LargeScale,
    gain: Float64Array,
    aged?: { readonly changed: StreamFamily; readonly correlation: number },
  ): void {
    const { clients, servers, channels } = this.#sizes
    const { meanGain } = largeScale
    const { perClient, rank } = largeScale.links!
    const drawn = this.#streams.family(`fading/${this.#direction}link`)
    const power = this.#power
    for (let client = 0; client < clients; client++)
      for (let server = 0; server < servers; server++) {
        const link = client * servers + server
        const place = rank[link]
        if (place === NOT_KEPT) continue
        const state = linkStateOf(largeScale, link)
        this.#fading.fill(power, drawn(client, server, round), state)
        if (aged) this.#fading.age?.(power, aged.correlation, aged.changed(client, server, round), state)
        const mean = meanGain[link]
        let at = (client * perClient + place) * channels
        for (let channel = 0; channel < channels; channel++) gain[at++] = mean * power[channel]
      }
    gain.set(meanGain, clients * perClient * channels)
  }
}
