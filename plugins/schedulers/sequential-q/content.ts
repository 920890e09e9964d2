import { SITS_OUT } from '../../../core/plugin/index.js'
import type { Requests } from './requests.js'

/** A client is content where it could win less than this share of the cost a client. */
const CONTENT = 1 / 10

/** Clients that take longer than this share of the longest are counted among those who take it. */
const LONG = 0.9

/** Whether the client whose turn it is could win next to nothing for itself: then it asks for nothing. */
export function isContent({
  board,
  game: { needs },
  client,
  formerSlot,
  projectedCost,
  projectedTime,
  count,
  holders,
}: Requests): boolean {
  if (formerSlot === SITS_OUT) return false
  const { latency, energy } = board.parameters.weights
  const seconds = board.radioTime[client] + board.edgeTime[Math.floor(formerSlot / board.channels)]
  let gain = energy * (board.energy[client] - needs.aloneEnergy[client])
  // Only those who take about the longest keep the others waiting.
  if (seconds > LONG * projectedTime) gain += latency * (seconds - needs.aloneTime[client])
  // Where every slot is taken nobody is: who moves makes room for another.
  const taken = Math.min(1, Math.max(0, (2 * (count + holders.count)) / (board.servers * board.channels) - 1))
  return gain < (CONTENT * (1 - taken) * projectedCost) / count
}
