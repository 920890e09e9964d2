import { type Assignment, channelOf, SITS_OUT, serverOf, slotOf } from '../network/assignment.js'
import { check } from '../scenario/checks/validate.js'
import { asNode } from '../scenario/schema/annotations.js'
import type { Diagnostic } from '../scenario/tree/diagnostic.js'
import { assignmentSchema, type ExplicitAssignment, type Sizes } from './schema.js'

/** Everything that is wrong with a value as an assignment of an instance of these sizes, sharing of slots (C5) aside. */
export function checkAssignment(value: unknown, sizes: Sizes): Diagnostic[] {
  return [...check(asNode(assignmentSchema(sizes)), value), ...halfPlaced(value)]
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

/** The slots of an assignment that has been checked. */
export const slotsOf = ({ server, channel }: ExplicitAssignment, channels: number): Assignment =>
  Int32Array.from(server, (m, client) => (m === -1 ? SITS_OUT : slotOf(m, channel[client], channels)))

/** An assignment as JSON says it. */
export const explicitAssignment = (slots: Assignment, channels: number): ExplicitAssignment => ({
  server: Array.from(slots, (slot) => (slot === SITS_OUT ? -1 : serverOf(slot, channels))),
  channel: Array.from(slots, (slot) => (slot === SITS_OUT ? -1 : channelOf(slot, channels))),
})
