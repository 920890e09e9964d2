import { power } from '../kernel/power.js'

/** What Wang et al. (2019) know of a task: learning rate η, smoothness β, divergence δ, Lipschitz ρ, and their φ. */
export interface LocalStepsTask {
  readonly learningRate: number
  readonly smoothness: number
  readonly divergence: number
  readonly lipschitz: number
  readonly phi: number
  /** What a local step and an aggregation take of a budget, and the budget. */
  readonly stepCost: number
  readonly aggregationCost: number
  readonly budget: number
}

/** h(x) = (δ/β)((ηβ + 1)^x - 1) - ηδx: how far local models drift apart from a central one in x steps; 0 at 0 and 1. */
export const driftAfter = (
  x: number,
  {
    learningRate,
    smoothness,
    divergence,
  }: Pick<LocalStepsTask, 'learningRate' | 'smoothness' | 'divergence'>,
): number =>
  (divergence / smoothness) * (power(learningRate * smoothness + 1, x) - 1) - learningRate * divergence * x

/** G(τ), the bound on the loss after a budget is spent with τ local steps between aggregations (Wang et al., 2019, as in their (18)). */
export function lossBound(steps: number, task: LocalStepsTask): number {
  const { learningRate, phi, lipschitz, stepCost, aggregationCost, budget } = task
  const rounds = (stepCost * steps + aggregationCost) / (budget * steps)
  const drift = lipschitz * driftAfter(steps, task)
  const half = rounds / (2 * learningRate * phi)
  return half + Math.sqrt(half ** 2 + drift / (learningRate * phi * steps)) + drift
}

/** τ*: the number of local steps, from 1 to `most`, with the least bound. */
export function bestLocalSteps(task: LocalStepsTask, most = 100): number {
  let best = 1
  for (let steps = 2; steps <= most; steps++) if (lossBound(steps, task) < lossBound(best, task)) best = steps
  return best
}
