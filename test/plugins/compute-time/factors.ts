import { RandomStreams } from '../../../core/kernel/index.js'
import type { ComputeTime } from '../../../core/plugin/index.js'

/** Factors of one client in many rounds, each from a stream of its own as in a run. */
export function factorsOf(computeTime: ComputeTime, rounds: number): Float64Array {
  const streams = new RandomStreams(11)
  return Float64Array.from({ length: rounds }, (_, round) =>
    computeTime.factor({ client: 0, round, random: streams.stream('straggler', 0, round) }),
  )
}
