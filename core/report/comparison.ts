import { RandomStreams } from '../kernel/random.js'
import { comparePaired, mean, type PairedComparison, quantile, sorted } from '../results/statistics.js'
import type { ReportData, SchedulerRounds } from './report-data.js'

/** A scheduler's row of the headline table. */
export interface ComparisonRow {
  readonly label: string
  readonly tier: string
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
  readonly quit: number
  /** Costs against the baseline's, over the rounds that both took part in; none for the baseline itself. */
  readonly against?: PairedComparison & {
    /** Share of rounds with a strictly lower cost than the baseline's. */
    readonly won: number
  }
}

/** Resamples behind an interval. */
export const resamples = 2000

/** The headline table: one row a scheduler, in the scenario's order. */
export function compareSchedulers({ schedulers, baseline, quits, seed }: ReportData): ComparisonRow[] {
  const reference = schedulers.find(({ label }) => label === baseline) ?? schedulers[0]
  const streams = new RandomStreams(seed)
  return schedulers.map((scheduler) => ({
    label: scheduler.label,
    tier: scheduler.tier,
    rounds: scheduler.round.length,
    meanCost: mean(scheduler.cost),
    medianCost: quantile(sorted(scheduler.cost), 0.5),
    meanTime: mean(scheduler.time),
    meanEnergy: mean(scheduler.energy),
    medianDecision: quantile(sorted(scheduler.decisionSeconds.filter(Number.isFinite)), 0.5),
    violations: total(scheduler.violations),
    satOut: total(scheduler.active) - total(scheduler.served),
    quit: quits.filter((quit) => quit.scheduler === scheduler.label && quit.client !== null).length,
    ...(scheduler !== reference && { against: compare(scheduler, reference, streams) }),
  }))
}

function compare(scheduler: SchedulerRounds, reference: SchedulerRounds, streams: RandomStreams) {
  const [costs, references] = pairedCosts(scheduler, reference)
  // By label, so that another scheduler in the file does not shift this one's interval.
  const stream = streams.stream(`report/intervals/${scheduler.label}`)
  return {
    ...comparePaired(costs, references, stream, { resamples }),
    won: costs.filter((cost, i) => cost < references[i]).length / costs.length,
  }
}

/** Costs of the rounds that both took part in, in the same order. */
function pairedCosts(a: SchedulerRounds, b: SchedulerRounds): [Float64Array, Float64Array] {
  const rowInB = new Map(Array.from(b.round, (round, row) => [round, row]))
  const shared = Array.from(a.round).flatMap((round, row) => {
    const other = rowInB.get(round)
    return other === undefined ? [] : [[row, other]]
  })
  return [
    Float64Array.from(shared, ([row]) => a.cost[row]),
    Float64Array.from(shared, ([, other]) => b.cost[other]),
  ]
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)
