import type { RandomStream } from '../kernel/random-stream.js'
import type { Assignment } from '../network/assignment.js'
import type { Decision } from '../network/decision.js'
import type { DecisionLimits } from '../network/decision-limits.js'
import type { RateCurve } from '../network/rate-curve.js'
import type { RoundCost } from '../network/round-cost.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Allocator } from './allocator-contract.js'
import type { Estimator } from './estimator-contract.js'
import type { LearnedScene } from './learned-scene.js'
import type { Aggregator, Dataset, Partition } from './learning-contracts.js'
import type { Model } from './model-contracts.js'
import type { Objective } from './objective-contract.js'
import type { Protocol } from './protocol-contracts.js'
import type { SavedState } from './saved-state.js'
import type { Trainer, TrainingEnvironment } from './training-contracts.js'
import type { SchedulerView } from './view.js'

/** Metres, origin at the area's lower left corner. */
export interface Position {
  readonly x: number
  readonly y: number
}

/** The rectangle clients and servers stand in, m. */
export interface Area {
  readonly widthM: number
  readonly heightM: number
}

/** Decides who talks to which server on which channel. */
export interface Scheduler {
  /**
   * The assignment of a round, or a decision with more than slots, as far as the plugin `decides` and the scenario opens it; clients that have
   * quit or are away (`view.active`) must sit out.
   */
  decide(view: SchedulerView): Assignment | Decision | Promise<Assignment | Decision>
  /**
   * What no feasible assignment of the latest decision's round costs less than, in the network that its view showed;
   * null where nothing was proved.
   */
  bound?(): number | null
  /**
   * Why what it proves would not hold where these variables are open, told before anything is run; undefined where it holds. Absent where it proves
   * nothing, or whatever is open of what it decides.
   */
  unprovable?(limits: DecisionLimits, parameters: NetworkParameters): string | undefined
  /**
   * Whether what it decides by has the prices of joules of each client in it (`view.network.prices.energy`: virtual queues, weights by client); a run
   * says before it begins whose decisions have not. Absent: those of tier twin have, by their evaluator.
   */
  readonly heedsPrices?: boolean
  /**
   * Why it cannot decide yet, where it is still to be trained (`cotwin train`): told before anything is run, which is
   * then refused. Absent where it can.
   */
  readonly untrained?: string
  /**
   * What a run is to be warned of before it begins, where it has learned on other networks than this scenario's: a sentence;
   * undefined where there is nothing. Absent where it has not learned.
   */
  caveat?(scene: LearnedScene): string | undefined
  /**
   * Of the latest decision, the wall-clock time that was spent on deciding, s, where it is made in another process: the rest
   * went into the way there and back. Absent or null where there is no such way.
   */
  computingSeconds?(): number | null
  /** Learns what the round cost in the physical network. */
  observe?(outcome: RoundOutcome): void | Promise<void>
  /**
   * Begins to learn in the twin (`cotwin train`), from a policy that it had or afresh; absent where there is nothing to
   * learn.
   */
  train?(environment: TrainingEnvironment, start?: SavedState): Promise<Trainer>
  /**
   * What it has learned or remembers from round to round; a run that is resumed hands it back to `restore`.
   *
   * Random streams that it took in `create` are kept for it, and restored after this.
   */
  save?(): SavedState
  /** Takes back what `save` gave, of this scheduler or another of the same options. */
  restore?(state: SavedState): void
}

/** What a scheduler is told after its round, and after what was learned in it. */
export interface RoundOutcome {
  readonly round: number
  readonly assignment: Assignment
  /** The assignment with all that was decided beside, by allocators too. */
  readonly decision: Decision
  readonly cost: RoundCost
  /** 1 for each client that came to the end of the round, length N. */
  readonly completed?: Uint8Array
  /** Mean loss over a client's samples in this round's training (of a body that several train, the body's), NaN where it did not train, length N. */
  readonly losses?: Float64Array
  /** Aggregations between the model that a client set out from and that which its update went into, NaN where none came, length N. */
  readonly staleness?: Float64Array
  /** Where several jobs share the network: whose round it was. */
  readonly job?: string
}

/** Where one node of `count` stands. */
export interface Placement {
  /** `random` belongs to this node and this drawing of positions alone. */
  position(node: { index: number; count: number; area: Area; random: RandomStream }): Position
  /** How many nodes it can place, where that is limited; a scenario that asks for more is refused. */
  readonly capacity?: number
  /** By how much copies of the layout are shifted that stand around it, m, in that area; absent where there are none. */
  copies?(area: Area): readonly Position[]
}

/** A link as a propagation is told of it. */
export interface LinkPlace {
  readonly client: number
  readonly server: number
  readonly clientPosition: Position
  /** Where layouts are wrapped around: of the copy of the server that is nearest. */
  readonly serverPosition: Position
  /** Along the ground, m; at least `network.minimumDistanceM`. */
  readonly distanceM: number
  /** Belongs to this client and this drawing of positions, and is read in server order. */
  readonly random: RandomStream
  /** Servers of one site share their mast; absent where each has its own: `server`. */
  readonly site?: number
  /** Height of the client's antenna, m; absent where it is the usual one. */
  readonly clientHeightM?: number
  /** Height of the server's antenna, m; absent where it is the usual one. */
  readonly serverHeightM?: number | undefined
  /** Whether the client is in a building. */
  readonly indoors?: boolean
  /** What is random in the client and alike for all its links: uniform numbers, e.g. how far inside it is. */
  readonly ofClient?: Float64Array
}

