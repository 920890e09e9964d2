/** Collaborative learning over rounds: what is trained, by whom, and how it is put together (Section III). */
export { createTask } from './create-task.js'
export type { Evaluation } from './evaluation.js'
export { type CompletedClient, Learner, type LearningResult, type SpentPrivacy } from './learner.js'
export { withLoadOf } from './load.js'
export { type LearningPlan, type LearningScenario, planLearning } from './plan.js'
export { type ProtocolName, protocolNames, protocols } from './protocols.js'
export type { LearningSection } from './settings.js'
export type { LearningTask } from './task.js'
