import { RandomStreams } from '../kernel/random.js'
import { figuresOf, type RoundFigures } from '../report/comparison.js'
import { RESAMPLES, servesAsMany, sharedRows, shareWon } from '../results/compare-costs.js'
import { holm, signedRankTest } from '../results/rank-tests.js'
import { comparePaired, type PairedComparison } from '../results/statistics.js'
import type { SettingResults, SuiteRounds } from './results.js'

/** A scheduler on a setting, in figures. */
export interface ComparedScheduler extends RoundFigures {
  readonly label: string
  readonly plugin: string
  readonly tier: string
  readonly seeds: number
  /** Mean cost over the mean of what another scheduler proved nothing to be below; NaN where none did for every round. */
  readonly aboveBound: number
  /** Over all seeds. */
  readonly quit: number
  /** Against the baseline, over the rounds that both took part in; none for the baseline itself, nor without it. */
  readonly against?: PairedComparison & {
    /** Share of rounds that were cheaper than the baseline's with no fewer clients that finished. */
    readonly won: number
    /** Whether as many clients were served in those rounds, and finished: costs of fewer clients do not compare. */
    readonly comparable: boolean
    /** Wilcoxon's signed-rank test of the costs, corrected by Holm's method for the schedulers of the setting. */
    readonly p: number
  }
}

/** The schedulers of a setting, in its order, each beside the baseline. */
export function compareSetting({ setting, schedulers, label }: SettingResults): ComparedScheduler[] {
  const baseline = schedulers.find((scheduler) => scheduler.label === setting.baseline)
  const bound = boundOf(schedulers)
  const streams = new RandomStreams(0)
  const compared = schedulers.map((scheduler) => {
    const pairs = baseline && baseline !== scheduler ? pairedRows(scheduler, baseline) : undefined
    // By names, so that neither another scheduler nor another setting shifts this interval.
    const stream = streams.stream(`suite/intervals/${label}/${scheduler.label}`)
    return { scheduler, pairs, stream }
  })
  const tests = holm(
    compared.map(({ pairs }) =>
      pairs && pairs.costs.length > 0 ? signedRankTest(pairs.costs, pairs.references).p : Number.NaN,
    ),
  )
  return compared.map(({ scheduler, pairs, stream }, i) => ({
    label: scheduler.label,
    plugin: scheduler.plugin,
    tier: scheduler.tier,
    seeds: scheduler.records.length,
    ...figuresOf(scheduler),
    aboveBound: aboveBound(scheduler, bound),
    quit: scheduler.records.reduce((sum, { quit }) => sum + quit, 0),
    ...(pairs &&
      pairs.costs.length > 0 && {
        against: {
          ...comparePaired(pairs.costs, pairs.references, stream, {
            resamples: RESAMPLES,
            clusters: pairs.seeds,
          }),
          won: pairs.won,
          comparable: pairs.comparable,
          p: tests[i],
        },
      }),
  }))
}

/** Costs of the rounds that both took part in, in the same order, with their seeds. */
export function pairedRows(a: SuiteRounds, b: SuiteRounds, column: 'cost' | 'time' | 'energy' = 'cost') {
  const shared = sharedRows(a, b)
  return {
    costs: Float64Array.from(shared, ([row]) => a[column][row]),
    references: Float64Array.from(shared, ([, other]) => b[column][other]),
    seeds: Float64Array.from(shared, ([row]) => a.seed[row]),
    won: shareWon(a, b, shared),
    comparable: servesAsMany(a, b, shared),
  }
}

/** What was proved of each round, by whichever scheduler proved most. */
function boundOf(schedulers: readonly SuiteRounds[]): Map<number, number> {
  const bound = new Map<number, number>()
  for (const scheduler of schedulers) {
    scheduler.bound.forEach((value, row) => {
      if (Number.isNaN(value)) return
      const round = scheduler.round[row]
      bound.set(round, Math.max(value, bound.get(round) ?? Number.NEGATIVE_INFINITY))
    })
  }
  return bound
}

function aboveBound({ round, cost }: SuiteRounds, bound: ReadonlyMap<number, number>): number {
  let costs = 0
  let bounds = 0
  for (let i = 0; i < round.length; i++) {
    costs += cost[i]
    bounds += bound.get(round[i]) ?? Number.NaN
  }
  return costs / bounds
}
