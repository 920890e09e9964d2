/** Solvers of resource allocation: pure functions, SI units, each with its source. */
export { type EdgeClient, type EdgeCost, minimumEdgeCost } from './edge-cost.js'
export { ergodicRayleighEfficiency, exponentialIntegral } from './exponential-integral.js'
export { airtimeSeconds, commonComputingSeconds, type FedlProcessor } from './fedl.js'
export { goldenSection } from './golden-section.js'
export { integerShares } from './integer-shares.js'
export { lambertW0, lambertWMinus1 } from './lambert-w.js'
export { bestLocalSteps, driftAfter, type LocalStepsTask, lossBound } from './local-steps.js'
export { minimumCostMatching } from './matching.js'
export {
  type EnergyClient,
  type EnergyPlan,
  energyPlan,
  type MinimumEnergy,
  minimumEnergyShares,
} from './minimum-energy.js'
export { type ControlledPower, type PowerControl, powerControl, spectralRadius } from './power-control.js'
export { keepLargest, quantise } from './quantisation.js'
export { leastWhere, positiveRoot, risingRoot } from './roots.js'
export {
  clientSeconds,
  type Divided,
  leastBand,
  leastShare,
  minimumTimeShares,
  type SharedTransfer,
  type SlotClient,
  type SlotShares,
  transferSeconds,
} from './slot-shares.js'
export { successiveRates } from './successive-rates.js'
export { type QueuedUpload, queueTimes, takeUntilDeadline } from './upload-queue.js'
export { type WaterFilling, waterFilling } from './water-filling.js'
