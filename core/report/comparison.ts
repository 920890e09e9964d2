import { RandomStreams } from '../kernel/random.js'
import { comparePaired, mean, type PairedComparison, quantile, sorted } from '../results/statistics.js'
import type { ReportData, SchedulerRounds } from './report-data.js'

/** What a scheduler's rounds come to. */
export interface RoundFigures {
  readonly rounds: number
  readonly meanCost: number
  readonly medianCost: number
  /** s */
  readonly meanTime: number
  /** J */
  readonly meanEnergy: number
  /** s; NaN where no decision was timed. */
  readonly medianDecision: number
  readonly violations: number
  readonly satOut: number
}

/** A scheduler's row of the headline table. */
export interface ComparisonRow extends RoundFigures {
  readonly label: string
  readonly tier: string
  /** Clients that spent their energy budget. */
  readonly quit: number
  /** Costs against the baseline's, over the rounds that both took part in; none for the baseline itself. */
  readonly against?: PairedComparison & {
    /** Share of rounds with a strictly lower cost than the baseline's. */
    readonly won: number
  }
}

/** Resamples behind an interval. */
export const RESAMPLES = 2000

/** The headline table: one row a scheduler, in the scenario's order. */
export function compareSchedulers({ schedulers, baseline, quits, seed }: ReportData): ComparisonRow[] {
  const reference = schedulers.find(({ label }) => label === baseline) ?? schedulers[0]
  const streams = new RandomStreams(seed)
  return schedulers.map((scheduler) => ({
    label: scheduler.label,
    tier: scheduler.tier,
    ...figuresOf(scheduler),
    quit: quits.filter((quit) => quit.scheduler === scheduler.label && quit.client !== null).length,
    ...(scheduler !== reference && { against: compare(scheduler, reference, streams) }),
  }))
}

function compare(scheduler: SchedulerRounds, reference: SchedulerRounds, streams: RandomStreams) {
  const shared = sharedRows(scheduler, reference)
  const costs = Float64Array.from(shared, ([row]) => scheduler.cost[row])
  const references = Float64Array.from(shared, ([, row]) => reference.cost[row])
  // By label, so that another scheduler in the file does not shift this one's interval.
  const stream = streams.stream(`report/intervals/${scheduler.label}`)
  return {
    ...comparePaired(costs, references, stream, { resamples: RESAMPLES }),
    won: costs.filter((cost, i) => cost < references[i]).length / costs.length,
  }
}

/** Means, medians and sums over the rounds. */
export const figuresOf = (rounds: SchedulerRounds): RoundFigures => ({
  rounds: rounds.round.length,
  meanCost: mean(rounds.cost),
  medianCost: quantile(sorted(rounds.cost), 0.5),
  meanTime: mean(rounds.time),
  meanEnergy: mean(rounds.energy),
  medianDecision: quantile(sorted(rounds.decisionSeconds.filter(Number.isFinite)), 0.5),
  violations: total(rounds.violations),
  satOut: total(rounds.active) - total(rounds.served),
})

/** The rows of each round that both took part in: in `a`, and in `b`. */
export function sharedRows(a: SchedulerRounds, b: SchedulerRounds): (readonly [number, number])[] {
  const rowInB = new Map(Array.from(b.round, (round, row) => [round, row]))
  return Array.from(a.round).flatMap((round, row) => {
    const other = rowInB.get(round)
    return other === undefined ? [] : [[row, other] as const]
  })
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)
