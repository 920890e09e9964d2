import { UserError } from '../../errors.js'
import type { RandomStreams } from '../../kernel/index.js'
import type { ComputeTime } from '../../plugin/contracts.js'

/** How much longer a client computes in a round than its processor says; a `UserError` where that is no number above 0. */
export function slowdownOf(
  stragglers: ComputeTime,
  streams: RandomStreams,
  client: number,
  round: number,
): number {
  const factor = stragglers.factor({
    client,
    round,
    random: streams.stream('faults/straggler', client, round),
  })
  if (factor > 0 && factor < Infinity) return factor
  throw new UserError(
    `faults.stragglers: the factor of client ${client} in round ${round} is ${factor}; expected a number above 0`,
  )
}
