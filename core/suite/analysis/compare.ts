import { RandomStreams } from '../../kernel/random.js'
import type { RandomStream } from '../../kernel/random-stream.js'
import { figuresOf, type RoundFigures } from '../../report/comparison.js'
import { RESAMPLES, ratiosOf, servesAsMany, sharedRows, shareWon } from '../../results/compare-costs.js'
import { comparePaired, type Estimate, mean } from '../../statistics/descriptive.js'
import { unlessDoubtful } from '../../statistics/heavy-tail.js'
import { holm, signedRankTest } from '../../statistics/rank-tests.js'
import { geometricMean, studentMean } from '../../statistics/student.js'
import { type Unit, unitOf } from './independence.js'
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
  /** Costs against the baseline's, round by round; none for the baseline itself, nor without it. */
  readonly against?: AgainstBaseline
}

/** Costs of a scheduler beside the baseline's, over the rounds that both took part in. */
export interface AgainstBaseline {
  readonly rounds: number
  /** What was taken for independent. */
  readonly unit: Unit
  /** Mean of (cost - baseline's), or of its means over seeds. */
  readonly difference: Estimate
  /**
   * Mean cost over mean cost: of all rounds, by the bootstrap over rounds; where seeds are the unit the geometric mean
   * of the seeds' ratios, by Student's t. Its ends are NaN where a mean is in doubt, or where there is one seed.
   */
  readonly ratio: Estimate
  /** Geometric mean over rounds of cost over cost: that of the usual round, by Student's t over the units. */
  readonly typicalRatio: Estimate
  /** Share of rounds that were cheaper than the baseline's with no fewer clients that finished. */
  readonly won: number
  /** Whether as many clients were served in those rounds, and finished: costs of fewer clients do not compare. */
  readonly comparable: boolean
  /**
   * Whether costs of a round tend to be other than the baseline's: of the logarithms of their ratios, by Wilcoxon's
   * signed-rank test over rounds, or Student's t over seeds; corrected by Holm's method for the schedulers of the setting.
   */
  readonly p: number
  /** Which way they tend. */
  readonly tendency: 'lower' | 'higher' | 'neither'
}

/** The schedulers of a setting, in its order, each beside the baseline. */
export function compareSetting(results: SettingResults): ComparedScheduler[] {
  const { setting, schedulers, label } = results
  const baseline = schedulers.find((scheduler) => scheduler.label === setting.baseline)
  const bound = boundOf(schedulers)
  const unit = unitOf(results)
  const streams = new RandomStreams(0)
  const compared = schedulers.map((scheduler) => {
    if (!baseline || baseline === scheduler) return undefined
    // By names, so that neither another scheduler nor another setting shifts this interval.
    return against(scheduler, baseline, unit, streams.stream(`suite/intervals/${label}/${scheduler.label}`))
  })
  const tests = holm(compared.map((each) => each?.p ?? Number.NaN))
  return schedulers.map((scheduler, i) => {
    return {
      label: scheduler.label,
      plugin: scheduler.plugin,
      tier: scheduler.tier,
      seeds: scheduler.records.length,
      ...figuresOf(scheduler),
      // A seed that ended early counts as much as one that did not.
      ...(unit === 'seed' && meansOverSeeds(scheduler)),
      aboveBound: aboveBound(scheduler, bound),
      quit: scheduler.records.reduce((sum, { quit }) => sum + quit, 0),
      ...(compared[i] && { against: { ...compared[i], p: tests[i] } }),
    }
  })
}

const meansOverSeeds = ({ cost, time, energy, seed }: SuiteRounds) => ({
  meanCost: mean(bySeeds(cost, seed)),
  meanTime: mean(bySeeds(time, seed)),
  meanEnergy: mean(bySeeds(energy, seed)),
})

function against(
  scheduler: SuiteRounds,
  baseline: SuiteRounds,
  unit: Unit,
  stream: RandomStream,
): AgainstBaseline | undefined {
  const { costs, references, seeds, won, comparable } = pairedRows(scheduler, baseline)
  if (costs.length === 0) return undefined
  const logarithms = ratiosOf(costs, references).map(Math.log)
  const seedMeans = (values: Float64Array) => bySeeds(values, seeds)
  const typical = studentMean(unit === 'seed' ? seedMeans(logarithms) : logarithms)
  const common = {
    rounds: costs.length,
    unit,
    typicalRatio: {
      value: Math.exp(typical.value),
      low: Math.exp(typical.low),
      high: Math.exp(typical.high),
    },
    won,
    comparable,
    tendency: typical.value < 0 ? 'lower' : typical.value > 0 ? 'higher' : 'neither',
  } as const
  if (unit === 'seed') {
    const [own, others] = [seedMeans(costs), seedMeans(references)]
    return {
      ...common,
      difference: studentMean(own.map((cost, i) => cost - others[i])),
      ratio: unlessDoubtful(geometricMean(own.map((cost, i) => cost / others[i])), costs, references),
      p: typical.p,
    }
  }
  const whole = comparePaired(costs, references, stream, { resamples: RESAMPLES })
  const test = signedRankTest(logarithms, new Float64Array(logarithms.length))
  const centre = (test.pairs * (test.pairs + 1)) / 4
  return {
    ...common,
    difference: whole.difference,
    ratio: unlessDoubtful(whole.ratio, costs, references),
    p: test.p,
    tendency: test.positive < centre ? 'lower' : test.positive > centre ? 'higher' : 'neither',
  }
}

/** A statistic of the values of each seed, in the order in which seeds appear. */
export function bySeeds(
  values: Float64Array,
  seeds: Float64Array,
  statistic: (values: Float64Array) => number = mean,
): Float64Array {
  return Float64Array.from(new Set(seeds), (seed) => statistic(values.filter((_, i) => seeds[i] === seed)))
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
