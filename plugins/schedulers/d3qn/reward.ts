/** Which function of a round's cost agents are rewarded by. */
export type RewardForm = 'literal' | 'reciprocal-scaled' | 'negative-log-cost'

/** Rewards of rounds within the budgets; 0 beyond them, eq. (20). */
export type Reward = (cost: number) => number

/** "Slightly greater than the reciprocal of minimum system cost" (VI-A). */
const SLIGHTLY_GREATER = 1.05
/** A round that never ends would be infinitely bad, which no network can learn. */
const WORST = -20

/**
 * The reward of a round by its cost, tuned on the costs of a small batch of random explorations (VI-A).
 *
 * `literal`: ρ + 1/cost, eq. (20), ρ slightly greater than the reciprocal of the least cost of the batch.
 * `reciprocal-scaled`: the same times that least cost. `negative-log-cost`: −log(cost / median of the batch).
 */
export function tuneReward(form: RewardForm, explored: Float64Array): Reward {
  const sorted = explored.toSorted()
  const least = sorted[0]
  const rho = SLIGHTLY_GREATER / least
  if (form === 'literal') return (cost) => rho + 1 / cost
  if (form === 'reciprocal-scaled') return (cost) => least * (rho + 1 / cost)
  const median = sorted[sorted.length >> 1]
  return (cost) => Math.max(WORST, -Math.log(cost / median))
}
