import { hasDiverged } from '../results/diverged.js'

/** A model that was learned, round by round; arrays have one entry a round, NaN where there is nothing to tell. */
export interface LearnedModel {
  /** The scheduler whose clients learned it, or the reference. */
  readonly label: string
  readonly protocol: string
  /** Rounds from 1, ascending. */
  readonly round: Float64Array
  /** Mean cross entropy over the samples of the round. */
  readonly loss: Float64Array
  /** Of the test set, in rounds with a test. */
  readonly testLoss: Float64Array
  readonly accuracy: Float64Array
  readonly samples: Float64Array
  /** Times through the training set by the end of the round. */
  readonly epoch: Float64Array
  /** Simulated time at the end of the round, s. */
  readonly time: Float64Array
  /** Energy spent by then, J. */
  readonly energy: Float64Array
}

/** The round in which a model diverged, and with which its learning ended; null where it did not. */
export function divergedIn({ round, testLoss }: LearnedModel): number | null {
  const row = testLoss.findIndex((loss) => hasDiverged({ testLoss: loss }))
  return row < 0 ? null : round[row]
}

/** Samples of one class that a client holds. */
export interface HeldSamples {
  readonly client: number
  readonly label: number
  readonly className: string
  readonly samples: number
}

/** Test samples of a class that a model took for a class. */
export interface PredictedSamples {
  readonly scheduler: string
  readonly label: number
  readonly className: string
  readonly predicted: number
  readonly samples: number
}

/** ε that clients have spent by a round; infinite where nothing bounds it. */
export interface SpentEpsilon {
  readonly scheduler: string
  readonly round: number
  readonly client: number
  readonly epsilon: number
}

/** Updates of a round that could not be put together. */
export interface LostUpdates {
  readonly scheduler: string
  readonly round: number
  readonly reason: string
}

/** What a run learned. */
export interface LearningData {
  /** The schedulers' in the scenario's order, then the reference. */
  readonly models: readonly LearnedModel[]
  readonly partition: readonly HeldSamples[]
  /** Empty where the run was killed. */
  readonly confusion: readonly PredictedSamples[]
  readonly privacy: readonly SpentEpsilon[]
  readonly unaggregated: readonly LostUpdates[]
}
