import type { Aggregator, Dataset } from '../plugin/learning-contracts.js'
import type { TensorOperations } from '../plugin/model-contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import type { OptimiserOptions } from '../tensor/index.js'
import type { CutModel, ModelPart } from './cut.js'
import type { HeadSharing } from './head-sharing.js'
import type { Protocol } from './protocols.js'
import type { SampleRows } from './sample-rows.js'
import type { LearningSection } from './settings.js'

/** Everything that learners of one protocol start from; shared by all of them, since none changes it. */
export interface LearningTask {
  readonly operations: TensorOperations
  readonly settings: LearningSection
  /** What heads are trained with. */
  readonly headOptimiser: OptimiserOptions
  readonly protocol: Protocol
  readonly dataset: Dataset
  /** The samples of each client, as indices into the training set. */
  readonly parts: readonly Int32Array[]
  /** Samples of a round, D_n, length N. */
  readonly samplesPerRound: Float64Array
  readonly servers: number
  /** As the protocol cuts it: a whole model has an empty head. */
  readonly model: CutModel
  /** The same model cut behind a layer by its name; a `UserError` where there is none, or nothing can be cut there. */
  cutAt(name: string): CutModel
  /** Heads by structure, and which structure each client has. */
  readonly headParts: readonly ModelPart[]
  readonly structureOf: Int32Array
  /** Whether heads are trained; else what they make of each sample is in the rows. */
  readonly trainsHeads: boolean
  /** What goes into the trained part, of the training and the test set. */
  readonly trainRows: SampleRows
  readonly testRows: SampleRows
  readonly initialBody: Float32Array
  initialHead(client: number): Float32Array
  readonly createBodyAggregator: () => Promise<Aggregator>
  readonly createHeadAggregator: (structure: number) => Promise<Aggregator>
  readonly headSharing: HeadSharing
  /** Of this task alone; the same for all its learners. */
  readonly random: RandomSource
}
