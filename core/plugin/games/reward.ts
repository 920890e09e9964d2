/** Which function of a round's cost agents are rewarded by. */
export type RewardForm = 'literal' | 'reciprocal-scaled' | 'negative-log-cost'

/** Rewards of rounds within the budgets; 0 beyond them, eq. (20). */
export type Reward = (cost: number) => number

/** What is left of the budgets after a round, as eq. (20) asks. */
export interface BudgetsLeft {
  /** 1 for each client that had energy left before the round, length N, and after it. */
  readonly before: Uint8Array
  readonly after: Uint8Array
  /** Whether nobody goes on: T^max is spent, or every client's energy. */
  readonly ended: boolean
}

/**
 * The second case of eq. (20): sets the reward of every agent to 0 whose energy, or whose time, the round has spent.
 *
 * Returns what each agent's following value counts for: nothing where there is none to follow, and -1 for an agent
 * that had no part in the round.
 */
export function closeBudgets(
  rewards: Float32Array,
  { before, after, ended }: BudgetsLeft,
  discount: number,
): Float32Array {
  const discounts = new Float32Array(rewards.length)
  for (let agent = 0; agent < rewards.length; agent++) {
    const spent = ended || !after[agent]
    if (spent) rewards[agent] = 0
    discounts[agent] = !before[agent] ? -1 : spent ? 0 : discount
  }
  return discounts
}

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
