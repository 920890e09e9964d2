import { SITS_OUT, serverOf } from './assignment.js'
import type { Decision } from './decision.js'
import type { RoundNetwork } from './round-network.js'
import { unknownOf } from './round-rates.js'
import {
  downlinkBitsOf,
  edgeWorkIsUniform,
  edgeWorkOf,
  headTimeOf,
  samplesOf,
  uplinkBitsOf,
} from './round-work.js'

// Seconds of each step of a round under a decision that is settled, by client, length N; NaN where it sits out. A loop each: what it calls is
// compiled into it then.

/** Local computing, eq. (5). */
export function headTimesOf(network: RoundNetwork, decision: Decision): Float64Array {
  const times = unknownOf(network.clients)
  for (let n = 0; n < times.length; n++)
    if (decision.assignment[n] !== SITS_OUT) times[n] = headTimeOf(network, n, decision)
  return times
}

/** Uplinks at their rates, bit/s, eq. (12). */
export function uplinkTimesOf(network: RoundNetwork, decision: Decision, rate: Float64Array): Float64Array {
  const times = unknownOf(network.clients)
  for (let n = 0; n < times.length; n++)
    if (decision.assignment[n] !== SITS_OUT)
      times[n] = transferTime(uplinkBitsOf(network, n, decision), rate[n])
  return times
}

/** Downlinks at their rates, bit/s, eq. (16). */
export function downlinkTimesOf(network: RoundNetwork, decision: Decision, rate: Float64Array): Float64Array {
  const times = unknownOf(network.clients)
  for (let n = 0; n < times.length; n++)
    if (decision.assignment[n] !== SITS_OUT)
      times[n] = transferTime(downlinkBitsOf(network, n, decision), rate[n])
  return times
}

/** Nothing to send takes no time, whatever the rate. */
const transferTime = (bits: number, rate: number): number => (bits === 0 ? 0 : bits / rate)

/** Edge computing, eq. (7), s: all of a server's clients of a turn share it and wait for all, or each has its decided share. */
export function edgeTimesOf(network: RoundNetwork, decision: Decision): Float64Array {
  const { clients, channels, load, serverFlops } = network
  const { assignment, edgeShare, turn } = decision
  const edgeTime = unknownOf(clients)
  const uniform = edgeWorkIsUniform(decision)
  const turns = turn && [...new Set(turn)]
  const works = edgeWorks(network, decision, uniform, turns)
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    const server = serverOf(assignment[n], channels)
    const flops = serverFlops[server]
    if (edgeShare) {
      const own = edgeWorkOf(network, n, decision)
      edgeTime[n] = own === 0 ? 0 : own / (edgeShare[n] * flops)
      continue
    }
    const together = works[placeOf(network, server, turn, turns, n)]
    const total = uniform ? (load.bodyFlops === 0 ? 0 : load.bodyFlops * together) : together
    edgeTime[n] = total === 0 ? 0 : total / flops
  }
  return edgeTime
}

/** A server in a turn. */
const placeOf = (
  { servers }: RoundNetwork,
  server: number,
  turn: Int32Array | undefined,
  turns: readonly number[] | undefined,
  client: number,
): number => (turn && turns ? turns.indexOf(turn[client]) * servers + server : server)

/** Work at each place of all its clients together: samples where every one takes as much, for D_n cancels then, else FLOPs. */
function edgeWorks(
  network: RoundNetwork,
  decision: Decision,
  uniform: boolean,
  turns: readonly number[] | undefined,
): Float64Array {
  const { clients, servers, channels } = network
  const { assignment, turn } = decision
  const works = new Float64Array((turns?.length ?? 1) * servers)
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    const place = placeOf(network, serverOf(assignment[n], channels), turn, turns, n)
    works[place] += uniform ? samplesOf(network, n, decision) : edgeWorkOf(network, n, decision)
  }
  return works
}
