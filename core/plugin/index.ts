/** What a plugin may import: contracts, `definePlugin`, and the numeric helpers. */
export { default as Type, type Static } from 'typebox'
export { readAsset } from '../assets.js'
export { formatProblem, type Problem, UserError } from '../errors.js'
export { hashOfFiles } from '../files/hash.js'
export { pythonImports } from '../files/python-imports.js'
export { readWholeFile } from '../files/read-file.js'
export { unreadable } from '../files/system-error.js'
export { fromDecibels, power } from '../kernel/power.js'
export { RandomStreams } from '../kernel/random.js'
export { normalProbability, RandomField } from '../kernel/random-field.js'
export { RandomStream } from '../kernel/random-stream.js'
export { nearestName } from '../nearest.js'
export {
  type Assignment,
  channelOf,
  findViolations,
  SITS_OUT,
  serverOf,
  slotOf,
} from '../network/assignment.js'
export type { ClientWork, RoundGains } from '../network/client-works.js'
export {
  asDecision,
  assignmentOf,
  type Decision,
  type DecisionVariable,
  decisionFields,
  type Grants,
  levelUpTo,
  OPEN,
  realFields,
  settled,
  wholeFields,
} from '../network/decision.js'
export { type DecisionFlaw, findDecisionFlaws } from '../network/decision-flaws.js'
export { type DecisionLimits, limitsOf, type Range } from '../network/decision-limits.js'
export { Evaluator } from '../network/evaluator.js'
export { InterferenceMeter } from '../network/interference.js'
export type { ClientChoice } from '../network/joint-clients.js'
export { MeasuredRound } from '../network/measured-round.js'
export { log2OnePlus } from '../network/rate.js'
export {
  type RateCurve,
  type RateTable,
  spectralEfficiency,
  type TruncatedShannon,
} from '../network/rate-curve.js'
export {
  budgetEnergyOf,
  evaluateRound,
  type RoundCost,
  receivingEnergy,
  systemCost,
  transmitEnergy,
} from '../network/round-cost.js'
export { linksOf, noisesOf, ownSlots, type RoundLinks } from '../network/round-links.js'
export {
  type Access,
  type CutLoad,
  gainIndex,
  type NetworkParameters,
  type Payload,
  type Prices,
  type RoundNetwork,
} from '../network/round-network.js'
export {
  clockOf,
  downlinkBitsOf,
  edgeWorkOf,
  headEnergyOf,
  headTimeOf,
  samplesOf,
  uplinkBitsOf,
} from '../network/round-work.js'
export { type ServerConsumption, type ServerEnergy, totalServerEnergy } from '../network/server-energy.js'
export { FOREVER, sinrFor, sinrOf, transferTime } from '../network/transfer.js'
export * from '../optimisation/index.js'
export { allFinite } from './all-finite.js'
export type { AllocationContext, Allocator } from './allocator-contract.js'
export type {
  Area,
  Churn,
  ComputeTime,
  ContractOf,
  Fading,
  GainSource,
  LinkPlace,
  LinkState,
  Mobility,
  Placement,
  PluginKind,
  Position,
  PresenceTimeline,
  Propagation,
  RoundOutcome,
  Scheduler,
  Trajectory,
  Validity,
} from './contracts.js'
export {
  type AnyPlugin,
  definePlugin,
  type NetworkSizes,
  type OptionMemory,
  type PluginDefinition,
} from './definition.js'
export type { Estimator, GainReport, Present } from './estimator-contract.js'
export { Episode, type EpisodeState } from './games/episode.js'
export { heldSlots } from './games/held-slots.js'
export { JointObservation, type Observed, stateSizes } from './games/observation.js'
export { ParallelGame, type PlayedGame } from './games/parallel-game.js'
export { greatestFree, repair } from './games/repair.js'
export { nearestFree, RequestBoard } from './games/request-board.js'
export {
  OBSERVATION_LIMIT,
  RequestObservation,
  type RequestOptions,
} from './games/request-observation.js'
export { requestOrder } from './games/request-order.js'
export { closeBudgets, type Reward, type RewardForm, tuneReward } from './games/reward.js'
export { requestReward, SequentialGame } from './games/sequential-game.js'
export type { LearnedScene } from './learned-scene.js'
export type {
  Aggregator,
  Dataset,
  ExpectedUpdate,
  LocalOptimiser,
  LocalTraining,
  ModelUpdate,
  Partition,
  RunningAggregation,
  Samples,
} from './learning-contracts.js'
export { type LearningProtocol, learningProtocols } from './learning-protocols.js'
export type {
  Initialiser,
  LayeredModel,
  Model,
  ModelLayer,
  ModelParameter,
  Tensor,
  TensorOperations,
} from './model-contracts.js'
export {
  blockLayer,
  type ConvolutionShape,
  convolutionLayer,
  denseLayer,
  flatten,
  globalMeanPool,
  lstmLayer,
  poolLayer,
  windowed,
} from './model-layers.js'
export {
  type AllocatorFactory,
  type FileSource,
  type PluginReference,
  type RandomSource,
  type SchedulerFactory,
  type TensorEngineFactory,
  tokens,
} from './needs.js'
export type { Objective, ObjectiveOutcome, ObjectiveTerms } from './objective-contract.js'
export { pluginReference } from './options.js'
export type {
  ModelTail,
  PartOfLoad,
  PartOfWork,
  Protocol,
  ProtocolWorld,
  Turn,
} from './protocol-contracts.js'
export type { Checkpointable, SavedArray, SavedState } from './saved-state.js'
export { policyMisfit, readPolicy } from './state-file.js'
export { type InformationTier, includesTier, informationTiers } from './tiers.js'
export type {
  Trainer,
  TrainingEnvironment,
  TrainingProgress,
  TwinEpisodes,
  Variety,
} from './training-contracts.js'
export type { SchedulerView } from './view.js'
