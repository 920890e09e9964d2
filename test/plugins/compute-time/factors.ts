import { RandomStreams } from '../../../core/kernel/random.js'
import type { ComputeTime } from '../../../core/plugin/contracts.js'

/** Factors of one client in many rounds, each from a stream of its own as in a run. */
export function factorsOf(computeTime: ComputeTime, rounds: number): Float64Array {
  const streams = new RandomStreams(11)
  return Float64Array.from({ length: rounds }, (_, round) =>
    computeTime.factor({ client: 0, round, random: streams.stream('straggler', 0, round) }),
  )
}
