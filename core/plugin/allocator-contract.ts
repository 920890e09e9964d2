import type { Decision } from '../network/decision.js'
import type { DecisionLimits } from '../network/decision-limits.js'
import type { RoundNetwork } from '../network/round-network.js'

/** What an allocator knows of a round. */
export interface AllocationContext {
  /** From 1. */
  readonly round: number
  /** The round as it is known, all gains included. */
  readonly network: RoundNetwork
  /** By when everyone is to be done, s after the start; undefined where nothing was said. */
  readonly deadlineSeconds: number | undefined
  /** What is open of what it decides, with its bounds; absent where all of that is. */
  readonly limits?: DecisionLimits
}

/** Fills in what a decision leaves open: shares, powers, clocks of an assignment that others made. */
export interface Allocator {
  /**
   * The decision with more of it decided. What is absent or NaN is open; what is there stays, and so do the slots, unless the plugin
   * `decides` them. A `UserError` where there is none, e.g. for a deadline that cannot be met.
   */
  allocate(context: AllocationContext, decision: Decision): Decision | Promise<Decision>
}
