import type { Environment } from '../environment/environment.js'
import type { RoundSnapshot } from '../environment/round-snapshot.js'
import type { Walk } from '../environment/walk.js'
import { gainIndex, type NetworkParameters, type RoundNetwork } from '../network/round-network.js'
import type { Position } from '../plugin/contracts.js'
import type { Estimator, GainReport, Present } from '../plugin/estimator-contract.js'
import type { RandomSource } from '../plugin/needs.js'
import { deviationDb } from './prediction-error.js'
import { NEVER, ReplicaMemory } from './replica-memory.js'
import { ReportErrors } from './report-errors.js'
import type { ImperfectTwin } from './settings.js'
import { reportRateOf, silence, type Traffic, trafficOf } from './traffic.js'

/**
 * What the twin of one scheduler's world takes the network for: the clients' latest reports, with their errors, and what an
 * estimator makes of them for the present (README.md).
 */
export class Replica {
  readonly #settings: ImperfectTwin
  readonly #environment: Environment
  readonly #parameters: NetworkParameters
  readonly #errors: ReportErrors
  readonly #coherenceSeconds: number
  readonly #estimator: Estimator
  /** Of clients that move, as old as what they report. */
  readonly #walk: Walk | undefined
  readonly #memory: ReplicaMemory
  #traffic: Traffic

  constructor(
    settings: ImperfectTwin,
    environment: Environment,
    parameters: NetworkParameters,
    streams: RandomSource,
    coherenceSeconds: number,
    estimator: Estimator,
  ) {
    this.#settings = settings
    this.#environment = environment
    this.#parameters = parameters
    this.#errors = new ReportErrors(settings, streams)
    this.#coherenceSeconds = coherenceSeconds
    this.#estimator = estimator
    this.#walk = environment.walk()
    this.#memory = new ReplicaMemory(parameters)
    this.#traffic = silence(parameters.clients)
  }

