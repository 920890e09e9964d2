import {
  type Assignment,
  type Decision,
  evaluateRound,
  type RoundNetwork,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { Choice, type Mode } from './modes.js'

/** By this much, relative, has a change to lower the cost: less is rounding. */
const LEAST_GAIN = 1e-12
/** Sweeps over all clients at most: a proof only wants a cost to start from. */
const SWEEPS = 20

/** A decision from which no client gains by another mode, another free slot with any mode, or an exchange of slots. */
export function descend(
  network: RoundNetwork,
  clients: readonly number[],
  modes: readonly (readonly Mode[])[],
  start: Assignment,
): Decision {
  const assignment = start.slice()
  const choice = new Choice(network)
  const held = new Int32Array(network.clients)
  for (const client of clients) choice.set(client, modes[client][0])
  const costOf = () => evaluateRound(network, { assignment, ...choice.decision }).cost
  let cost = costOf()
  /** Whether what was changed is to stay; else `undo` takes it back. */
  const kept = (undo: () => void): boolean => {
    const found = costOf()
    // NaN stands for a start without end, which anything is better than.
    if (found < cost * (1 - LEAST_GAIN) || (Number.isNaN(cost) && !Number.isNaN(found))) {
      cost = found
      return true
    }
    undo()
    return false
  }
  const tryWays = (client: number, slot: number): boolean => {
    let gained = false
    const [oldSlot, oldMode] = [assignment[client], held[client]]
    let at = { slot: oldSlot, mode: oldMode }
    for (const [mode, way] of modes[client].entries()) {
      if (slot === at.slot && mode === at.mode) continue
      assignment[client] = slot
      choice.set(client, way)
      const back = at
      const stays = kept(() => {
        assignment[client] = back.slot
        choice.set(client, modes[client][back.mode])
      })
      if (!stays) continue
      at = { slot, mode }
      gained = true
    }
    held[client] = at.mode
    return gained
  }
  const slots = network.servers * network.channels
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let gained = false
    for (const client of clients) {
      for (let slot = 0; slot < slots; slot++)
        if (assignment[client] === slot || !assignment.includes(slot))
          gained = tryWays(client, slot) || gained
      for (const other of clients) {
        if (other <= client || assignment[other] === SITS_OUT) continue
        const exchange = () => {
          const own = assignment[client]
          assignment[client] = assignment[other]
          assignment[other] = own
        }
        exchange()
        gained = kept(exchange) || gained
      }
    }
    if (!gained) break
  }
  return choice.with(assignment)
}
