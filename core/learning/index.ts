/** Collaborative learning over rounds: what is trained, by whom, and how it is put together (Section III). */
export { createTask } from './create-task.js'
export { type CompletedClient, Learner, type LearningResult } from './learner.js'
export { withLoadOf } from './load.js'
export { type LearningPlan, planLearning } from './plan.js'
export type { LearningTask } from './task.js'
