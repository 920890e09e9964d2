import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import type { Area, Fading, GainSource, Placement, Position, Propagation } from '../plugin/contracts.js'

/** The plugins and settings that the physical network is drawn from. */
export interface EnvironmentSettings {
  readonly area: Area
  readonly clientPlacement: Placement
  readonly serverPlacement: Placement
  readonly positions: 'fixed' | 'per-episode' | 'per-round'
  readonly episodeRounds: number
  readonly propagation: Propagation
  readonly fading: Fading
  readonly minimumDistanceM: number
  readonly reciprocal: boolean
  /** Replaces propagation and fading where given. */
  readonly gains?: GainSource
}

/** The physical network of a round, and where everyone stands in it. */
export interface Scene {
  readonly round: number
  readonly network: RoundNetwork
  readonly clientPositions: readonly Position[]
  readonly serverPositions: readonly Position[]
}

/**
 * Draws the physical network of each round.
 *
 * A round's draws follow from (seed, round, client) alone: any round can be drawn without the ones before, and
 * another client, scheduler or round never shifts them. The arrays of a scene are written again by the next.
 */
export class Environment {
  readonly #parameters: NetworkParameters
  readonly #settings: EnvironmentSettings
  readonly #streams: RandomStreams
  readonly #uplinkGain: Float64Array
  readonly #downlinkGain: Float64Array
  readonly #meanGain: Float64Array
  readonly #fadingPower: Float64Array
  readonly #serverPositions: readonly Position[]
  #clientPositions: readonly Position[] = []
  #epoch = -1

  constructor(parameters: NetworkParameters, settings: EnvironmentSettings, streams: RandomStreams) {
    const { clients, servers, channels } = parameters
    this.#parameters = parameters
    this.#settings = settings
    this.#streams = streams
    this.#uplinkGain = new Float64Array(channels * clients * servers)
    this.#downlinkGain =
      settings.reciprocal && !settings.gains ? this.#uplinkGain : new Float64Array(this.#uplinkGain.length)
    this.#meanGain = new Float64Array(clients * servers)
    this.#fadingPower = new Float64Array(servers * channels)
    this.#serverPositions = this.#place(settings.serverPlacement, servers, 'placement/server', 0)
  }

  /** The network of a round, counted from 1. */
  async scene(round: number): Promise<Scene> {
    this.#moveClients(this.#epochOf(round))
    const downlinkGain = await this.#drawGains(round)
    const network = {
      ...this.#parameters,
      uplinkGain: this.#uplinkGain,
      downlinkGain,
      meanGain: this.#meanGain,
    }
    return {
      round,
      network,
      clientPositions: this.#clientPositions,
      serverPositions: this.#serverPositions,
    }
  }

  /** Positions are drawn anew when this changes. */
  #epochOf(round: number): number {
    if (this.#settings.positions === 'fixed') return 0
    return this.#settings.positions === 'per-round'
      ? round
      : Math.floor((round - 1) / this.#settings.episodeRounds)
  }

  #place(placement: Placement, count: number, stream: string, epoch: number): Position[] {
    return Array.from({ length: count }, (_, index) => {
      const random = this.#streams.stream(stream, index, epoch)
      return placement.position({ index, count, area: this.#settings.area, random })
    })
  }

  #moveClients(epoch: number): void {
    if (epoch === this.#epoch) return
    this.#epoch = epoch
    const { clients, servers } = this.#parameters
    this.#clientPositions = this.#place(this.#settings.clientPlacement, clients, 'placement/client', epoch)
    if (this.#settings.gains) return
    for (const [client, clientPosition] of this.#clientPositions.entries()) {
      const random = this.#streams.stream('propagation/client', client, epoch)
      for (const [server, serverPosition] of this.#serverPositions.entries()) {
        const distance = Math.hypot(clientPosition.x - serverPosition.x, clientPosition.y - serverPosition.y)
        const distanceM = Math.max(distance, this.#settings.minimumDistanceM)
        const link = { client, server, clientPosition, serverPosition, distanceM, random }
        this.#meanGain[client * servers + server] = this.#settings.propagation.meanGain(link)
      }
    }
  }

  /** Fills the gains of a round; returns those of the downlink. */
  async #drawGains(round: number): Promise<Float64Array> {
    const { gains, reciprocal } = this.#settings
    if (gains) {
      const bothWays = await gains.fill(round - 1, this.#uplinkGain, this.#downlinkGain)
      this.#averageGains()
      return bothWays ? this.#downlinkGain : this.#uplinkGain
    }
    this.#fade(round, 'fading/client', this.#uplinkGain)
    if (!reciprocal) this.#fade(round, 'fading/downlink/client', this.#downlinkGain)
    return this.#downlinkGain
  }

  #fade(round: number, stream: string, target: Float64Array): void {
    const { clients, servers, channels } = this.#parameters
    const power = this.#fadingPower
    for (let client = 0; client < clients; client++) {
      this.#settings.fading.fill(power, this.#streams.stream(stream, client, round))
      for (let channel = 0; channel < channels; channel++) {
        const row = (channel * clients + client) * servers
        for (let server = 0; server < servers; server++)
          target[row + server] =
            this.#meanGain[client * servers + server] * power[server * channels + channel]
      }
    }
  }

  /** Gains from elsewhere have no mean of their own: their average over channels stands for it. */
  #averageGains(): void {
    const links = this.#meanGain.length
    this.#meanGain.fill(0)
    for (let i = 0; i < this.#uplinkGain.length; i++)
      this.#meanGain[i % links] += this.#uplinkGain[i] / this.#parameters.channels
  }
}