  /**
   * What the twin takes the network of a round for, synchronised before if it is time; arrays are the caller's.
   *
   * `active` are those that can report, `energyRatio` what they would say of the energy they have spent.
   */
  network(
    snapshot: RoundSnapshot,
    now: number,
    active: Uint8Array,
    energyRatio: Float64Array = this.#memory.energyRatio,
  ): RoundNetwork {
    this.#traffic = silence(this.#memory.heard.length)
    if (this.#isDue(snapshot.round, now)) this.#synchronise(snapshot, now, active, energyRatio)
    else if (this.#isPlaceDue(snapshot.round)) this.#locate(snapshot, now, active)
    return this.#takenFor(snapshot)
  }

  /** What the latest look at the network took of the air to synchronise; nothing where reports are free. */
  get traffic(): Traffic {
    return this.#traffic
  }

  /** Which clients the twin takes to be there, of those that are. */
  takesForPresent(active: Uint8Array): Uint8Array {
    return this.#settings.presence === 'current' ? active : this.#memory.present.slice()
  }

  /** What it takes clients to have spent of their energy, of what they have. */
  takesForSpent(energyRatio: Float64Array): Float64Array {
    return this.#settings.energyLeft === 'current' ? energyRatio : this.#memory.energyRatio.slice()
  }

  /** A client was given a slot and did not answer: it is not there until it is heard of again. */
  missed(client: number): void {
    this.#memory.present[client] = 0
  }

  /** Rounds since the latest report of a client, averaged over the clients. */
  age(round: number): number {
    return this.#memory.heard.reduce((sum, heard) => sum + round - heard, 0) / this.#memory.heard.length
  }

  #isDue(round: number, now: number): boolean {
    const { everyRounds, periodSeconds } = this.#settings
    if (this.#memory.lastRound === NEVER) return true
    return periodSeconds === null
      ? round - this.#memory.lastRound >= everyRounds
      : now - this.#memory.lastTime >= periodSeconds
  }

  #isPlaceDue(round: number): boolean {
    const { placesEveryRounds } = this.#settings
    return placesEveryRounds !== null && (round - this.#memory.lastRound) % placesEveryRounds === 0
  }

  #synchronise(snapshot: RoundSnapshot, now: number, active: Uint8Array, energyRatio: Float64Array): void {
    const { round, network } = snapshot
    const { delaySeconds, onDeviationDb } = this.#settings
    const measured = delaySeconds === 0 ? network : snapshot.networkBefore(delaySeconds, this.#coherence)
    // Both ends go by the same estimate: a client knows what the twin takes its gains for.
    const before =
      onDeviationDb === null || this.#memory.lastRound === NEVER ? undefined : this.#takenFor(snapshot)
    const { meanThen, told, meanTold } = this.#placesTold(snapshot, now)
    this.#memory.lastRound = round
    this.#memory.lastTime = now
    const bits = new Float64Array(this.#memory.heard.length)
    const everyoneReports = before === undefined
    for (let client = 0; client < this.#memory.heard.length; client++) {
      const first = this.#memory.heard[client] === NEVER
      // The first report is that with which a client registers.
      const able = first || (active[client] === 1 && this.#reaches(network, client))
      const silent =
        !able || (before !== undefined && !first && deviationDb(before, measured, client) <= onDeviationDb!)
      if (able && !silent) bits[client] = this.#reportBits(network)
      const arrives = !silent && (first || !this.#errors.isLost(client, round))
      if (everyoneReports || (able && arrives)) this.#memory.present[client] = arrives ? 1 : 0
      if (!arrives) continue
      this.#hearPlace(client, told[client], meanTold)
      this.#memory.energyRatio[client] = energyRatio[client] * this.#errors.spent(client, round)
      this.#memory.speed[client] = this.#errors.clientSpeed(client, round)
      this.#hearGains(snapshot, client, meanThen, measured)
    }
    const { clients, servers } = this.#parameters
    for (let server = 0; server < servers; server++)
      this.#memory.speed[clients + server] = this.#errors.serverSpeed(server, round)
    this.#charge(bits, network)
  }

  /** Clients tell where they are, and nothing else. */
  #locate(snapshot: RoundSnapshot, now: number, active: Uint8Array): void {
    const { round, network } = snapshot
    const { told, meanTold } = this.#placesTold(snapshot, now)
    const bits = new Float64Array(this.#memory.heard.length)
    for (let client = 0; client < bits.length; client++) {
      if (!active[client] || !this.#reaches(network, client)) continue
      bits[client] = this.#placeBits
      if (!this.#errors.isLost(client, round)) this.#hearPlace(client, told[client], meanTold)
    }
    this.#charge(bits, network)
  }

  /** Mean gains of where clients were when they measured, where they say that was, and the mean gains of that. */
  #placesTold({ round, network, clientPositions }: RoundSnapshot, now: number) {
    const { delaySeconds, positionErrorM } = this.#settings
    const places = this.#walk?.positionsAt(Math.max(0, now - delaySeconds))
    const meanThen = places ? this.#environment.meanGainsAt(round, places) : network.meanGain
    const told = (places ?? clientPositions).map((place, client) => this.#errors.place(place, client, round))
    const meanTold = positionErrorM === 0 ? meanThen : this.#environment.meanGainsAt(round, told)
    return { meanThen, told, meanTold }
  }

  /** How long channels keep what was measured; not at all where they are quasi-static, for that was another round. */
  get #coherence(): number {
    return Number.isFinite(this.#coherenceSeconds) ? this.#coherenceSeconds : 0
  }

  /** Whether a report gets across at all; those that are free do. */
  #reaches(network: RoundNetwork, client: number): boolean {
    const { reports } = this.#settings
    return reports === null || reportRateOf(network, client, reports) > 0
  }

  #reportBits({ uplinkGain, downlinkGain }: RoundNetwork): number {
    const { reports } = this.#settings
    if (reports === null) return 0
    const { servers, channels } = this.#parameters
    const directions = uplinkGain === downlinkGain ? 1 : 2
    return this.#placeBits + reports.gainBits * servers * channels * directions
  }

  get #placeBits(): number {
    const { reports } = this.#settings
    return reports === null ? 0 : reports.placeBits + reports.statusBits
  }

  #charge(bits: Float64Array, network: RoundNetwork): void {
    const { reports } = this.#settings
    if (reports !== null) this.#traffic = trafficOf(bits, network, reports)
  }

  #hearPlace(client: number, place: Position, meanTold: Float64Array): void {
    const { servers } = this.#parameters
    this.#memory.place.set([place.x, place.y], 2 * client)
    for (let link = client * servers; link < (client + 1) * servers; link++)
      this.#memory.meanGain[link] = meanTold[link]
  }

  #hearGains(
    { round, network, followed }: RoundSnapshot,
    client: number,
    meanThen: Float64Array,
    { uplinkGain, downlinkGain }: RoundNetwork,
  ): void {
    const { servers, channels } = this.#parameters
    const { delaySeconds } = this.#settings
    const reciprocal = uplinkGain === downlinkGain
    const errors = this.#errors.gains(client, round)
    const up = new Float64Array(servers * channels)
    const down = reciprocal ? up : new Float64Array(up.length)
    for (let server = 0; server < servers; server++) {
      const link = client * servers + server
      const moved = network.meanGain[link] === meanThen[link] ? 1 : meanThen[link] / network.meanGain[link]
      for (let channel = 0; channel < channels; channel++) {
        const at = gainIndex(this.#parameters, client, server, channel)
        const own = server * channels + channel
        up[own] = errors.reported(uplinkGain[at] * moved, errors.next())
        if (!reciprocal) down[own] = errors.reported(downlinkGain[at] * moved, errors.next())
        this.#memory.uplinkGain[at] = up[own]
        this.#memory.downlinkGain[at] = down[own]
      }
    }
    const place = followed?.placeAt(client, -delaySeconds)
    const sinceLast = place && this.#memory.heard[client] !== NEVER ? this.#correlationOver(client, place) : 0
    if (place) this.#memory.measuredAt.set([place.x, place.y], 2 * client)
    this.#memory.heard[client] = round
    this.#estimator.hear?.({
      client,
      round,
      uplinkGain: up,
      downlinkGain: down,
      meanGain: this.#memory.meanGain.slice(client * servers, (client + 1) * servers),
      place: this.#placeOf(client),
      errorDb: this.#errors.gainDb,
      sinceLast,
    } satisfies GainReport)
  }

