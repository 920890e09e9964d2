import type { Simulation } from '../../kernel/index.js'
import type { Assignment } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import type { RoundCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { Fault, Phase } from '../../observe/events.js'
import type { StatePart } from '../../plugin/state-part.js'

/** Told of each phase of a client as it ends, or is broken off; simulated times, s. */
export type PhaseListener = (client: number, phase: Phase, start: number, end: number) => void

/** Told of what goes wrong, as it begins. */
export type FaultListener = (fault: Fault) => void

/** A phase in which a client computes, with its share of the time and energy of eqs. (5) and (6). */
export interface ComputingPhase {
  readonly phase: Extract<Phase, 'training' | 'head-forward' | 'head-backward'>
  readonly share: number
}

/** What clients compute before the uplink and behind the downlink; together all of it. */
export interface LocalComputing {
  readonly before: ComputingPhase
  readonly after: ComputingPhase | null
}

/** What is to happen in a round. */
export interface RoundPlan {
  /** From 1. */
  readonly round: number
  readonly network: RoundNetwork
  /** How the network goes on while the round lasts, looked at every so often; absent where it holds for the round. */
  readonly followed?: { readonly stepSeconds: number; networkAt(seconds: number): RoundNetwork }
  readonly assignment: Assignment
  /** The assignment with all that was decided beside; absent where that is nothing. */
  readonly decision?: Decision
  readonly onPhase: PhaseListener
}

/** What happened. */
export interface PlayedRound {
  readonly cost: RoundCost
  /** What eqs. (5)-(18) say of the same assignment. */
  readonly staticCost: RoundCost
}

/**
 * How rounds happen in the world of one scheduler, round after round on one clock.
 */
export interface Dynamics {
  /** Absent where nothing but the clock goes on. Restoring it lets time pass; the clock then stands at or before where it was. */
  readonly state?: StatePart
  /** 1 for each client that is there at this moment, length N. */
  readonly present: Uint8Array
  /** Lets time pass until one of these clients is there (1 in `wanted`, length N); false where none ever will be. */
  awaitAnyOf(wanted: Uint8Array): boolean
  /** Lets a round begin now; afterwards the clock stands at its end, or where it was if the round never ends. */
  play(plan: RoundPlan): PlayedRound
}

/** Makes the dynamics of one scheduler's world. */
export type CreateDynamics = (simulation: Simulation, onFault: FaultListener) => Dynamics
