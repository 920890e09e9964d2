import type { Row } from '../../core/results/columns.js'

/** A row of the rounds table; what is not told is as in a plain round. */
export const roundRow = (told: Row): Row => ({
  round: 1,
  scheduler: 'random',
  cost: 1,
  time: 1,
  energy: 1,
  staticCost: 1,
  staticTime: 1,
  startTime: 0,
  decisionTime: 0,
  active: 16,
  served: 16,
  completed: 16,
  violations: 0,
  bound: null,
  ...told,
})
