import type { Budgets } from '../environment/parameters.js'
import type { DecisionVariable } from '../network/decision.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Scheduler } from '../plugin/contracts.js'
import type { Estimator } from '../plugin/estimator-contract.js'
import type { InformationTier } from '../plugin/tiers.js'
import type { TrainingEnvironment } from '../plugin/training-contracts.js'
import type { Replica } from '../twin/replica.js'
import type { NamedAllocator } from './allocation.js'
import type { DecisionRules } from './check-decision.js'
import type { DecisionDelay } from './decision-delay.js'
import type { CreateDynamics } from './dynamics/dynamics.js'

/** A scheduler as the scenario names it. */
export interface NamedScheduler {
  readonly label: string
  readonly plugin: string
  readonly tier: InformationTier
  /** Not one of cotwin's own: what it throws is its author's to mend. */
  readonly outside: boolean
  readonly scheduler: Scheduler
  /** What it decides: slots, and what else it declares. */
  readonly decides: readonly DecisionVariable[]
  /** What of that the scenario opens beside slots. */
  readonly open: ReadonlySet<DecisionVariable>
  /** All that the scenario opens, for allocators, too. */
  readonly opened: ReadonlySet<DecisionVariable>
  /** What fills in the rest of its decisions. */
  readonly allocators: readonly NamedAllocator[]
}

/** What all schedulers of an experiment have in common. */
export interface SchedulerRunSettings {
  readonly parameters: NetworkParameters
  readonly budgets: Budgets
  readonly dynamics: CreateDynamics
  readonly decisionDelay: DecisionDelay
  /** Wall-clock time that a scheduler may take, s; null for any. */
  readonly decisionLimitSeconds: number | null
  /** Coherence time of the channels, s; Infinity where they do not age. */
  readonly coherenceSeconds: number
  /** Coherence times, s, at which it is told what the same decisions would have cost. */
  readonly otherCoherenceSeconds: readonly number[]
  readonly rules: DecisionRules
  /** Whether rounds cost what the equations say of the network that was decided on, slots unshared. */
  readonly boundsHold: boolean
  /** The twin that schedulers decide on; undefined where it is perfect. */
  readonly twin: TwinSettings | undefined
}

/** How the twin of a scheduler is made, watched and trained on. */
export interface TwinSettings {
  /** Rounds that a deviation is taken over. */
  readonly window: number
  /** Infinity where deviations are not told. */
  readonly threshold: number
  /** The replica of a scheduler's world, with what makes it up of reports. */
  open(label: string): { readonly replica: Replica; readonly estimator: Estimator }
  /** Steps that a scheduler is trained on where the two have come apart. */
  readonly fineTuneSteps: number
  /** What it is trained in then: networks of this scheduler's and round's own. */
  openTrainingEnvironment(label: string, round: number): Promise<TrainingEnvironment>
}
