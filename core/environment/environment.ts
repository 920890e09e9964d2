import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import { gainCount } from '../network/strongest-links.js'
import type { Placement, Position } from '../plugin/contracts.js'
import { FadingDraws } from './fading-draws.js'
import { type Doppler, dopplerCorrelation, FollowedFading } from './followed-fading.js'
import { fillLargeScale, type LargeScale, linkStateOf, roomForLargeScale } from './large-scale.js'
import { controlledPowers } from './power-control.js'
import type { RoundSnapshot, SceneClock } from './round-snapshot.js'
import type { EnvironmentSettings } from './settings.js'
import { placeNodes } from './sites.js'
import { StrongestFading } from './strongest-fading.js'
import { outsideValidity } from './validity.js'
import { Walk } from './walk.js'

const STILL: Position = { x: 0, y: 0 }

/**
 * Draws the physical network of each round.
 *
 * A round's draws follow from (seed, round, client) alone: any round can be drawn without the ones before, and
 * another client, scheduler or round never shifts them. The arrays of a snapshot are written again by the next, and those
 * of a later network by the next later one.
 */
export class Environment {
  readonly #parameters: NetworkParameters
  readonly #settings: EnvironmentSettings
  readonly #streams: RandomStreams
  readonly #uplinkGain: Float64Array
  readonly #downlinkGain: Float64Array
  readonly #largeScale: LargeScale
  readonly #uplinkFading: FadingDraws | StrongestFading
  /** Undefined where both directions share one. */
  readonly #downlinkFading: FadingDraws | StrongestFading | undefined
  readonly #serverPositions: readonly Position[]
  #clientPositions: readonly Position[] = []
  #epoch = -1
  /** The last round's, where it is the same whatever the time. */
  #still: RoundSnapshot | undefined
  readonly #followedFading = new Map<string, FollowedFading>()
  readonly #otherGains = new Map<string, Pick<RoundNetwork, 'uplinkGain' | 'downlinkGain'>>()

  constructor(parameters: NetworkParameters, settings: EnvironmentSettings, streams: RandomStreams) {
    const { clients, servers } = parameters
    this.#parameters = parameters
    this.#settings = settings
    this.#streams = streams
    const { fading, reciprocal, gains, strongestLinks } = settings
    const Draws = strongestLinks === undefined ? FadingDraws : StrongestFading
    this.#uplinkGain = new Float64Array(gainCount(parameters, strongestLinks))
    this.#downlinkGain = reciprocal && !gains ? this.#uplinkGain : new Float64Array(this.#uplinkGain.length)
    this.#largeScale = roomForLargeScale(clients, servers, settings.propagation, strongestLinks)
    this.#uplinkFading = new Draws(fading, parameters, streams, '')
    this.#downlinkFading = reciprocal ? undefined : new Draws(fading, parameters, streams, 'downlink/')
    this.#serverPositions = this.#place(settings.serverPlacement, servers, 'placement/server', 0)
  }

