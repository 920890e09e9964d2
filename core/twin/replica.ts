import Type from 'typebox'
import type { Environment } from '../environment/environment.js'
import type { RoundSnapshot } from '../environment/round-snapshot.js'
import type { Walk } from '../environment/walk.js'
import { gainIndex, type NetworkParameters, type RoundNetwork } from '../network/round-network.js'
import type { Position } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import { float64, int32, statePart } from '../plugin/state-part.js'
import type { Scenario } from '../scenario/scenario.js'

/** How a twin that is not perfect is synchronised, and how it errs. */
export type ImperfectTwin = Exclude<Scenario['twin'], 'perfect'>

/** No client has been heard of yet. */
const NEVER = -1

/**
 * What the twin of one scheduler's world takes the network for: the clients' latest reports, with their errors, and what
 * follows from them for the present (README.md).
 *
 * Errors are drawn for (client, round) alone: schedulers whose twins hear of the same round hear the same.
 */
export class Replica {
  readonly #settings: ImperfectTwin
  readonly #environment: Environment
  readonly #parameters: NetworkParameters
  readonly #streams: RandomSource
  readonly #coherenceSeconds: number
  /** Of clients that move, as old as what they report. */
  readonly #walk: Walk | undefined
  /** As reported, K×N×M. */
  readonly #uplinkGain: Float64Array
  readonly #downlinkGain: Float64Array
  /** By the place reported, N×M. */
  readonly #meanGain: Float64Array
  /** Where each client was in its fading when that was measured, x and y, m, where channels follow it. */
  readonly #measuredAt: Float64Array
  /** The round of each client's latest report. */
  readonly #heard: Int32Array
  #lastRound = NEVER
  #lastTime = Number.NEGATIVE_INFINITY

  constructor(
    settings: ImperfectTwin,
    environment: Environment,
    parameters: NetworkParameters,
    streams: RandomSource,
    coherenceSeconds: number,
  ) {
    const { clients, servers, channels } = parameters
    this.#settings = settings
    this.#environment = environment
    this.#parameters = parameters
    this.#streams = streams
    this.#coherenceSeconds = coherenceSeconds
    this.#walk = environment.walk()
    this.#uplinkGain = new Float64Array(channels * clients * servers)
    this.#downlinkGain = new Float64Array(this.#uplinkGain.length)
    this.#meanGain = new Float64Array(clients * servers)
    this.#measuredAt = new Float64Array(2 * clients)
    this.#heard = new Int32Array(clients).fill(NEVER)
  }

  /** What the twin takes the network of a round for, synchronised before if it is time; arrays are the caller's. */
  network(snapshot: RoundSnapshot, now: number, active: Uint8Array): RoundNetwork {
    if (this.#isDue(snapshot.round, now)) this.#synchronise(snapshot, now, active)
    return this.#present(snapshot)
  }

  /** Rounds since the latest report of a client, averaged over the clients. */
  age(round: number): number {
    return this.#heard.reduce((sum, heard) => sum + round - heard, 0) / this.#heard.length
  }

  #isDue(round: number, now: number): boolean {
    const { everyRounds, periodSeconds } = this.#settings
    if (this.#lastRound === NEVER) return true
    return periodSeconds === null
      ? round - this.#lastRound >= everyRounds
      : now - this.#lastTime >= periodSeconds
  }

  #synchronise(snapshot: RoundSnapshot, now: number, active: Uint8Array): void {
    const { round, network } = snapshot
    const { delaySeconds, missingClients, positionErrorM } = this.#settings
    this.#lastRound = round
    this.#lastTime = now
    const measured = delaySeconds === 0 ? network : snapshot.networkBefore(delaySeconds, this.#coherence)
    const places = this.#walk?.positionsAt(Math.max(0, now - delaySeconds))
    const meanThen = places ? this.#environment.meanGainsAt(round, places) : network.meanGain
    const told = (places ?? snapshot.clientPositions).map((place, client) =>
      this.#misplaced(place, client, round),
    )
    const meanTold = positionErrorM === 0 ? meanThen : this.#environment.meanGainsAt(round, told)
    for (let client = 0; client < this.#heard.length; client++) {
      const first = this.#heard[client] === NEVER
      // The first report is that with which a client registers.
      if (!first && !active[client]) continue
      if (!first && this.#streams.stream('twin/report', client, round).next() < missingClients) continue
      this.#heard[client] = round
      const place = snapshot.followed?.placeAt(client, -delaySeconds)
      if (place) this.#measuredAt.set([place.x, place.y], 2 * client)
      this.#hear(client, round, network.meanGain, meanThen, meanTold, measured)
    }
  }

  /** How long channels keep what was measured; not at all where they are quasi-static, for that was another round. */
  get #coherence(): number {
    return Number.isFinite(this.#coherenceSeconds) ? this.#coherenceSeconds : 0
  }

  #misplaced({ x, y }: Position, client: number, round: number): Position {
    const { positionErrorM } = this.#settings
    if (positionErrorM === 0) return { x, y }
    const random = this.#streams.stream('twin/position-error', client, round)
    return { x: x + random.normal(0, positionErrorM), y: y + random.normal(0, positionErrorM) }
  }

  #hear(
    client: number,
    round: number,
    meanNow: Float64Array,
    meanThen: Float64Array,
    meanTold: Float64Array,
    { uplinkGain, downlinkGain }: RoundNetwork,
  ): void {
    const { servers, channels } = this.#parameters
    const reciprocal = uplinkGain === downlinkGain
    const random = this.#streams.stream('twin/gain-error', client, round)
    for (let server = 0; server < servers; server++) {
      const link = client * servers + server
      this.#meanGain[link] = meanTold[link]
      const moved = meanNow[link] === meanThen[link] ? 1 : meanThen[link] / meanNow[link]
      for (let channel = 0; channel < channels; channel++) {
        const at = gainIndex(this.#parameters, client, server, channel)
        this.#uplinkGain[at] = this.#reported(uplinkGain[at] * moved, random.normal())
        this.#downlinkGain[at] = reciprocal
          ? this.#uplinkGain[at]
          : this.#reported(downlinkGain[at] * moved, random.normal())
      }
    }
  }

  /** A gain with its error, in steps as coarse as reports are. */
  #reported(gain: number, deviation: number): number {
    const { gainErrorDb, quantisationDb } = this.#settings
    if (gainErrorDb === 0 && quantisationDb === 0) return gain
    const decibels = 10 * Math.log10(gain) + gainErrorDb * deviation
    const coarse = quantisationDb === 0 ? decibels : quantisationDb * Math.round(decibels / quantisationDb)
    return 10 ** (coarse / 10)
  }