  #placeOf(client: number): Position {
    return { x: this.#memory.place[2 * client], y: this.#memory.place[2 * client + 1] }
  }

  /** What reports say of a round: of the channels of another one what the estimator makes of them. */
  #takenFor(snapshot: RoundSnapshot): RoundNetwork {
    const { round, network, serverPositions } = snapshot
    const { delaySeconds } = this.#settings
    const aged = delaySeconds === 0 ? 1 : Math.exp(-delaySeconds / this.#coherence)
    const uplinkGain = this.#memory.uplinkGain.slice()
    const downlinkGain =
      network.uplinkGain === network.downlinkGain ? uplinkGain : this.#memory.downlinkGain.slice()
    const meanGain = this.#memory.meanGain.slice()
    const correlation = Float64Array.from(
      this.#memory.heard,
      (heard, client) => this.#knownOf(client, snapshot) ?? (heard === round ? aged : 0),
    )
    this.#estimator.estimate({
      round,
      places: Array.from(this.#memory.heard, (_, client) => this.#placeOf(client)),
      servers: serverPositions,
      correlation,
      meanGain,
      uplinkGain,
      downlinkGain,
      expected: (gain, mean, known, link) => this.#environment.expectedGain(gain, mean, known, link),
      kFactor: (link) => this.#environment.kFactorOf(link),
    } satisfies Present)
    return {
      ...this.#parameters,
      ...this.#speeds,
      clientPowerW: network.clientPowerW,
      uplinkGain,
      downlinkGain,
      meanGain,
    }
  }

  /** Processors as they were told, where that may be wrong. */
  get #speeds(): Partial<NetworkParameters> {
    if (this.#settings.processorError === 0) return {}
    const { clients, clientFlops, serverFlops } = this.#parameters
    return {
      clientFlops: clientFlops.map((flops, client) => flops * this.#memory.speed[client]),
      serverFlops: serverFlops.map((flops, server) => flops * this.#memory.speed[clients + server]),
    }
  }

  /** Correlation of a client's channels with what it reported last, where they follow it as it moves. */
  #knownOf(client: number, { followed }: RoundSnapshot): number | undefined {
    return followed && this.#correlationOver(client, followed.placeAt(client, 0))
  }

  #correlationOver(client: number, { x, y }: Position): number {
    const [before, across] = this.#memory.measuredAt.subarray(2 * client, 2 * client + 2)
    return Math.abs(this.#environment.followedCorrelation(Math.hypot(x - before, y - across)))
  }

  get state() {
    return this.#memory.state
  }
}
