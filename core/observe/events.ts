import { EventEmitter } from 'eventemitter3'
import type { Assignment } from '../network/assignment.js'
import type { RoundCost } from '../network/round-cost.js'
import type { Position } from '../plugin/contracts.js'

/** What a client does in a round, in this order. */
export const phases = ['head-forward', 'uplink', 'edge', 'downlink', 'head-backward'] as const

export type Phase = (typeof phases)[number]

/** What a scheduler's round came to; times are simulated, s. */
export interface RoundRecord {
  readonly round: number
  readonly scheduler: string
  readonly assignment: Assignment
  readonly cost: RoundCost
  readonly startTime: number
  /** Clients that had not quit when the round started. */
  readonly active: number
  /** Clients that were given a slot. */
  readonly served: number
  /** Clients that shared a slot (C5). */
  readonly violations: number
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

/** Everything that can be observed, with what listeners are given. */
export interface RunEvents {
  'round:start': (round: {
    readonly round: number
    readonly clientPositions: readonly Position[]
    readonly serverPositions: readonly Position[]
  }) => void
  decision: (decision: {
    readonly round: number
    readonly scheduler: string
    /** Wall clock. */
    readonly decisionSeconds: number
  }) => void
  phase: (phase: {
    readonly round: number
    readonly scheduler: string
    readonly client: number
    readonly phase: Phase
    readonly start: number
    readonly end: number
  }) => void
  'scheduler:round': (record: RoundRecord) => void
  'budget:spent': (spent: SpentBudget) => void
  'round:end': (round: { readonly round: number }) => void
}

/**
 * Tells observers what happens in a run.
 *
 * Observers only read: what they are handed has been used by then, so nothing they do changes the run.
 */
export class RunBus extends EventEmitter<RunEvents> {}
