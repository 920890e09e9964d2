import { type Assignment, channelOf, SITS_OUT, serverOf, slotOf } from '../network/assignment.js'
import {
  clientFields,
  type Decision,
  type Grants,
  OPEN,
  realFields,
  settled,
  wholeFields,
} from '../network/decision.js'
import { findDecisionFlaws } from '../network/decision-flaws.js'
import { ownSlots } from '../network/round-links.js'
import type { NetworkParameters } from '../network/round-network.js'
import { check } from '../scenario/checks/validate.js'
import { asNode } from '../scenario/schema/annotations.js'
import type { Diagnostic } from '../scenario/tree/diagnostic.js'
import { assignmentSchema, type ExplicitAssignment, type Sizes } from './schema.js'

/** Everything that is wrong with a value as an assignment of an instance of these sizes, sharing of slots (C5) aside. */
export function checkAssignment(value: unknown, sizes: Sizes): Diagnostic[] {
  return [...check(asNode(assignmentSchema(sizes)), value), ...halfPlaced(value), ...unpowered(value)]
}

/** Clients that hold slots without a power for each of them, where others have powers by slot. */
function unpowered(value: unknown): Diagnostic[] {
  const { server, channel, slotPowerW } = Object(value) as Partial<ExplicitAssignment>
  if (!Array.isArray(server) || !Array.isArray(channel) || !Array.isArray(slotPowerW)) return []
  return server.flatMap((m, client) => {
    const powers = slotPowerW[client]
    const count = [channel[client]].flat().length
    if (m === -1 || (Array.isArray(powers) && powers.length === count)) return []
    const found = Array.isArray(powers) ? `${powers.length}` : 'null'
    const message = `client ${client}: expected a power for each of its ${count} channels; found ${found}`
    return [{ path: ['slotPowerW', String(client)], message }]
  })
}

/** Clients with a server and no channel, or a channel and no server. */
function halfPlaced(value: unknown): Diagnostic[] {
  const { server, channel } = Object(value) as Partial<ExplicitAssignment>
  if (!Array.isArray(server) || !Array.isArray(channel)) return []
  return server.flatMap((m, client) => {
    const k = channel[client]
    if (k === undefined || (m === -1) === (k === -1)) return []
    const [path, has, lacks] = m === -1 ? ['server', 'channel', 'server'] : ['channel', 'server', 'channel']
    const message = `expected a ${lacks}, for the client has a ${has}; found -1 (both are -1 for one that sits out)`
    return [{ path: [path, String(client)], message }]
  })
}

/**
 * What is wrong with what is decided beside slots, in an assignment whose shape has been checked.
 *
 * `open` where an allocator fills in the rest: shares are then not asked to fit yet.
 */
export function checkDecided(
  value: ExplicitAssignment,
  network: NetworkParameters,
  open: boolean,
): Diagnostic[] {
  const given = decisionOf(value, network.channels)
  const { assignment, edgeShare } = given
  const without = (edgeShare ?? []).findIndex((share, n) => assignment[n] !== SITS_OUT && Number.isNaN(share))
  if (!open && without >= 0 && edgeShare?.some((share, n) => assignment[n] !== SITS_OUT && share > 0))
    return [
      {
        path: ['edgeShare', String(without)],
        message: `client ${without}: expected a share, for others have one; found null (null for all: all wait for all)`,
      },
    ]
  for (const field of ['cut', 'payload'] as const) {
    const missing = (value[field] ?? []).findIndex((each, n) => each === null && assignment[n] !== SITS_OUT)
    if (missing >= 0)
      return [
        {
          path: [field, String(missing)],
          message: `client ${missing}: expected a ${field}, from 0; found null`,
        },
      ]
  }
  const flaws = findDecisionFlaws(open ? given : settled(network, given), network, { open })
  return flaws.map(({ field, client, message }) => {
    const ofGrants = value.slotPowerW ? 'slotPowerW' : 'channel'
    const key = field === 'grants' ? ofGrants : field in value ? field : 'server'
    return client < 0
      ? { path: [key], message }
      : { path: [key, String(client)], message: `client ${client}: ${message}` }
  })
}

