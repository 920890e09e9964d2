import { type Assignment, SITS_OUT } from '../../network/assignment.js'
import { headEnergyOf, type RoundCost, systemCost, waitingEnergyOf } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import { type Phase, phases } from '../../observe/events.js'

/**
 * What has come of a round so far: how long each phase of a client took, and what it spent.
 *
 * A phase that a client did not get to the end of stays NaN; what it spent on it counts.
 */
export class RealisedRound {
  readonly #network: RoundNetwork
  readonly #assignment: Assignment
  readonly #seconds: Readonly<Record<Phase, Float64Array>>
  readonly #clientTime: Float64Array
  readonly #headEnergy: Float64Array
  /** When those left that had finished, s after the start. */
  readonly #left = new Map<number, number>()

  constructor(network: RoundNetwork, assignment: Assignment) {
    this.#network = network
    this.#assignment = assignment
    const perClient = () => new Float64Array(network.clients).fill(Number.NaN)
    this.#seconds = Object.fromEntries(phases.map((phase) => [phase, perClient()])) as Record<
      Phase,
      Float64Array
    >
    this.#clientTime = perClient()
    this.#headEnergy = new Float64Array(network.clients)
  }

  endPhase(client: number, phase: Phase, seconds: number): void {
    this.#seconds[phase][client] = seconds
  }

  /** Charges a share of the energy of computing the head, eq. (6). */
  chargeHead(client: number, share: number): void {
    this.#headEnergy[client] += share * headEnergyOf(this.#network, client)
  }

  endClient(client: number, seconds: number): void {
    this.#clientTime[client] = seconds
  }

  /** A client that has finished leaves before the others have. */
  leaveFinished(client: number, seconds: number): void {
    if (!this.#left.has(client)) this.#left.set(client, seconds)
  }

  /** The round's cost, given its time and how long each client's uplink was on the air, s. */
  cost(time: number, uplinkAirTime: (client: number) => number): RoundCost {
    const { clients, clientPowerW, clientSamples, load, weights } = this.#network
    const perClient = () => new Float64Array(clients).fill(Number.NaN)
    const [headEnergy, uplinkEnergy, clientEnergy] = [perClient(), perClient(), perClient()]
    let energy = 0
    for (let client = 0; client < clients; client++) {
      if (this.#assignment[client] === SITS_OUT) continue
      headEnergy[client] = this.#headEnergy[client]
      uplinkEnergy[client] = clientPowerW[client] * uplinkAirTime(client)
      clientEnergy[client] = headEnergy[client] + uplinkEnergy[client]
      energy += clientEnergy[client]
    }
    const seconds = this.#seconds
    const waitingEnergy = waitingEnergyOf(
      this.#network,
      { time, clientTime: this.#clientTime, clientEnergy },
      (client) => this.#left.get(client) ?? Infinity,
    )
    // Without anything to send there is no rate.
    const rate = (bitsPerSample: number, transferTime: Float64Array) =>
      transferTime.map((duration, client) =>
        bitsPerSample === 0 ? Number.NaN : (clientSamples[client] * bitsPerSample) / duration,
      )
    return {
      time,
      energy,
      cost: systemCost(weights, time, energy),
      uplinkRate: rate(load.uplinkBits, seconds.uplink),
      downlinkRate: rate(load.downlinkBits, seconds.downlink),
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
      ...(waitingEnergy && { waitingEnergy }),
    }
  }
}
