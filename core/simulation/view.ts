import { UserError } from '../errors.js'
import { SITS_OUT } from '../network/assignment.js'
import type { DecisionVariable } from '../network/decision.js'
import { type DecisionLimits, limitsOf } from '../network/decision-limits.js'
import { Evaluator } from '../network/evaluator.js'
import { InterferenceMeter } from '../network/interference.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import { type InformationTier, includesTier } from '../plugin/tiers.js'
import type { SchedulerView } from '../plugin/view.js'
import { KeptEvaluator } from './kept-evaluator.js'

/** What every tier knows, as a scheduler's run keeps it. */
export interface Counts {
  readonly active: Uint8Array
  /** Nobody holds a slot where absent. */
  readonly held?: Int32Array
  /** The job that asks; absent where there are none. */
  readonly job?: string
  readonly serverClients: Int32Array
  readonly channelClients: Int32Array
  readonly energyRatio: Float64Array
  readonly latencyRatio: number
}

/** Counts before the first round: nobody has been served or has spent anything yet. */
export const untouched = (
  { clients, servers, channels }: NetworkParameters,
  active: Uint8Array = new Uint8Array(clients).fill(1),
): Counts => ({
  active,
  serverClients: new Int32Array(servers),
  channelClients: new Int32Array(channels),
  energyRatio: new Float64Array(clients),
  latencyRatio: 0,
})

/** Who looks, for the error when it looks too far. */
export interface Viewer {
  readonly label: string
  readonly tier: InformationTier
  /** What it may decide beside slots; nothing where absent. */
  readonly open?: ReadonlySet<DecisionVariable>
}

const slotsAlone: ReadonlySet<DecisionVariable> = new Set()

/** A scheduler's view of a round, on its replica of the network; what lies beyond its tier throws a `UserError`. */
export class View implements SchedulerView {
  readonly round: number
  readonly parameters: NetworkParameters
  readonly #counts: Counts
  readonly #replica: RoundNetwork
  readonly #viewer: Viewer
  #held: Int32Array | undefined
  /** Undefined once it was handed out. */
  #kept: KeptEvaluator | undefined

  /** `kept`: of views of the same network before this one. */
  constructor(
    round: number,
    parameters: NetworkParameters,
    counts: Counts,
    replica: RoundNetwork,
    viewer: Viewer,
    kept?: KeptEvaluator,
  ) {
    this.round = round
    this.parameters = parameters
    this.#counts = counts
    this.#replica = replica
    this.#viewer = viewer
    this.#kept = kept
  }

  get limits(): DecisionLimits {
    return limitsOf(this.parameters, this.#viewer.open ?? slotsAlone)
  }

  get active(): Uint8Array {
    return this.#counts.active
  }

  get held(): Int32Array {
    this.#held ??= this.#counts.held ?? new Int32Array(this.parameters.clients).fill(SITS_OUT)
    return this.#held
  }

  get job(): string | undefined {
    return this.#counts.job
  }

  get serverClients(): Int32Array {
    return this.#counts.serverClients
  }

  get channelClients(): Int32Array {
    return this.#counts.channelClients
  }

  get energyRatio(): Float64Array {
    return this.#counts.energyRatio
  }

  get latencyRatio(): number {
    return this.#counts.latencyRatio
  }

  get meanGain(): Float64Array {
    return this.#of('large-scale', 'meanGain').meanGain
  }

  get uplinkGain(): Float64Array {
    return this.#ofAllLinks('local', 'uplinkGain').uplinkGain
  }

  get downlinkGain(): Float64Array {
    return this.#ofAllLinks('local', 'downlinkGain').downlinkGain
  }

  interference(): InterferenceMeter {
    const meter = new InterferenceMeter(this.#of('local', 'interference()'))
    for (const [client, slot] of this.#counts.held?.entries() ?? [])
      if (slot !== SITS_OUT) meter.place(client, slot)
    return meter
  }

  get network(): RoundNetwork {
    return this.#ofAllLinks('twin', 'network')
  }

  evaluator(): Evaluator {
    const replica = this.#of('twin', 'evaluator()')
    const { held } = this.#counts
    if (!held?.some((slot) => slot !== SITS_OUT)) return new Evaluator(replica)
    const kept = this.#kept ?? new KeptEvaluator()
    this.#kept = undefined
    return kept.with(replica, held)
  }

  /** For what reads gains by itself: K×N×M is then what it expects. */
  #ofAllLinks(tier: InformationTier, what: string): RoundNetwork {
    const replica = this.#of(tier, what)
    if (!replica.links) return replica
    throw new UserError(
      `scheduler "${this.#viewer.label}" reads view.${what}, all gains, where network.strongestLinks keeps ` +
        `${replica.links.perClient} links of each client; expected strongestLinks: null, or a scheduler that goes by mean gains or view.evaluator()`,
    )
  }

  #of(tier: InformationTier, what: string): RoundNetwork {
    if (includesTier(this.#viewer.tier, tier)) return this.#replica
    throw new UserError(
      `scheduler "${this.#viewer.label}" reads view.${what}, which takes tier ${tier}; it declares ${this.#viewer.tier}`,
    )
  }
}
