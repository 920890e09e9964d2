import { largestOf } from '../statistics/extremes.js'

/** Clients of a scheduler in a mean round. */
export interface ClientsARound {
  /** Given a slot. */
  readonly served: number
  /** Come to the end of the round. */
  readonly completed: number
}

/** Means of counts that were divided by unlike numbers of rounds differ by rounding at most. */
const SAME = 1e-9

/**
 * Those of several schedulers among whom one can be the best: none serves more clients, or brings more to their end.
 *
 * A round in which fewer take part is cheaper for that alone. Empty where nobody finishes at all, and where one serves
 * the most and another brings the most to their end.
 */
export function servingMost<T extends ClientsARound>(schedulers: readonly T[]): T[] {
  const largest = (of: (each: T) => number) =>
    // One that played no round has none.
    largestOf(schedulers.map(of).filter((count) => !Number.isNaN(count)))
  const served = largest((each) => each.served)
  const completed = largest((each) => each.completed)
  if (!(completed > 0)) return []
  return schedulers.filter(
    (each) => each.served >= served * (1 - SAME) && each.completed >= completed * (1 - SAME),
  )
}
