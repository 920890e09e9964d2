import type { DecisionLimits } from '../network/decision-limits.js'
import type { Evaluator } from '../network/evaluator.js'
import type { InterferenceMeter } from '../network/interference.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'

/**
 * What a scheduler sees of a round.
 *
 * Reading what lies beyond the scheduler's declared tier throws. Arrays belong to the view: read, do not write.
 */
export interface SchedulerView {
  /** From 1. */
  readonly round: number
  /** Sizes, powers, load and weights: known to everyone. */
  readonly parameters: NetworkParameters
  /** What may be decided beside slots: what the scenario opens and the plugin `decides`, with its bounds. */
  readonly limits: DecisionLimits
  /** 1 for each client that may take a slot, 0 for those that have quit or are away; length N. */
  readonly active: Uint8Array
  /**
   * The slot that each client holds and keeps, −1 for none; length N. All −1 where a round starts; where clients ask, those that
   * hold one are not active, and their slots are taken; where there are jobs, so are those that clients of others hold.
   */
  readonly held: Int32Array
  /**
   * Where several jobs share the network: the label of the one that is decided for. Its clients are those that are active,
   * `parameters` have its load and weights, and what clients of others hold is in `held`. Undefined where there are none.
   */
  readonly job: string | undefined

  /** Clients at each server in the last round, |N_m^{r-1}|, length M. Tier `counts`. */
  readonly serverClients: Int32Array
  /** Clients on each channel in the last round, |N_k^{r-1}|, length K. Tier `counts`. */
  readonly channelClients: Int32Array
  /** Share of each client's energy budget spent, length N; 0 where it is unlimited. Tier `counts`. */
  readonly energyRatio: Float64Array
  /** Share of the latency budget spent; 0 where it is unlimited. Tier `counts`. */
  readonly latencyRatio: number

  /** Mean gain between client and server, N×M. Tier `large-scale`. */
  readonly meanGain: Float64Array

  /** Each client's own gains to every server, K×N×M (`gainIndex`); refused under network.strongestLinks. Tier `local`. */
  readonly uplinkGain: Float64Array
  /** Each client's own gains from every server, K×N×M. Tier `local`. */
  readonly downlinkGain: Float64Array
  /** A meter that shows the interference as clients take slots, those on the air that hold one. Tier `local`. */
  interference(): InterferenceMeter

  /** The round in the twin, all gains known; refused under network.strongestLinks. Tier `twin`. */
  readonly network: RoundNetwork
  /** A cost evaluator on the twin with those placed that hold a slot, who stay there. Tier `twin`. */
  evaluator(): Evaluator
}
