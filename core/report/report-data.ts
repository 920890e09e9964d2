import type { Ending } from '../results/endings.js'
import type { LearningData } from './learning-data.js'
import type { RoundColumns } from './round-columns.js'

/** What one scheduler did in every round it took part in. */
export interface SchedulerRounds extends RoundColumns {
  readonly label: string
  readonly plugin: string
  readonly tier: string
  /** Wall-clock time of the decision, s; NaN where it was not measured. */
  readonly decisionSeconds: Float64Array
}

/** A client that spent its energy budget, or (client null) a run that spent its latency budget. */
export interface Quit {
  readonly round: number
  readonly scheduler: string
  readonly client: number | null
  readonly spent: number
  readonly budget: number
}

/** Where a client or server stood in the detailed round. */
export interface Position {
  /** On whose clock a client that moves was there; null where it is the same for all. */
  readonly scheduler: string | null
  readonly kind: 'client' | 'server'
  readonly index: number
  /** m */
  readonly x: number
  /** m */
  readonly y: number
}

/** A client's slot in the detailed round, and what it came to. */
export interface Link {
  readonly scheduler: string
  readonly client: number
  readonly server: number
  readonly channel: number
  /** Whether it came to the end of the round. */
  readonly completed: boolean
  /** s; NaN where it broke off. */
  readonly time: number
  /** J */
  readonly energy: number
}

/** A phase of a client (null: of the whole round), in simulated seconds. */
export interface Phase {
  readonly scheduler: string
  readonly client: number | null
  readonly phase: string
  readonly start: number
  readonly end: number
}

/** Something that went wrong by the end of the detailed round, in simulated seconds; an infinite end never came. */
export interface Fault {
  readonly scheduler: string
  readonly kind: string
  readonly client: number | null
  readonly server: number | null
  readonly start: number
  readonly end: number
}

/** Where clients that move went: a client's points in the order of time. */
export interface WalkPoint {
  readonly client: number
  /** s */
  readonly time: number
  /** m */
  readonly x: number
  /** m */
  readonly y: number
}

/** What a scheduler's rounds would have cost at one coherence time; one entry a round. */
export interface AgedRounds {
  readonly scheduler: string
  /** s */
  readonly coherenceSeconds: number
  /** s */
  readonly delaySeconds: Float64Array
  readonly cost: Float64Array
}

/** What the twin took one round of a scheduler to cost, and what it did. */
export interface Prediction {
  readonly scheduler: string
  readonly round: number
  readonly predictedCost: number
  readonly cost: number
}

/** The round whose associations and phases are drawn. */
export interface DetailedRound {
  readonly round: number
  readonly positions: readonly Position[]
  readonly links: readonly Link[]
  readonly phases: readonly Phase[]
  readonly faults: readonly Fault[]
}

/** A fact for the report's header and the place it is told under. */
export interface Fact {
  readonly name: string
  readonly value: string
}

/** Everything the report is made from: derived from a run directory's tables, and from nothing else. */
export interface ReportData {
  readonly name: string
  readonly description?: string
  readonly seed: number
  readonly roundsAsked: number
  readonly roundsDone: number
  readonly status: 'completed' | 'interrupted' | 'failed'
  /** Why the run was interrupted or failed. */
  readonly reason?: string
  readonly sizes: { readonly clients: number; readonly servers: number; readonly channels: number }
  /** Weights λ and μ of eq. (19a). */
  readonly weights: { readonly latency: number; readonly energy: number }
  readonly facts: readonly Fact[]
  /** The resolved scenario, as text. */
  readonly scenarioText: string
  /** Label of the scheduler that the others are compared with. */
  readonly baseline: string
  /** In the scenario's order. */
  readonly schedulers: readonly SchedulerRounds[]
  /** Why those that ended before the rounds asked for did, by label; absent where none did. */
  readonly endings?: ReadonlyMap<string, Ending>
  readonly quits: readonly Quit[]
  /** Whether simulated times follow what decisions took on the machine of the run. */
  readonly dependsOnMachine: boolean
  /** Whether interference and edge sharing followed who was active. */
  readonly dynamic: boolean
  /** Whether clients move, so that each scheduler's clock has them elsewhere; as `walks` say where it is not told. */
  readonly moving?: boolean
  /** Empty where clients stay. */
  readonly walks: readonly WalkPoint[]
  /** Empty where nothing was asked of other coherence times. */
  readonly aged: readonly AgedRounds[]
  /** Of every round where the twin is not perfect. */
  readonly predictions?: readonly Prediction[]
  /** Absent where nothing was learned. */
  readonly learning?: LearningData
  readonly detail?: DetailedRound
}
