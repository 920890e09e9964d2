import { RandomStreams } from '../kernel/random.js'
import { type CostsAgainst, compareCosts } from '../results/compare-costs.js'
import { baselineOf } from '../results/job-lines.js'
import { mean, quantile, sorted } from '../statistics/descriptive.js'
import { doubtOf } from '../statistics/heavy-tail.js'
import type { ReportData, SchedulerRounds } from './report-data.js'

/** What a scheduler's rounds come to. */
export interface RoundFigures {
  readonly rounds: number
  readonly meanCost: number
  readonly medianCost: number
  /** Why the mean cost is no figure to judge by; absent where it is one. */
  readonly doubt?: string
  /** s */
  readonly meanTime: number
  /** J */
  readonly meanEnergy: number
  /** Clients given a slot in a round, mean. */
  readonly served: number
  /** Clients that came to the end of a round, mean. */
  readonly completed: number
  /** s; NaN where no decision was timed. */
  readonly medianDecision: number
  readonly violations: number
  readonly satOut: number
  /** Clients that were given a slot and broke off, over all rounds. */
  readonly unfinished: number
}

/** A scheduler's row of the headline table. */
export interface ComparisonRow extends RoundFigures {
  readonly label: string
  readonly tier: string
  /** Clients that spent their energy budget. */
  readonly quit: number
  /** Costs against the baseline's, over the rounds that both took part in; none for the baseline itself. */
  readonly against?: CostsAgainst
}

/** The headline table: one row a scheduler, in the scenario's order. */
export function compareSchedulers({ schedulers, baseline, quits, seed }: ReportData): ComparisonRow[] {
  const streams = new RandomStreams(seed)
  const lines = schedulers.map((each) => ({ ...each, scheduler: each.label, ...each.of }))
  return lines
    .map((scheduler) => [scheduler, baselineOf(lines, scheduler, baseline)] as const)
    .map(([scheduler, reference]) => ({
      label: scheduler.label,
      tier: scheduler.tier,
      ...figuresOf(scheduler),
      quit: quits.filter((quit) => quit.scheduler === scheduler.label && quit.client !== null).length,
      ...(scheduler !== reference && { against: compareCosts(scheduler, reference, streams) }),
    }))
}

/** Means, medians and sums over the rounds. */
export const figuresOf = (rounds: SchedulerRounds): RoundFigures => ({
  rounds: rounds.round.length,
  meanCost: mean(rounds.cost),
  ...doubtful(rounds.cost),
  medianCost: quantile(sorted(rounds.cost), 0.5),
  meanTime: mean(rounds.time),
  meanEnergy: mean(rounds.energy),
  served: mean(rounds.served),
  completed: mean(rounds.completed),
  medianDecision: quantile(sorted(rounds.decisionSeconds.filter(Number.isFinite)), 0.5),
  violations: total(rounds.violations),
  satOut: total(rounds.active) - total(rounds.served),
  unfinished: total(rounds.served) - total(rounds.completed),
})

function doubtful(costs: Float64Array): Pick<RoundFigures, 'doubt'> {
  const doubt = doubtOf('mean', costs)
  return doubt === undefined ? {} : { doubt }
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)
