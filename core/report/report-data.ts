import type { RowOf } from '../observe/table.js'
import type {
  clientsTable,
  decisionsTable,
  faultsTable,
  phasesTable,
  positionsTable,
  quitsTable,
  roundsTable,
  walksTable,
} from '../observe/tables.js'
import type { twinTable } from '../observe/twin-table.js'
import type { Ending } from '../results/endings.js'
import type { Figures } from '../results/table-data.js'
import type { LearningData } from './learning-data.js'

/**
 * What one scheduler did in every round it took part in: each column of `rounds`, one entry a round, ascending, and the
 * wall-clock time of the decision, NaN where it was not measured.
 */
export type SchedulerRounds = Figures<typeof roundsTable> &
  Pick<Figures<typeof decisionsTable>, 'decisionSeconds'> & {
    /** Of a job with its label behind; its rounds are those of the job. */
    readonly label: string
    /** The scheduler and the job that these are of, where several jobs share the network. */
    readonly of?: { readonly scheduler: string; readonly job: string }
    readonly plugin: string
    readonly tier: string
  }

/** A client that spent its energy budget, or (client null) a run that spent its latency budget. */
export type Quit = RowOf<typeof quitsTable>

/** Where a client or server stood in the detailed round; `scheduler` is null where it is the same for all. */
export type Position = RowOf<typeof positionsTable>

/** A client's slot in the detailed round, and what it came to. */
export type Link = RowOf<typeof clientsTable>

/** A phase of a client (null: of the whole round), in simulated seconds. */
export type Phase = RowOf<typeof phasesTable>

/** Something that went wrong by the end of the detailed round, in simulated seconds; an end that is null never came. */
export type Fault = RowOf<typeof faultsTable>

/** Where clients that move went: a client's points in the order of time. */
export type WalkPoint = RowOf<typeof walksTable>

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
export type Prediction = RowOf<typeof twinTable>

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
  /** The protocol of processes that there was in place of rounds; absent where there was none. */
  readonly protocol?: string
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
