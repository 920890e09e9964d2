import {
  fillLargeScale,
  type LargeScale,
  linkStateOf,
  roomForLargeScale,
} from '../environment/large-scale.js'
import type { EnvironmentSettings } from '../environment/settings.js'
import { placeNodes } from '../environment/sites.js'
import { Walk } from '../environment/walk.js'
import type { RandomStream } from '../kernel/random-stream.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import type { Position } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import type { TwinEpisodes, Variety } from '../plugin/training-contracts.js'
import { drawSetting } from './variety.js'

/** Rounds of an episode beyond which two episodes would share the draws of positions. */
const ROUNDS_APART = 2 ** 24

/** Where the twin's draws come from. */
export interface EpisodeStreams {
  /** The run's own: for what is the same in all its rounds, servers' places above all. */
  readonly physical: RandomSource
  /** For everything that changes from round to round, so that no round of the run ever comes up. */
  readonly own: RandomSource
}

/**
 * Networks that the twin makes up, as many as asked for.
 *
 * What never changes in the run is the same here: servers' places, and clients' where they are fixed, with their
 * shadowing. What changes there is drawn from streams of the twin's own: positions, shadowing with them, fading, and the
 * ways clients walk, seen every `roundSeconds`. With `variety`, each network has a setting of its own besides.
 */
export class SampledEpisodes implements TwinEpisodes {
  readonly parameters: NetworkParameters
  readonly #settings: EnvironmentSettings
  readonly #streams: EpisodeStreams
  readonly #roundSeconds: number
  readonly #variety: Variety | undefined
  readonly #serverPositions: readonly Position[]
  /** Of the places in hand. */
  readonly #largeScale: LargeScale
  /** N×M×K. */
  readonly #power: Float64Array
  #places = ''
  #standing: { readonly clients: readonly Position[]; readonly servers: readonly Position[] }
  #walk: { readonly episode: number; readonly walk: Walk; round: number } | undefined

  constructor(
    parameters: NetworkParameters,
    settings: EnvironmentSettings,
    streams: EpisodeStreams,
    roundSeconds: number,
    variety?: Variety,
  ) {
    const { clients, servers, channels } = parameters
    this.parameters = parameters
    this.#settings = settings
    this.#streams = streams
    this.#roundSeconds = roundSeconds
    this.#variety = variety
    this.#serverPositions = placeNodes(
      settings.serverPlacement,
      servers,
      settings.area,
      { random: streams.physical, stream: 'placement/server', epoch: 0 },
      settings.geometry?.sectors?.count,
    )
    this.#largeScale = roomForLargeScale(clients, servers, settings.propagation)
    this.#power = new Float64Array(clients * servers * channels)
    this.#standing = { clients: [], servers: this.#serverPositions }
  }

  network(episode: number, round: number): RoundNetwork {
    this.#place(episode, round)
    const random = this.#streams.own.stream('fading', episode, round)
    const drawGains = () => {
      this.#drawFading(random)
      return this.#gains()
    }
    const uplinkGain = drawGains()
    return {
      ...this.parameters,
      uplinkGain,
      downlinkGain: this.#settings.reciprocal ? uplinkGain : drawGains(),
      meanGain: this.#largeScale.meanGain.slice(),
    }
  }

  /** Where everyone stands in a round, m. */
  places(
    episode: number,
    round: number,
  ): {
    readonly clients: readonly Position[]
    readonly servers: readonly Position[]
  } {
    this.#place(episode, round)
    return this.#standing
  }

  /** Puts the clients where they stand in a round, unless they stand there. */
  #place(episode: number, round: number): void {
    const { mobility, positions } = this.#settings
    const own = !mobility && positions !== 'fixed'
    const epoch = !own ? 0 : positions === 'per-round' ? episode * ROUNDS_APART + round : episode
    const places = mobility || this.#variety ? `${episode}/${round}` : `${epoch}`
    if (places === this.#places) return
    // Until all of it is there: where a part is refused, it is again when it is asked for again.
    this.#places = ''
    const random = own ? this.#streams.own : this.#streams.physical
    const clients = mobility
      ? this.#walkTo(episode, round)
      : placeNodes(this.#settings.clientPlacement, this.parameters.clients, this.#settings.area, {
          random,
          stream: 'placement/client',
          epoch,
        })
    const everyone = { clients, servers: this.#serverPositions }
    const { area, propagation, minimumDistanceM, geometry } = this.#settings
    const setting = this.#variety
      ? drawSetting(
          everyone,
          propagation,
          area,
          this.#variety,
          this.#streams.own.stream('setting', episode, round),
        )
      : { places: everyone, propagation }
    this.#standing = setting.places
    const law = { propagation: setting.propagation, minimumDistanceM, ...(geometry && { geometry }) }
    fillLargeScale(this.#largeScale, setting.places, law, { random, epoch })
    this.#places = places
  }

  /** Walks of an episode start where those of the run do, and go other ways. */
  #walkTo(episode: number, round: number): Position[] {
    const { mobility, clientPlacement, area } = this.#settings
    if (!this.#walk || this.#walk.episode !== episode || this.#walk.round > round) {
      const starts = placeNodes(clientPlacement, this.parameters.clients, area, {
        random: this.#streams.physical,
        stream: 'placement/client',
        epoch: 0,
      })
      const trajectories = starts.map((start, index) =>
        mobility!.trajectory({
          index,
          start,
          area,
          random: this.#streams.own.stream('mobility/client', index, episode),
        }),
      )
      this.#walk = { episode, walk: new Walk(trajectories), round }
    }
    this.#walk.round = round
    return this.#walk.walk.positionsAt(round * this.#roundSeconds)
  }

  /** Draws the powers of all links: at once, unless fading goes by what is known of each. */
  #drawFading(random: RandomStream): void {
    const { fading } = this.#settings
    if (!this.#largeScale.sight) {
      fading.fill(this.#power, random)
      return
    }
    const { channels } = this.parameters
    for (let start = 0; start < this.#power.length; start += channels) {
      const state = linkStateOf(this.#largeScale, start / channels)
      fading.fill(this.#power.subarray(start, start + channels), random, state)
    }
  }

  /** K×N×M, mean gain times the powers in hand. */
  #gains(): Float64Array {
    const { clients, servers, channels } = this.parameters
    const links = clients * servers
    const gain = new Float64Array(links * channels)
    for (let link = 0; link < links; link++) {
      const mean = this.#largeScale.meanGain[link]
      const start = link * channels
      for (let channel = 0; channel < channels; channel++)
        gain[channel * links + link] = mean * this.#power[start + channel]
    }
    return gain
  }
}
