// What the module offers to ../evaluator.ts: one assignment on one round's network.

import { latestCost, latestEnergy, latestTime, workedOut } from './candidates'
import { trialEfficiency } from './channels'
import { prepareLogarithm } from './logarithm'
import { channelEfficiency, channels, heldCount, listed, occupants, ranks, real, slots, whole } from './memory'
import * as totals from './totals'

export {
  candidateClientCost,
  clientCost,
  costOfChoosing,
  costOfMoving,
  costOfRemoving,
  costOfSwapping,
  nextMove,
  nextSwap,
} from './candidates'
export { choose, move, reset, swap } from './changes'
export { layOutByServer } from './gains'
export { allocateJoint } from './joint'
export { allocate } from './memory'
export { nearList } from './near'
export { setRate } from './rate'
export {
  anneal,
  exchangeUntilStable,
  exponentialTable,
  placeGreedily,
  placeInTurn,
  randomState,
} from './search'

prepareLogarithm()

export function cost(): f64 {
  return totals.cost
}

export function time(): f64 {
  return totals.time
}

export function energy(): f64 {
  return totals.energy
}

/** Sum of log2(1 + SINR) over all links, both directions, bit/s/Hz. */
export function efficiency(): f64 {
  let sum: f64 = 0
  for (let k = 0; k < channels; k++) sum += real(channelEfficiency, k)
  return sum
}

export function candidateCost(): f64 {
  return latestCost
}

export function candidateTime(): f64 {
  return latestTime
}

export function candidateEnergy(): f64 {
  return latestEnergy
}

export function candidateEfficiency(): f64 {
  return trialEfficiency
}

export function candidatesWorkedOut(): i32 {
  return workedOut
}

/** Address of the assignment, N slots. */
export function assignment(): usize {
  return slots
}

/** Where the clients that a search is about are written, up to N, or the slots of a new assignment. */
export function list(): usize {
  return listed
}

export function slotOf(client: i32): i32 {
  return whole(slots, client)
}

export function isFree(slot: i32): bool {
  return whole(occupants, slot) === 0
}

export function serverClients(server: i32): i32 {
  return whole(heldCount, server)
}

/** Address of the links' ranks, N×M bytes, where the strongest are kept. */
export function rankList(): usize {
  return ranks
}
