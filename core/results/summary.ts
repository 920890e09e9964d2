import type { Distribution, Estimate } from '../statistics/descriptive.js'
import type { Ending } from './endings.js'

/** A scheduler's costs against the baseline's, over the rounds that both took part in. */
export interface SummaryAgainst {
  readonly baseline: string
  readonly rounds: number
  /** Mean cost over the baseline's. */
  readonly ratio: Estimate
  readonly difference: Estimate
  /** Share of those rounds that were cheaper with no fewer clients that finished. */
  readonly won: number
  /** Whether as many clients were served in those rounds, and finished: costs of fewer clients do not compare. */
  readonly comparable: boolean
}

/** What a scheduler came to in a run. */
export interface SchedulerSummary {
  readonly label: string
  readonly plugin: string
  readonly tier: string
  /** Rounds it took part in; fewer than asked for where the latency budget was spent. */
  readonly rounds: number
  readonly cost: Distribution
  readonly time: Distribution
  readonly energy: Distribution
  readonly decisionSeconds: Distribution
  /** Clients that spent their energy budget. */
  readonly quit: number
  /** Client-rounds in which an active client was given no slot. */
  readonly satOut: number
  /** Client-rounds in which a client was given a slot. */
  readonly served: number
  /** Client-rounds that came to their end. */
  readonly completed: number
  /** Client-rounds that broke off: the client left, or the deadline came. */
  readonly unfinished: number
  /** Clients that shared a slot (C5), over all rounds. */
  readonly violations: number
  /** Why it ended before the rounds asked for; absent where it did not, and where only the run was stopped. */
  readonly ended?: Ending
  /** Absent for the baseline itself, and for a scheduler that shares no round with it. */
  readonly against?: SummaryAgainst
}

/** What a model came to; NaN where it was never trained or tested, or is made of numbers no more. */
export interface LearningSummary {
  /** The scheduler whose clients learned it, or the reference. */
  readonly label: string
  readonly protocol: string
  /** Mean cross entropy over the samples of the last round that anybody trained in. */
  readonly loss: number
  /** Of the last test. */
  readonly testLoss: number
  readonly accuracy: number
  /** The highest accuracy of all tests. */
  readonly bestAccuracy: number
  /** The round in which it diverged, and with which its learning ended; null where it did not. */
  readonly diverged: number | null
  /** Rounds of which an aggregator could not put the updates together, with the first and why; null where there are none. */
  readonly unaggregated: { readonly rounds: number; readonly first: number; readonly reason: string } | null
  /** Times through the training set. */
  readonly epochs: number
  readonly samples: number
  /** The largest ε that a client has spent, infinite where nothing bounds it; null where none is accounted for. */
  readonly epsilon: number | null
}

/** `summary.json`, and what `cotwin run --json` prints. */
export interface Summary {
  readonly runDirectory: string
  /** Rounds completed. */
  readonly rounds: number
  readonly seed: number
  /** In the scenario's order. */
  readonly schedulers: readonly SchedulerSummary[]
  /** Absent where nothing was learned. */
  readonly learning?: readonly LearningSummary[]
}
