/**
 * An assignment gives each client a slot, `server * K + channel`, or `SITS_OUT`; length N.
 *
 * One slot per client makes C3, C4 and C6 hold by construction; C5 (one client a slot) is checked.
 */
export type Assignment = Int32Array

/** The slot of a client that takes no part in a round. */
export const SITS_OUT = -1

/** The slot of a server's channel. */
export const slotOf = (server: number, channel: number, channels: number): number =>
  server * channels + channel

/** The server of a slot. */
export const serverOf = (slot: number, channels: number): number => Math.floor(slot / channels)

/** The channel of a slot. */
export const channelOf = (slot: number, channels: number): number => slot % channels

/** A way in which an assignment breaks the constraints of (19), or its own shape. */
export interface Violation {
  readonly kind: 'length' | 'slot' | 'inactive' | 'C5'
  readonly client: number
  readonly message: string
}

/** Everything that is wrong with an assignment, in client order; empty where it is feasible. Clients of different turns do not share a slot. */
export function findViolations(
  assignment: Assignment,
  size: {
    readonly clients: number
    readonly servers: number
    readonly channels: number
    /** Where a slot may be shared, C5 is kept by shares (`findDecisionFlaws`). */
    readonly access?: 'channels' | 'fdma' | 'tdma'
  },
  active?: Uint8Array,
  turn?: Int32Array,
): Violation[] {
  if (assignment.length !== size.clients) {
    const message = `${assignment.length} slots for ${size.clients} clients`
    return [{ kind: 'length', client: -1, message }]
  }
  const slots = size.servers * size.channels
  const occupants = new Map<number, Int32Array>()
  const occupantsOf = (turn: number) => {
    const found = occupants.get(turn) ?? new Int32Array(slots).fill(-1)
    occupants.set(turn, found)
    return found
  }
  const everyone = turn ? undefined : occupantsOf(0)
  const violations: Violation[] = []
  for (const [client, slot] of assignment.entries()) {
    if (slot === SITS_OUT) continue
    if (slot < 0 || slot >= slots) {
      const message = `slot ${slot} is not between 0 and ${slots - 1}, nor ${SITS_OUT} to sit out`
      violations.push({ kind: 'slot', client, message })
      continue
    }
    if (active && !active[client])
      violations.push({
        kind: 'inactive',
        client,
        message: 'the client has quit or is away and cannot take a slot',
      })
    if (size.access !== undefined && size.access !== 'channels') continue
    const occupant = everyone ?? occupantsOf(turn?.[client] ?? 0)
    if (occupant[slot] !== -1) {
      const place = `server ${serverOf(slot, size.channels)}, channel ${channelOf(slot, size.channels)}`
      const message = `${place} is already taken by client ${occupant[slot]} (C5)`
      violations.push({ kind: 'C5', client, message })
    } else occupant[slot] = client
  }
  return violations
}
