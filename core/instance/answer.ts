import { type Assignment, findViolations, SITS_OUT, type Violation } from '../network/assignment.js'
import {
  asDecision,
  type ClientField,
  clientFields,
  type Decision,
  settled,
  variablesOf,
} from '../network/decision.js'
import { evaluateRound } from '../network/round-cost.js'
import { ownSlots } from '../network/round-links.js'
import type { RoundNetwork } from '../network/round-network.js'
import { idleEnergyOf } from '../network/server-energy.js'
import type { ExplicitAssignment } from './schema.js'

/** Times, rates and energies of one client, SI units; all null where it sits out. */
export interface ClientFigures {
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

/** What an assignment costs one client, and what it used, by the fields of a `Decision`, where more than slots may be decided. */
export interface ClientAnswer
  extends ClientFigures,
    Readonly<Partial<Record<Exclude<ClientField, 'share'>, number | null>>> {
  /** Of its slot; a list where it has several. */
  readonly share?: number | readonly number[] | null
  /** W in each of a client's slots, where that was decided. */
  readonly slotPowerW?: readonly number[]
}

/** What a round takes of one edge server, J. */
export interface ServerAnswer {
  readonly computingEnergy: number
  readonly downlinkEnergy: number
  readonly idleEnergy: number
  readonly energy: number
}

/** What an assignment costs; a time or energy that has no end is Infinity here and null as JSON. */
export interface Answer {
  readonly time: number
  readonly energy: number
  readonly cost: number
  readonly clients: readonly ClientAnswer[]
  /** What edge servers spent, J, no part of `energy`; absent where the instance does not say what they take. */
  readonly servers?: readonly ServerAnswer[]
  /** Given where the assignment was asked for. */
  readonly assignment?: ExplicitAssignment
  /** Clients that share a slot (C5), whose interference the figures include; absent where there are none. */
  readonly violations?: readonly Violation[]
}

/** The cost of an assignment or a decision by eqs. (5)-(18), client by client, and what it used where more than slots may be decided. */
export function answerOf(network: RoundNetwork, decided: Assignment | Decision): Answer {
  const decision = settled(network, asDecision(decided))
  const { assignment } = decision
  const { time, energy, cost, servers, ...perClient } = evaluateRound(network, decision)
  const violations = decision.grants ? [] : findViolations(assignment, network, undefined, decision.turn)
  const joint = isJoint(network, decision)
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
        ...(joint && used(network, decision, client)),
      }
    }),
    ...(servers && {
      servers: Array.from(servers.computing, (computingEnergy, server): ServerAnswer => {
        const downlinkEnergy = servers.downlink[server]
        const idleEnergy = idleEnergyOf(servers, server, time)
        const energy = computingEnergy + downlinkEnergy + idleEnergy
        return { computingEnergy, downlinkEnergy, idleEnergy, energy }
      }),
    }),
    ...(violations.length > 0 && { violations }),
  }
}

/** Whether an instance or a decision says more than slots. */
const isJoint = ({ access, clientClockHz }: RoundNetwork, decision: Decision): boolean =>
  access !== undefined || clientClockHz !== undefined || variablesOf(decision).length > 0

/** What a client has whether it was decided or not. */
const ofAnyone: readonly ClientField[] = ['powerW', 'clockHz', 'share']
const whereDecided = clientFields.filter((field) => !ofAnyone.includes(field))

/** What a client of a settled decision used. */
function used(network: RoundNetwork, decision: Decision, client: number): Partial<ClientAnswer> {
  const sitsOut = decision.assignment[client] === SITS_OUT
  const own = sitsOut ? [] : ownSlots(decision, client)
  const slotPowerW =
    own.length > 0 && decision.grants?.powerW ? own.map(({ powerW = 0 }) => powerW) : undefined
  const total = slotPowerW?.reduce((sum, each) => sum + each, 0)
  return {
    powerW: sitsOut ? null : (total ?? decision.powerW?.[client] ?? network.clientPowerW[client]),
    clockHz: sitsOut ? null : (decision.clockHz?.[client] ?? network.clientClockHz?.[client] ?? null),
    share: sitsOut ? null : own.length === 1 ? own[0].share : own.map(({ share }) => share),
    ...Object.fromEntries(
      whereDecided.flatMap((field) => {
        const values = decision[field]
        return values ? [[field, sitsOut ? null : values[client]]] : []
      }),
    ),
    ...(slotPowerW && { slotPowerW }),
  }
}