  /** What reports say of a round: of the channels of another one nothing but their mean, unless they are held. */
  #present(snapshot: RoundSnapshot): RoundNetwork {
    const { round, network } = snapshot
    const { delaySeconds, prediction } = this.#settings
    const { clients, servers, channels } = this.#parameters
    const correlation = delaySeconds === 0 ? 1 : Math.exp(-delaySeconds / this.#coherence)
    const uplinkGain = this.#uplinkGain.slice()
    const reciprocal = network.uplinkGain === network.downlinkGain
    const downlinkGain = reciprocal ? uplinkGain : this.#downlinkGain.slice()
    const meanGain = this.#meanGain.slice()
    if (prediction === 'conditional-mean')
      for (let client = 0; client < clients; client++) {
        const known = this.#knownOf(client, snapshot) ?? (this.#heard[client] === round ? correlation : 0)
        if (known === 1) continue
        for (let channel = 0; channel < channels; channel++)
          for (let server = 0; server < servers; server++) {
            const at = gainIndex(this.#parameters, client, server, channel)
            const link = client * servers + server
            const expected = (gain: number) =>
              this.#environment.expectedGain(gain, meanGain[link], known, link)
            uplinkGain[at] = expected(uplinkGain[at])
            if (!reciprocal) downlinkGain[at] = expected(downlinkGain[at])
          }
      }
    return { ...this.#parameters, clientPowerW: network.clientPowerW, uplinkGain, downlinkGain, meanGain }
  }

  /** Correlation of a client's channels with what it reported last, where they follow it as it moves. */
  #knownOf(client: number, { followed }: RoundSnapshot): number | undefined {
    if (!followed) return undefined
    const { x, y } = followed.placeAt(client, 0)
    const [before, across] = this.#measuredAt.subarray(2 * client, 2 * client + 2)
    return Math.abs(this.#environment.followedCorrelation(Math.hypot(x - before, y - across)))
  }

  get state() {
    return statePart({
      values: Type.Object({ lastRound: Type.Integer(), lastTime: Type.Number() }),
      arrays: {
        uplinkGain: float64(this.#uplinkGain.length),
        downlinkGain: float64(this.#downlinkGain.length),
        meanGain: float64(this.#meanGain.length),
        heard: int32(this.#heard.length),
        measuredAt: float64(this.#measuredAt.length),
      },
      save: () => ({
        values: { lastRound: this.#lastRound, lastTime: this.#lastTime },
        arrays: {
          uplinkGain: this.#uplinkGain.slice(),
          downlinkGain: this.#downlinkGain.slice(),
          meanGain: this.#meanGain.slice(),
          heard: this.#heard.slice(),
          measuredAt: this.#measuredAt.slice(),
        },
      }),
      restore: ({ values, arrays }) => {
        this.#lastRound = values.lastRound
        this.#lastTime = values.lastTime
        this.#uplinkGain.set(arrays.uplinkGain)
        this.#downlinkGain.set(arrays.downlinkGain)
        this.#meanGain.set(arrays.meanGain)
        this.#heard.set(arrays.heard)
        this.#measuredAt.set(arrays.measuredAt)
      },
    })
  }
}
