import { evaluateRound } from '../../network/round-cost.js'
import { type Reward, tuneReward } from '../../plugin/games/reward.js'
import type { Twin } from '../../twin/training-environment.js'
import type { EnvironmentReward } from './environment.js'

/** Random rounds that a reward is tuned on, as many as `d3qn` takes by default. */
const EXPLORED = 256
/** What no reward is beyond: a round that never ends is a very bad one. */
const MOST = { 'negative-log-cost': 20, 'reciprocal-scaled': 1e6, literal: 1e6, objective: 1e15 } as const

/** A reward within its bounds, whatever the round. */
export const boundedReward = (form: EnvironmentReward, reward: number): number => {
  const most = MOST[form]
  return Number.isNaN(reward) ? -most : Math.max(-most, Math.min(most, reward))
}

/** The reward of a round by its cost, tuned on rounds in which everyone chooses at random. */
export function rewardOf(form: EnvironmentReward, twin: Twin): Reward {
  if (form === 'objective') return (cost) => boundedReward(form, -cost)
  const { parameters } = twin
  const episodes = twin.episodes('episodes/external/tuning')
  const random = twin.streams('environment').stream('tuning')
  const slots = parameters.servers * parameters.channels
  const explored = Float64Array.from({ length: EXPLORED }, (_, episode) => {
    const assignment = Int32Array.from({ length: parameters.clients }, () => random.integer(slots))
    return evaluateRound(episodes.network(episode, 0), assignment).cost
  })
  const tuned = tuneReward(form, explored)
  return (cost) => boundedReward(form, tuned(cost))
}