  /** The clients on the move, for a clock of its own: every walk is the same. Undefined where they stay. */
  walk(): Walk | undefined {
    const { mobility, area, clientPlacement } = this.#settings
    if (!mobility) return undefined
    const starts = this.#place(clientPlacement, this.#parameters.clients, 'placement/client', 0)
    return new Walk(
      starts.map((start, index) =>
        mobility.trajectory({ index, start, area, random: this.#streams.stream('mobility/client', index) }),
      ),
    )
  }

  /** Mean gains, N×M, of clients in other places, with the shadowing that they have in a round. */
  meanGainsAt(round: number, clientPositions: readonly Position[]): Float64Array {
    const { clients, servers } = this.#parameters
    const largeScale = roomForLargeScale(clients, servers, this.#settings.propagation)
    const places = { clients: clientPositions, servers: this.#serverPositions }
    const epoch = this.#settings.mobility ? 0 : this.#epochOf(round)
    fillLargeScale(largeScale, places, this.#settings, { random: this.#streams, epoch })
    return largeScale.meanGain
  }

  /**
   * What a gain of this mean is to be expected to be, given what it was when amplitudes had this correlation with now; of the
   * link from a client to a server, N×M, as the latest scene has it.
   */
  expectedGain(gain: number, mean: number, correlation: number, link: number): number {
    const { fading } = this.#settings
    if (fading.expectedAfter && correlation > 0 && mean > 0)
      return mean * fading.expectedAfter(gain / mean, correlation, linkStateOf(this.#largeScale, link))
    const known = correlation ** 2
    return known * gain + (1 - known) * mean
  }

  /** Power of the line of sight over that of scattered paths on a link, N×M, as the latest scene has it; undefined where fading is no such sum. */
  kFactorOf(link: number): number | undefined {
    return this.#settings.gains
      ? undefined
      : this.#settings.fading.kFactor?.(linkStateOf(this.#largeScale, link))
  }

  /** Where everyone stands in a round; null for clients that move, for which it takes a time. */
  positions(round: number): {
    readonly clientPositions: readonly Position[] | null
    readonly serverPositions: readonly Position[]
  } {
    const clientPositions = this.#settings.mobility ? null : this.#clientsAt(this.#epochOf(round))
    return { clientPositions, serverPositions: this.#serverPositions }
  }

  /** Where the network of the first round lies outside of what its propagation is valid for, each in a sentence. */
  outsideValidity(): string[] {
    if (this.#settings.gains) return []
    const { clientPositions, serverPositions } = this.positions(1)
    const clients = clientPositions ?? this.walk()?.positionsAt(0) ?? []
    return outsideValidity(this.#settings, clients, serverPositions)
  }

  /** Whether channels follow clients through their fading. */
  get followsFading(): boolean {
    return this.#settings.doppler !== undefined
  }

  /** Correlation of complex amplitudes over a distance that a client moved, m, where channels follow it. */
  followedCorrelation(distanceM: number): number {
    const { doppler } = this.#settings
    return doppler ? dopplerCorrelation(doppler.model, distanceM / doppler.wavelengthM) : 0
  }

  /**
   * The network of a round, counted from 1; with clients that move in these places. Where channels follow clients, at that
   * time.
   */
  async snapshot(
    round: number,
    clientPositions?: readonly Position[],
    clock: SceneClock = { now: 0 },
  ): Promise<RoundSnapshot> {
    if (this.#settings.doppler) return this.#follow(round, clientPositions, clock, this.#settings.doppler)
    const keeps = !clientPositions && !this.#settings.gains?.byTime
    if (keeps && this.#still?.round === round) return this.#still
    const snapshot = await this.#draw(round, clock.now, clientPositions)
    if (keeps) this.#still = snapshot
    return snapshot
  }

  /** The network of a time, as clients move through their fading. */
  #follow(
    round: number,
    clientPositions: readonly Position[] | undefined,
    { now, velocities }: SceneClock,
    doppler: Doppler,
  ): RoundSnapshot {
    if (clientPositions) this.#average(clientPositions, 0)
    else this.#placeClients(this.#epochOf(round))
    const placeAt = (client: number, seconds: number): Position => {
      // Who stays in its place has waves about it that change as if it moved on.
      if (!clientPositions) return { x: doppler.speedMps[client] * (now + seconds), y: 0 }
      const { x, y } = clientPositions[client]
      const velocity = velocities?.[client] ?? STILL
      return { x: x + velocity.x * seconds, y: y + velocity.y * seconds }
    }
    const networkAt = (seconds: number, use: string): RoundNetwork => {
      const gains = this.#otherGains.get(use) ?? this.#roomForGains()
      this.#otherGains.set(use, gains)
      const at = (client: number) => placeAt(client, seconds)
      this.#followed('').apply(at, this.#largeScale, gains.uplinkGain)
      if (gains.downlinkGain !== gains.uplinkGain)
        this.#followed('downlink/').apply(at, this.#largeScale, gains.downlinkGain)
      return { ...this.#parametersNow(), ...gains, meanGain: this.#largeScale.meanGain }
    }
    const network = networkAt(0, 'now')
    const whenever = (seconds: number, use: string) => (seconds === 0 ? network : networkAt(seconds, use))
    return {
      round,
      network,
      clientPositions: this.#clientPositions,
      serverPositions: this.#serverPositions,
      networkAfter: (seconds) => whenever(seconds, 'after'),
      networkBefore: (seconds) => whenever(-seconds, 'before'),
      followed: {
        stepSeconds: doppler.stepSeconds,
        networkAt: (seconds) => networkAt(seconds, 'step'),
        placeAt,
      },
    }
  }

  #followed(direction: string): FollowedFading {
    const { fading, doppler } = this.#settings
    const known = this.#followedFading.get(direction)
    if (known) return known
    const followed = new FollowedFading(fading, this.#parameters, this.#streams, direction, doppler!)
    this.#followedFading.set(direction, followed)
    return followed
  }

  async #draw(round: number, now: number, clientPositions?: readonly Position[]): Promise<RoundSnapshot> {
    if (clientPositions) this.#average(clientPositions, 0)
    else this.#placeClients(this.#epochOf(round))
    const network = {
      ...this.#parametersNow(),
      uplinkGain: this.#uplinkGain,
      downlinkGain: await this.#drawGains(round, now),
      meanGain: this.#largeScale.meanGain,
      ...(this.#largeScale.links && { links: this.#largeScale.links }),
    }
    return {
      round,
      network,
      clientPositions: this.#clientPositions,
      serverPositions: this.#serverPositions,
      networkAfter: (seconds, coherenceSeconds) =>
        this.#age(round, network, 'aging', seconds / coherenceSeconds),
      networkBefore: (seconds, coherenceSeconds) =>
        this.#age(round, network, 'before', seconds / coherenceSeconds),
    }
  }

  /** The network's constants, with the powers that clients send with where they stand. */
  #parametersNow(): NetworkParameters {
    const { powerControl } = this.#settings
    if (!powerControl) return this.#parameters
    const clientPowerW = controlledPowers(powerControl, this.#parameters, this.#largeScale.meanGain)
    return { ...this.#parameters, clientPowerW }
  }

  /** Positions are drawn anew when this changes. */
  #epochOf(round: number): number {
    const { positions, episodeRounds } = this.#settings
    if (positions === 'fixed') return 0
    return positions === 'per-round' ? round : Math.floor((round - 1) / episodeRounds)
  }

  #place(placement: Placement, count: number, stream: string, epoch: number): Position[] {
    const { area, geometry, serverPlacement } = this.#settings
    const perSite = placement === serverPlacement ? geometry?.sectors?.count : 1
    return placeNodes(placement, count, area, { random: this.#streams, stream, epoch }, perSite)
  }

  #placeClients(epoch: number): void {
    if (epoch !== this.#epoch) this.#average(this.#clientsAt(epoch), epoch)
    this.#epoch = epoch
  }

  #clientsAt(epoch: number): readonly Position[] {
    if (epoch === this.#epoch) return this.#clientPositions
    return this.#place(this.#settings.clientPlacement, this.#parameters.clients, 'placement/client', epoch)
  }

  /** Mean gains for clients in these places; what is random in them changes with the epoch only. */
  #average(clientPositions: readonly Position[], epoch: number): void {
    this.#clientPositions = clientPositions
    if (this.#settings.gains) return
    const places = { clients: clientPositions, servers: this.#serverPositions }
    fillLargeScale(this.#largeScale, places, this.#settings, { random: this.#streams, epoch })
  }

  /** Fills the gains of a round; returns those of the downlink. */
  async #drawGains(round: number, now: number): Promise<Float64Array> {
    const { gains } = this.#settings
    if (gains) {
      const bothWays = await gains.fill(
        round - 1,
        this.#uplinkGain,
        this.#downlinkGain,
        now,
        this.#clientPositions,
      )
      this.#averageGains()
      return bothWays ? this.#downlinkGain : this.#uplinkGain
    }
    this.#uplinkFading.apply(round, this.#largeScale, this.#uplinkGain)
    this.#downlinkFading?.apply(round, this.#largeScale, this.#downlinkGain)
    return this.#downlinkGain
  }

  #age(round: number, network: RoundNetwork, change: string, coherenceTimes: number): RoundNetwork {
    const correlation = Math.exp(-coherenceTimes)
    if (correlation === 1) return network
    const { uplinkGain, downlinkGain } = this.#otherGains.get(change) ?? this.#roomForGains()
    this.#otherGains.set(change, { uplinkGain, downlinkGain })
    this.#uplinkFading.applyAged(round, change, correlation, this.#largeScale, uplinkGain)
    this.#downlinkFading?.applyAged(round, change, correlation, this.#largeScale, downlinkGain)
    return { ...network, uplinkGain, downlinkGain }
  }

  #roomForGains(): Pick<RoundNetwork, 'uplinkGain' | 'downlinkGain'> {
    const uplinkGain = new Float64Array(this.#uplinkGain.length)
    return {
      uplinkGain,
      downlinkGain: this.#downlinkFading ? new Float64Array(uplinkGain.length) : uplinkGain,
    }
  }

  /** Gains from elsewhere have no mean of their own: their average over channels stands for it. */
  #averageGains(): void {
    const { meanGain } = this.#largeScale
    meanGain.fill(0)
    for (let i = 0; i < this.#uplinkGain.length; i++)
      meanGain[i % meanGain.length] += this.#uplinkGain[i] / this.#parameters.channels
  }
}
