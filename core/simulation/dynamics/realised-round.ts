import { SITS_OUT } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import { pricesOf } from '../../network/prices.js'
import {
  type RoundCost,
  receivingEnergy,
  systemCost,
  transmitEnergy,
  waitingEnergyOf,
} from '../../network/round-cost.js'
import { airPowers, linksOf } from '../../network/round-links.js'
import type { RoundNetwork } from '../../network/round-network.js'
import { downlinkBitsOf, headEnergyOf, uplinkBitsOf } from '../../network/round-work.js'
import { serverEnergyOf } from '../../network/server-energy.js'
import { type Phase, phases } from '../../observe/events.js'
import type { Direction } from './radio.js'

/**
 * What has come of a round so far: how long each phase of a client took, and what it spent.
 *
 * A phase that a client did not get to the end of stays NaN; what it spent on it counts.
 */
export class RealisedRound {
  readonly #network: RoundNetwork
  readonly #decision: Decision
  readonly #seconds: Readonly<Record<Phase, Float64Array>>
  readonly #clientTime: Float64Array
  readonly #headEnergy: Float64Array
  /** What each server has computed, FLOPs, length M. */
  readonly #edgeFlops: Float64Array
  /** When those left that had finished, s after the start. */
  readonly #left = new Map<number, number>()

  constructor(network: RoundNetwork, decision: Decision) {
    this.#network = network
    this.#decision = decision
    const perClient = () => new Float64Array(network.clients).fill(Number.NaN)
    this.#seconds = Object.fromEntries(phases.map((phase) => [phase, perClient()])) as Record<
      Phase,
      Float64Array
    >
    this.#clientTime = perClient()
    this.#headEnergy = new Float64Array(network.clients)
    this.#edgeFlops = new Float64Array(network.servers)
  }

  endPhase(client: number, phase: Phase, seconds: number): void {
    this.#seconds[phase][client] = seconds
  }

  /** Charges a share of the energy of computing the head, eq. (6). */
  chargeHead(client: number, share: number): void {
    this.#headEnergy[client] += share * headEnergyOf(this.#network, client, this.#decision)
  }

  /** A server has computed so much, be it lost or not. */
  computedAtEdge(server: number, flops: number): void {
    this.#edgeFlops[server] += flops
  }

  endClient(client: number, seconds: number): void {
    this.#clientTime[client] = seconds
  }

  /** A client that has finished leaves before the others have. */
  leaveFinished(client: number, seconds: number): void {
    if (!this.#left.has(client)) this.#left.set(client, seconds)
  }

  /** The round's cost, given its time and how long each client's transfers were on the air, s. */
  cost(time: number, airTime: (client: number, direction: Direction) => number): RoundCost {
    const network = this.#network
    const decision = this.#decision
    const { clients, weights, prices, receiveW } = network
    const airW = airPowers(network, decision)
    const receiveEnergy = receiveW && new Float64Array(clients).fill(Number.NaN)
    const perClient = () => new Float64Array(clients).fill(Number.NaN)
    const [headEnergy, uplinkEnergy, clientEnergy] = [perClient(), perClient(), perClient()]
    let energy = 0
    for (let client = 0; client < clients; client++) {
      if (decision.assignment[client] === SITS_OUT) continue
      headEnergy[client] = this.#headEnergy[client]
      uplinkEnergy[client] = transmitEnergy(network, client, airW[client], airTime(client, 'uplink'))
      clientEnergy[client] = headEnergy[client] + uplinkEnergy[client]
      if (receiveEnergy) {
        receiveEnergy[client] = receivingEnergy(network, client, airTime(client, 'downlink'))
        clientEnergy[client] += receiveEnergy[client]
      }
      energy += clientEnergy[client]
    }
    const seconds = this.#seconds
    const waitingEnergy = waitingEnergyOf(
      this.#network,
      { time, clientTime: this.#clientTime, clientEnergy },
      (client) => this.#left.get(client) ?? Infinity,
    )
    const { serverConsumption: consumption } = network
    const servers =
      consumption &&
      serverEnergyOf(network, consumption, linksOf(network, decision), this.#edgeFlops, (client) =>
        airTime(client, 'downlink'),
      )
    // Without anything to send there is no rate.
    const rate = (bitsOf: typeof uplinkBitsOf, transferTime: Float64Array) =>
      transferTime.map((duration, client) => {
        const bits = bitsOf(network, client, decision)
        return bits === 0 ? Number.NaN : bits / duration
      })
    return {
      time,
      energy,
      cost: prices
        ? systemCost(weights, time, energy) +
          // Whoever broke off was not served to the end.
          pricesOf(network, decision, clientEnergy, (client) => Number.isNaN(this.#clientTime[client]))
        : systemCost(weights, time, energy),
      uplinkRate: rate(uplinkBitsOf, seconds.uplink),
      downlinkRate: rate(downlinkBitsOf, seconds.downlink),
      headTime: seconds['head-forward'].map((forward, client) =>
        // Clients have one or the other: a whole model to train, or a head.
        Number.isNaN(seconds.training[client])
          ? forward + seconds['head-backward'][client]
          : seconds.training[client],
      ),
      uplinkTime: seconds.uplink,
      edgeTime: seconds.edge,
      downlinkTime: seconds.downlink,
      clientTime: this.#clientTime,
      headEnergy,
      uplinkEnergy,
      clientEnergy,
      ...(receiveEnergy && { receiveEnergy }),
      ...(waitingEnergy && { waitingEnergy }),
      ...(servers && { servers }),
    }
  }
}
