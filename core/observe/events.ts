import { EventEmitter } from 'eventemitter3'
import type { Assignment } from '../network/assignment.js'
import type { RoundCost } from '../network/round-cost.js'
import type { Position } from '../plugin/contracts.js'

/**
 * What a client does in a round, in this order: `training` is that of a whole model, all of it before the upload, where what
 * is cut computes its head forward and, behind the downlink, backward.
 */
export const phases = ['training', 'head-forward', 'uplink', 'edge', 'downlink', 'head-backward'] as const

/** A phase of a client's round. */
export type Phase = (typeof phases)[number]

/** What the same decision would have cost if channels aged otherwise; by eqs. (5)-(19), decision time included. */
export interface AgingRecord {
  readonly round: number
  readonly scheduler: string
  /** Coherence time, s. */
  readonly coherenceSeconds: number
  /** Simulated time that the decision took, s. */
  readonly delaySeconds: number
  readonly cost: number
  /** s */
  readonly time: number
}

/** What the twin took a scheduler's round to cost, and what it did cost. */
export interface TwinRecord {
  readonly round: number
  readonly scheduler: string
  /** By eqs. (5)-(19) in the network as the twin had it. */
  readonly predictedCost: number
  /** s */
  readonly predictedTime: number
  /** In the physical network. */
  readonly cost: number
  /** s */
  readonly time: number
  /** Rounds since the twin heard of a client, averaged over the clients. */
  readonly age: number
  /** Mean |ln(cost / predictedCost)| over the window where it went beyond the threshold; else null. */
  readonly deviation: number | null
  /** Whether the scheduler was trained on because of that. */
  readonly tuned: boolean
}

/** What can go wrong under dynamic dynamics. */
export type FaultKind = 'absence' | 'outage' | 'failure' | 'deadline'

/** A client that is away, a link or a server that is down, a client that the deadline broke off; simulated times, s. */
export interface Fault {
  readonly kind: FaultKind
  /** Null for a failure. */
  readonly client: number | null
  /** Null for an absence. */
  readonly server: number | null
  readonly start: number
  /** Null where it never ends. */
  readonly end: number | null
}

/** What a scheduler's round came to; times are simulated, s. */
export interface RoundRecord {
  readonly round: number
  readonly scheduler: string
  readonly assignment: Assignment
  readonly cost: RoundCost
  /** What eqs. (5)-(18) say of the same assignment; `cost` itself under static dynamics. */
  readonly staticCost: RoundCost
  readonly startTime: number
  /** Simulated time that the decision took; part of the round's time in both costs. */
  readonly decisionTime: number
  /** Clients that could take part when the round started: neither quit nor away. */
  readonly active: number
  /** Clients that were given a slot. */
  readonly served: number
  /** Clients of those that came to their end. */
  readonly completed: number
  /** Clients that shared a slot (C5). */
  readonly violations: number
  /** No feasible assignment costs less, as far as the scheduler proved; null where it proves nothing. */
  readonly bound: number | null
}

/** A budget that was spent: a client's energy, or the run's latency (client null). */
export interface SpentBudget {
  readonly round: number
  readonly scheduler: string
  readonly client: number | null
  readonly time: number
  readonly spent: number
  readonly budget: number
}

/** What a round of learning came to; `scheduler` is also what the reference goes by. */
export interface LearningRecord {
  readonly round: number
  readonly scheduler: string
  /** How it was learned, e.g. `collaborative`. */
  readonly protocol: string
  /** Mean cross entropy over the samples of the round, before each step; null where nobody trained. */
  readonly loss: number | null
  /** Of the test set; null in rounds that end without a test, Infinity where learning diverged (`hasDiverged`). */
  readonly testLoss: number | null
  /** Null where learning diverged, too. */
  readonly accuracy: number | null
  /** Clients that trained. */
  readonly clients: number
  readonly samples: number
  /** Times through the training set so far. */
  readonly epoch: number
  /** Simulated time at the round's end, s, and energy spent so far, J; null for the reference, which costs nothing. */
  readonly time: number | null
  readonly energy: number | null
}

/** Whether the model is made of numbers no more: it is tested no more, learns no more, and this is its last round. */
export const hasDiverged = ({ testLoss }: { readonly testLoss: number | null }): boolean =>
  testLoss === Number.POSITIVE_INFINITY

/** Updates of a round that an aggregator could not put together: the weights stayed as they were. */
export interface UnaggregatedRecord {
  readonly round: number
  readonly scheduler: string
  readonly part: 'body' | 'head'
  readonly updates: number
  readonly reason: string
}

/** What a client that shares its head has spent of privacy. */
export interface PrivacyRecord {
  readonly round: number
  readonly scheduler: string
  readonly client: number
  /** At the scenario's δ; Infinity where nothing bounds it. */
  readonly epsilon: number
  /** How often it has shared its head. */
  readonly releases: number
}

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
  decision: (decision: {
    readonly round: number
    readonly scheduler: string
    /** Wall clock. */
    readonly decisionSeconds: number
  }) => void
  /** Under a time limit: a scheduler has returned a promise, which is waited for until it settles or is given up. */
  'scheduler:waiting': (wait: {
    readonly round: number
    readonly scheduler: string
    readonly waiting: boolean
  }) => void
  /** A client has ended a phase of its round; times on the scheduler's clock, s. */
  phase: (phase: {
    readonly round: number
    readonly scheduler: string
    /** Null for the decision, which all wait for. */
    readonly client: number | null
    readonly phase: Phase | 'decision'
    readonly start: number
    readonly end: number
  }) => void
  /** Something went wrong for somebody: an outage, a straggler, a server that failed. */
  fault: (fault: Fault & { readonly round: number; readonly scheduler: string }) => void
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
  /** What of privacy clients have spent after a round. */
  privacy: (record: PrivacyRecord) => void
  /** Who holds which samples, told before the first round: samples by client, then class. */
  partition: (partition: {
    readonly samples: readonly (readonly number[])[]
    readonly classNames: readonly string[]
  }) => void
  /** What the model took test samples for, told when the run has ended: C×C, row-major, a row for each true class. */
  confusion: (confusion: {
    readonly scheduler: string
    readonly classNames: readonly string[]
    readonly samples: Int32Array
  }) => void
  /** A client's energy, or the run's time, is spent. */
  'budget:spent': (spent: SpentBudget) => void
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
