import {
  type Assignment,
  type Decision,
  Evaluator,
  type RoundNetwork,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { Choice, type Mode } from '../shared/modes.js'

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
  const first = new Choice(network)
  for (const [client, own] of modes.entries()) first.set(client, own[0])
  const evaluator = new Evaluator(network, first.with(start))
  const slots = network.servers * network.channels
  // NaN stands for a start without end, which anything is better than.
  const limit = () =>
    evaluator.cost < Number.POSITIVE_INFINITY ? evaluator.cost * (1 - LEAST_GAIN) : Infinity
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let gained = false
    for (const client of clients) {
      for (let slot = 0; slot < slots; slot++) {
        if (evaluator.slot(client) !== slot && !evaluator.isFree(slot)) continue
        for (const mode of modes[client]) {
          const choice = { slot, ...mode }
          if (!(evaluator.costOfChoosing(client, choice) < limit())) continue
          evaluator.choose(client, choice)
          gained = true
        }
      }
      for (const other of clients) {
        if (other <= client || evaluator.slot(other) === SITS_OUT) continue
        if (!(evaluator.costOfSwapping(client, other) < limit())) continue
        evaluator.swap(client, other)
        gained = true
      }
    }
    if (!gained) break
  }
  return evaluator.decision()
}