/** What null stands for in fields of whole numbers. */
const asGiven = { cut: 0, payload: 0, steps: 1, turn: 0 } as const

/** The decision of an assignment that has been checked; null is what is open. */
export function decisionOf(explicit: ExplicitAssignment, channels: number): Decision {
  const { server, channel } = explicit
  const first = (client: number) => [channel[client]].flat()[0]
  const assignment = Int32Array.from(server, (m, client) =>
    m === -1 ? SITS_OUT : slotOf(m, first(client), channels),
  )
  const reals = Object.fromEntries(
    realFields.flatMap((field) => {
      const values = explicit[field]
      return values ? [[field, Float64Array.from(values, (value) => value ?? OPEN)]] : []
    }),
  )
  // Null is what the instance has; of a cut or payload there is no such thing, so that nobody who is served has null there (`checkDecided`).
  const wholes = Object.fromEntries(
    wholeFields.flatMap((field) => {
      const values = explicit[field]
      return values ? [[field, Int32Array.from(values, (value) => value ?? asGiven[field])]] : []
    }),
  )
  const { slotPowerW } = explicit
  const grants =
    slotPowerW || channel.some(Array.isArray) ? grantsOf(server, channel, channels, slotPowerW) : undefined
  return {
    assignment,
    ...reals,
    ...wholes,
    ...(grants && { grants }),
  }
}

function grantsOf(
  server: readonly number[],
  channel: ExplicitAssignment['channel'],
  channels: number,
  slotPowerW: ExplicitAssignment['slotPowerW'],
): Grants {
  const rows = server.map((m, client) =>
    m === -1 ? [] : [channel[client]].flat().map((k) => slotOf(m, k, channels)),
  )
  const first = new Int32Array(rows.length + 1)
  for (const [client, row] of rows.entries()) first[client + 1] = first[client] + row.length
  const powers = slotPowerW?.flatMap((own, client) => (server[client] === -1 ? [] : (own ?? [])))
  return {
    first,
    slot: Int32Array.from(rows.flat()),
    ...(powers && { powerW: Float64Array.from(powers) }),
  }
}

/** The slots of an assignment that has been checked. */
export const slotsOf = (explicit: ExplicitAssignment, channels: number): Assignment =>
  decisionOf(explicit, channels).assignment

/** An assignment, or a decision, as JSON says it. */
export function explicitAssignment(decided: Assignment | Decision, channels: number): ExplicitAssignment {
  const decision: Decision = ArrayBuffer.isView(decided)
    ? { assignment: decided as Assignment }
    : (decided as Decision)
  const { assignment, grants } = decision
  const sitsOut = (client: number) => assignment[client] === SITS_OUT
  const listed = (values: Float64Array | Int32Array) =>
    Array.from(values, (value, client) => (sitsOut(client) || Number.isNaN(value) ? null : value))
  const perClient = Object.fromEntries(
    clientFields.flatMap((field) => {
      const values = decision[field]
      return values ? [[field, listed(values)]] : []
    }),
  )
  return {
    server: Array.from(assignment, (slot) => (slot === SITS_OUT ? -1 : serverOf(slot, channels))),
    channel: Array.from(assignment, (slot, client) => {
      if (slot === SITS_OUT) return -1
      const own = grants ? ownSlots(decision, client) : []
      return own.length > 1 || grants?.powerW
        ? own.map((each) => channelOf(each.slot, channels))
        : channelOf(slot, channels)
    }),
    ...(grants?.powerW && {
      slotPowerW: Array.from(assignment, (_, client) =>
        sitsOut(client) ? null : ownSlots(decision, client).map(({ powerW = 0 }) => powerW),
      ),
    }),
    ...perClient,
  }
}
