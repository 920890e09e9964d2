/** Collaborative learning over rounds: what is trained, by whom, and how it is put together (Section III). */
export { createTask } from './create-task.js'
export { Learner } from './learner.js'
export { bitsOfBody, tailOf, withLoadOf } from './load.js'
export { type LearningPlan, planLearning } from './plan.js'
export type { Precision } from './precision.js'
export type { CompletedClient, LearningResult, RowCourse } from './round-of-learning.js'
export type { LearningTask } from './task.js'
