/** cotwin as a library: run scenarios from a program; plugins import `cotwin/plugin`, simulations `cotwin/kernel`. */
export { formatProblem, type Problem, type SourcePlace, UserError } from './errors.js'
export { type Phase, type RoundRecord, RunBus, type RunEvents, type SpentBudget } from './observe/events.js'
export type { AnyPlugin } from './plugin/definition.js'
export { PluginRegistry } from './plugin/registry.js'
export { writeReport } from './report/index.js'
export { openRun, type StoredRun } from './results/read-run.js'
export type { SchedulerSummary, Summary } from './results/summary.js'
export { type PlayOptions, type ResumeOptions, type RunOptions, type RunResult, resume, run } from './run.js'
export { type LoadedScenario, type LoadOptions, loadScenario, parseScenario } from './scenario/load.js'
export type { Scenario } from './scenario/scenario.js'
export { compile, type Experiment } from './simulation/experiment.js'
export type { Distribution } from './statistics/descriptive.js'
export {
  type NewTrainingOptions,
  resumeTraining,
  type TrainingResult,
  type TrainOptions,
  train,
} from './train.js'
