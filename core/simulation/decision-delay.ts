import type { RoundCost } from '../network/round-cost.js'
import type { CostWeights } from '../network/round-network.js'
import type { Scenario } from '../scenario/scenario.js'

/** How much simulated time, s, a scheduler's decision takes; `measuredSeconds` is what it took on this machine. */
export type DecisionDelay = (label: string, measuredSeconds: number) => number

/** Simulated time that decisions take, s, as the scenario's `decisionTime` says. */
export function decisionDelayOf({ decisionTime }: Pick<Scenario, 'decisionTime'>): DecisionDelay {
  if (decisionTime === 'ignore') return () => 0
  if (decisionTime === 'measured') return (_, measuredSeconds) => measuredSeconds
  const { seconds } = decisionTime
  return typeof seconds === 'number' ? () => seconds : (label) => seconds[label]
}

/** What a round costs whose transmissions start so much later, s: its time T_r grows by that. */
export const withDelay = (cost: RoundCost, delaySeconds: number, { latency }: CostWeights): RoundCost =>
  delaySeconds === 0
    ? cost
    : { ...cost, time: cost.time + delaySeconds, cost: cost.cost + latency * delaySeconds }
