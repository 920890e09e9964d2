import { type Decision, Evaluator, type RoundNetwork, SITS_OUT } from '../../../core/plugin/index.js'
import type { Ways } from './ways.js'

/** By this much, relative, has a change to lower the cost: less is rounding. */
const LEAST_GAIN = 1e-12
const SWEEPS = 20

/** A decision from which no client gains by taking part in another of its ways, for the slots that it has. */
export function settleWays(network: RoundNetwork, decision: Decision, ways: Ways): Decision {
  const evaluator = new Evaluator(network, decision)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let gained = false
    for (let client = 0; client < network.clients; client++) {
      if (evaluator.slot(client) === SITS_OUT) continue
      for (const mode of ways.modes[client]) {
        if (!(evaluator.costOfChoosing(client, mode) < evaluator.cost * (1 - LEAST_GAIN))) continue
        evaluator.choose(client, mode)
        gained = true
      }
    }
    if (!gained) break
  }
  return evaluator.decision()
}
