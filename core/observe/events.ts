import { EventEmitter } from 'eventemitter3'
import type { Assignment } from '../network/assignment.js'
import type { Decision } from '../network/decision.js'
import type { RoundCost } from '../network/round-cost.js'
import type { Position } from '../plugin/contracts.js'
import type { learningTable, privacyTable, unaggregatedTable } from './learning-tables.js'
import type { RowOf } from './table.js'
import type {
  agingTable,
  backhaulTable,
  decisionsTable,
  faultsTable,
  phasesTable,
  quitsTable,
  roundsTable,
  updatesTable,
} from './tables.js'
import type { twinTable } from './twin-table.js'

/**
 * What a client does in a round, in this order: `training` is that of a whole model, all of it before the upload, where what
 * is cut computes its head forward and, behind the downlink, backward.
 */
export const phases = ['training', 'head-forward', 'uplink', 'edge', 'downlink', 'head-backward'] as const

/** A phase of a client's round. */
export type Phase = (typeof phases)[number]

/** What the same decision would have cost if channels aged otherwise; by eqs. (5)-(19), decision time included. */
export type AgingRecord = RowOf<typeof agingTable>

/** What the twin took a scheduler's round to cost, and what it did cost. */
export type TwinRecord = Omit<RowOf<typeof twinTable>, 'tuned'> & {
  /** Whether the scheduler was trained on because of that. */
  readonly tuned: boolean
}

/** A client that is away, a link or a server that is down, a client that the deadline broke off; simulated times, s. */
export type Fault = Omit<RowOf<typeof faultsTable>, 'round' | 'scheduler'>

/** Figures of `rounds` that stand in the costs of a record, and under which name. */
type CostFigure =
  | 'cost'
  | 'time'
  | 'energy'
  | 'waitingEnergy'
  | 'serverEnergy'
  | 'backhaulEnergy'
  | 'staticCost'
  | 'staticTime'

/** What a scheduler's round came to, as `roundsTable` has it; times are simulated, s. */
export type RoundRecord = Omit<RowOf<typeof roundsTable>, CostFigure> & {
  readonly assignment: Assignment
  /** The assignment with all that was decided beside. */
  readonly decision: Decision
  readonly cost: RoundCost
  /** What eqs. (5)-(18) say of the same assignment; `cost` itself under static dynamics. */
  readonly staticCost: RoundCost
}

/** A budget that was spent: a client's energy, or the run's latency (client null). */
export type SpentBudget = RowOf<typeof quitsTable>

/** What a round of learning came to; `scheduler` is also what the reference goes by. */
export type LearningRecord = RowOf<typeof learningTable>

/** Whether the model is made of numbers no more: it is tested no more, learns no more, and this is its last round. */
export const hasDiverged = ({ testLoss }: { readonly testLoss: number | null }): boolean =>
  testLoss === Number.POSITIVE_INFINITY

/** Updates of a round that an aggregator could not put together: the weights stayed as they were. */
export type UnaggregatedRecord = RowOf<typeof unaggregatedTable>

/** What a client that shares its head has spent of privacy. */
export type PrivacyRecord = RowOf<typeof privacyTable>

/** Everything that can be observed, with what listeners are given. */
export interface RunEvents {
  /** A round begins for everyone; positions in m. */
  'round:start': (round: {
    readonly round: number
    /** Null where clients move: then each scheduler's clock has them elsewhere. */
    readonly clientPositions: readonly Position[] | null
    readonly serverPositions: readonly Position[]
  }) => void
  /** Where clients that move are as a scheduler's round starts. */
  positions: (positions: {
    readonly round: number
    readonly scheduler: string
    readonly clientPositions: readonly Position[]
  }) => void
  /** A scheduler has decided. */
  decision: (decision: RowOf<typeof decisionsTable>) => void
  /** Under a time limit: a scheduler has returned a promise, which is waited for until it settles or is given up. */
  'scheduler:waiting': (wait: {
    readonly round: number
    readonly scheduler: string
    readonly waiting: boolean
  }) => void
  /** A client has ended a phase of its round; times on the scheduler's clock, s. */
  phase: (
    phase: RowOf<typeof phasesTable> & { readonly phase: Phase | 'synchronisation' | 'decision' },
  ) => void
  /** Something went wrong for somebody: an outage, a straggler, a server that failed. */
  fault: (fault: RowOf<typeof faultsTable>) => void
  /** A scheduler's round has ended, with what it cost. */
  'scheduler:round': (record: RoundRecord) => void
  /** What a round would have cost at other coherence times. */
  aging: (aging: AgingRecord) => void
  /** Of every round where the twin is not perfect. */
  twin: (record: TwinRecord) => void
  /** What the twin predicts has become too far from what comes of it. */
  'twin:deviation': (deviation: {
    readonly round: number
    readonly scheduler: string
    readonly deviation: number
  }) => void
  /** A model was tested after a round. */
  learning: (record: LearningRecord) => void
  /** An aggregator could not put together what a round brought. */
  unaggregated: (record: UnaggregatedRecord) => void
  /** An update was put together with others, or alone, under a protocol of processes. */
  update: (record: RowOf<typeof updatesTable>) => void
  /** A body went over the backhaul, under a protocol of processes. */
  backhaul: (record: RowOf<typeof backhaulTable>) => void
  /** What of privacy clients have spent after a round. */
  privacy: (record: PrivacyRecord) => void
  /** Who holds which samples, told before the first round: samples by client, then class; of a job, of which `clients`. */
  partition: (partition: {
    readonly job?: string
    readonly clients?: Int32Array
    readonly samples: readonly (readonly number[])[]
    readonly classNames: readonly string[]
  }) => void
  /** What the model took test samples for, told when the run has ended: C×C, row-major, a row for each true class. */
  confusion: (confusion: {
    readonly scheduler: string
    readonly job?: string
    readonly classNames: readonly string[]
    readonly samples: Int32Array
  }) => void
  /** A client's energy, or the run's time, is spent. */
  'budget:spent': (spent: SpentBudget) => void
  /** How long an objective's virtual queues are behind a scheduler's round, by client. */
  queues: (queues: {
    readonly round: number
    readonly scheduler: string
    readonly term: number
    readonly objective: string
    readonly lengths: Float64Array
  }) => void
  /** A round has ended for everyone. */
  'round:end': (round: { readonly round: number }) => void
  /** No more rounds are played for now, though some are left. */
  interrupted: (at: { readonly rounds: number }) => void
  /** Where clients that move went, told when the run has ended, however it did: positions by time, then client. */
  walked: (walk: {
    readonly times: readonly number[]
    readonly positions: readonly (readonly Position[])[]
  }) => void
}

/**
 * Tells observers what happens in a run.
 *
 * Observers only read: what they are handed has been used by then, so nothing they do changes the run.
 */
export class RunBus extends EventEmitter<RunEvents> {}
