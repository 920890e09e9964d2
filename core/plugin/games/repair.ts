import { type Assignment, SITS_OUT } from '../../network/assignment.js'

/**
 * The base stations' answer to requests that break C5: of clients that ask for the same slot the first keeps it; the
 * later ones get a free channel of the server they asked for, the one each values most, or else a free slot anywhere.
 *
 * `values` are N×(M·K); `held` has 1 for each slot that somebody holds already and keeps, none where absent. A client for whom no slot
 * is left sits out.
 */
export function repair(
  requests: Assignment,
  values: Float32Array,
  channels: number,
  held?: Uint8Array,
): Assignment {
  const slots = values.length / requests.length
  const taken = held?.slice() ?? new Uint8Array(slots)
  const granted = requests.slice()
  const later: number[] = []
  for (let client = 0; client < requests.length; client++) {
    const slot = requests[client]
    if (slot === SITS_OUT) continue
    if (taken[slot]) later.push(client)
    taken[slot] = 1
  }
  for (const client of later) {
    const own = Math.floor(requests[client] / channels) * channels
    const best = (from: number, to: number) => greatestFree(values, client * slots, taken, from, to)
    let slot = best(own, own + channels)
    if (slot === SITS_OUT) slot = best(0, slots)
    granted[client] = slot
    if (slot !== SITS_OUT) taken[slot] = 1
  }
  return granted
}

/** The first free slot of the greatest value, of those from `from` up to `to`; `SITS_OUT` where none is. A client's values begin at `offset`. */
export function greatestFree(
  values: Float32Array,
  offset: number,
  taken: Uint8Array,
  from = 0,
  to = taken.length,
): number {
  let best = SITS_OUT
  for (let slot = from; slot < to; slot++)
    if (!taken[slot] && (best === SITS_OUT || values[offset + slot] > values[offset + best])) best = slot
  return best
}