/** What a propagation can tell of a link. */
export interface LinkState {
  /** Linear power gain. */
  readonly gain: number
  readonly lineOfSight: boolean
  /** Power of the line of sight over that of scattered paths, linear; 0 without one. */
  readonly kFactor: number
}

/** Where a propagation has been measured, from and to; absent where it is not limited. */
export interface Validity {
  readonly frequencyHz?: { readonly is: number; readonly range: readonly [number, number] }
  readonly distanceM?: readonly [number, number]
  readonly clientHeightM?: readonly [number, number]
  readonly serverHeightM?: readonly [number, number]
}

/** Mean gain of a link from where its ends are. */
export interface Propagation {
  /** Linear power gain. */
  meanGain(link: LinkPlace): number
  /** The same with what else is known of the link, which fading may go by. Absent where nothing is. */
  link?(link: LinkPlace): LinkState
  /** Whether gains are the same wherever clients stand: then they cannot be asked to move. */
  readonly ignoresPositions?: true
  /** Height of servers, m, where the scenario says nothing; absent where heights make no difference. */
  readonly usualServerHeightM?: number
  /** Beyond this a run is warned. */
  readonly validity?: Validity
}

/** Power of small-scale fading, unit mean, independent per link and channel. */
export interface Fading {
  /** Fills in powers of the channels of a link, or of several alike, independent draws of unit mean. */
  fill(power: Float64Array, random: RandomStream, link?: LinkState): void
  /**
   * Replaces powers that `fill` drew by what they are later, given what they were: the complex amplitudes of the
   * scattered paths have become ρ·h + √(1 − ρ²)·w (Gauss-Markov), with `correlation` ρ from 0 to 1.
   *
   * The law of `fill` stays as it is, and 1 leaves every power unchanged. How much of `random` is read may depend on
   * the powers but not on ρ, so that draws are common to all correlations. Absent where it cannot be told; such fading
   * does not age.
   */
  age?(power: Float64Array, correlation: number, random: RandomStream, link?: LinkState): void
  /**
   * What `age` makes of a power on average. Absent where that is ρ²·power + 1 − ρ², as without a line of sight.
   */
  expectedAfter?(power: number, correlation: number, link?: LinkState): number
  /**
   * Power of the line of sight over that of scattered paths, linear, where the complex amplitude is the sum of such a line
   * and normal scattered paths: then it can be followed over time. Absent where it is none.
   */
  kFactor?(link?: LinkState): number
}

/** How clients move. */
export interface Mobility {
  /**
   * The trajectory of one client from time 0; `random` belongs to this client alone.
   *
   * Asked more than once for the same client, as each scheduler's clock runs on its own: with equal streams,
   * trajectories must be equal. Throws a `UserError` where the client cannot start there.
   */
  trajectory(client: { index: number; start: Position; area: Area; random: RandomStream }): Trajectory
}

/**
 * Where a client is at a simulated time, s, from 0; asked for times that never decrease.
 *
 * The answer depends on the time alone, never on which times were asked for before.
 */
export type Trajectory = (time: number) => Position

/** Gains that come from elsewhere than propagation and fading, e.g. measurements. */
export interface GainSource {
  /** How many rounds it can give, where that is limited. */
  readonly rounds?: number
  /**
   * Writes a round's linear power gains, K×N×M row-major; a round counts from 0, and begins at a simulated time, s, with
   * clients in these places, m.
   *
   * Returns whether downlink gains were given; else the uplink's serve both ways.
   */
  fill(
    round: number,
    uplinkGain: Float64Array,
    downlinkGain: Float64Array,
    time?: number,
    clientPositions?: readonly Position[],
  ): boolean | Promise<boolean>
  /** Whether gains go by time and not by round: each scheduler's clock then asks for its own. */
  readonly byTime?: true
  /** Whether gains go by where clients are: then they can be asked to move. */
  readonly byPlace?: true
}

/** Clients that leave and come back over simulated time. */
export interface Churn {
  /** How one client comes and goes; each call starts over and gives the same. */
  timeline(client: number): PresenceTimeline
}

/** When a client leaves and comes back, in turns. */
export interface PresenceTimeline {
  /** Whether it is there at time 0. */
  readonly presentAtStart: boolean
  /** The simulated time of its next change, s, never before the last one; Infinity when there are no more. */
  next(): number
}

/** Clients that compute slower or faster than their processors say. */
export interface ComputeTime {
  /** Factor, above 0, on a client's computing time in a round; `random` belongs to this client and round alone. */
  factor(at: { client: number; round: number; random: RandomStream }): number
}

/** The contract that each kind of plugin fulfils. */
export interface ContractOf {
  scheduler: Scheduler
  allocator: Allocator
  placement: Placement
  propagation: Propagation
  fading: Fading
  rate: RateCurve
  mobility: Mobility
  gains: GainSource
  churn: Churn
  'compute-time': ComputeTime
  dataset: Dataset
  partition: Partition
  aggregator: Aggregator
  model: Model
  protocol: Protocol
  objective: Objective
  estimator: Estimator
}

/** A kind of plugin: what a scenario can choose. */
export type PluginKind = keyof ContractOf

/** Every kind of plugin, with the folder of the built-in ones. */
export const pluginFolders: Readonly<Record<PluginKind, string>> = {
  scheduler: 'schedulers',
  allocator: 'allocators',
  placement: 'placement',
  propagation: 'propagation',
  fading: 'fading',
  rate: 'rates',
  mobility: 'mobility',
  gains: 'gains',
  churn: 'churn',
  'compute-time': 'compute-time',
  dataset: 'datasets',
  partition: 'partitions',
  aggregator: 'aggregators',
  model: 'models',
  protocol: 'protocols',
  objective: 'objectives',
  estimator: 'estimators',
}
