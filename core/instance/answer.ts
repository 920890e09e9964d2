import { type Assignment, findViolations, SITS_OUT, type Violation } from '../network/assignment.js'
import { evaluateRound } from '../network/round-cost.js'
import type { RoundNetwork } from '../network/round-network.js'
import type { ExplicitAssignment } from './schema.js'

/** What an assignment costs one client, SI units; all null where it sits out. */
export interface ClientAnswer {
  readonly uplinkRate: number | null
  readonly downlinkRate: number | null
  readonly headTime: number | null
  readonly uplinkTime: number | null
  readonly edgeTime: number | null
  readonly downlinkTime: number | null
  readonly time: number | null
  readonly headEnergy: number | null
  readonly uplinkEnergy: number | null
  readonly energy: number | null
}

/** What an assignment costs; a time or energy that has no end is Infinity here and null as JSON. */
export interface Answer {
  readonly time: number
  readonly energy: number
  readonly cost: number
  readonly clients: readonly ClientAnswer[]
  /** Given where the assignment was asked for. */
  readonly assignment?: ExplicitAssignment
  /** Clients that share a slot (C5), whose interference the figures include; absent where there are none. */
  readonly violations?: readonly Violation[]
}

/** The cost of an assignment by eqs. (5)-(18), client by client. */
export function answerOf(network: RoundNetwork, assignment: Assignment): Answer {
  const { time, energy, cost, ...perClient } = evaluateRound(network, assignment)
  const violations = findViolations(assignment, network)
  return {
    time,
    energy,
    cost,
    clients: Array.from(assignment, (slot, client) => {
      const of = (values: Float64Array) => (slot === SITS_OUT ? null : values[client])
      return {
        uplinkRate: of(perClient.uplinkRate),
        downlinkRate: of(perClient.downlinkRate),
        headTime: of(perClient.headTime),
        uplinkTime: of(perClient.uplinkTime),
        edgeTime: of(perClient.edgeTime),
        downlinkTime: of(perClient.downlinkTime),
        time: of(perClient.clientTime),
        headEnergy: of(perClient.headEnergy),
        uplinkEnergy: of(perClient.uplinkEnergy),
        energy: of(perClient.clientEnergy),
      }
    }),
    ...(violations.length > 0 && { violations }),
  }
}
