import { RandomStreams } from '../kernel/random.js'
import { bootstrapRatio } from '../results/bootstrap-ratio.js'
import { type Estimate, mean, quantile, sorted, standardDeviation } from '../results/statistics.js'
import { finalOf } from './learning.js'
import type { SettingResults, SuiteResults, SuiteRounds } from './results.js'
import type { Claim, Metric, StatisticName } from './schema.js'

/** What a claim came to in one setting. */
export interface Verdict {
  readonly claim: Claim
  readonly setting: string
  /** What was compared, in words. */
  readonly figure: string
  /** What would bear the claim out, in words. */
  readonly expected: string
  /** The first scheduler's figure over the second's; undefined where there is none. */
  readonly ratio: Estimate | undefined
  readonly verdict: 'holds' | 'fails' | 'undecided' | 'not measured'
  /** Why there is no interval, or no figure. */
  readonly remark?: string
}

/** A verdict on each claim in each setting that it is about. */
export function verdictsOn(results: SuiteResults): Verdict[] {
  const { claims, swept } = results.suite
  return claims.flatMap((claim) => {
    const about = results.settings.filter(
      ({ setting }) =>
        claim.scenarios?.includes(setting.scenario) !== false &&
        Object.entries(claim.where).every(
          ([path, value]) => JSON.stringify(setting.values[path]) === JSON.stringify(value),
        ),
    )
    if (about.length === 0)
      return [missing(claim, swept.length > 0 ? 'no such setting' : '', 'no setting of this run')]
    return about.map((setting) => verdictIn(setting, claim))
  })
}

const missing = (claim: Claim, setting: string, remark: string): Verdict => ({
  claim,
  setting,
  figure: figureOf(claim),
  expected: expectedOf(claim),
  ratio: undefined,
  verdict: 'not measured',
  remark,
})

function verdictIn(results: SettingResults, claim: Claim): Verdict {
  const [first, second] = claim.compare.map((label) =>
    results.schedulers.find((scheduler) => scheduler.label === label),
  )
  if (!first || !second) {
    const absent = claim.compare.filter((label) => !results.schedulers.some((each) => each.label === label))
    return missing(claim, results.label, `no finished cell of ${absent.join(' and ')}`)
  }
  const ratio = ratioOf(results, claim, first, second)
  if (Number.isNaN(ratio.value)) return missing(claim, results.label, 'the ratio is undefined')
  return {
    claim,
    setting: results.label,
    figure: figureOf(claim),
    expected: expectedOf(claim),
    ratio,
    verdict: judge(ratio, claim.expect),
    ...(ratio.low === ratio.high && { remark: 'a single value each: no interval' }),
  }
}

/** Holds where the whole interval does, fails where none of it does. */
export function judge({ low, high }: Estimate, expect: Claim['expect']): 'holds' | 'fails' | 'undecided' {
  const [from, to] =
    expect === 'lower'
      ? [Number.NEGATIVE_INFINITY, 1]
      : expect === 'higher'
        ? [1, Number.POSITIVE_INFINITY]
        : expect.ratio
  // A ratio of exactly 1 is neither lower nor higher.
  const open = typeof expect === 'string'
  if (open ? low > from && high < to : low >= from && high <= to) return 'holds'
  if (open ? high <= from || low >= to : high < from || low > to) return 'fails'
  return 'undecided'
}

const ofSeeds: Partial<Record<Metric, (scheduler: SuiteRounds) => (number | undefined)[]>> = {
  quit: ({ records }) => records.map(({ quit }) => quit),
  loss: (scheduler) => scheduler.learning.map((table) => finalOf(table, 'loss')),
  accuracy: (scheduler) => scheduler.learning.map((table) => finalOf(table, 'accuracy')),
}

function ratioOf(
  { label }: SettingResults,
  { metric, statistic, compare }: Claim,
  first: SuiteRounds,
  second: SuiteRounds,
): Estimate {
  const stream = new RandomStreams(0).stream(
    `suite/claims/${label}/${metric}/${statistic}/${compare.join('/')}`,
  )
  const perSeed = ofSeeds[metric]
  const [a, b] = perSeed
    ? [bySeed(first, perSeed), bySeed(second, perSeed)]
    : [byRound(first, metric as RoundMetric), byRound(second, metric as RoundMetric)]
  const keys = [...a.keys()].filter((key) => b.has(key))
  const seedOf = new Map(Array.from(first.round, (round, row) => [round, first.seed[row]]))
  return bootstrapRatio(
    keys.map((key) => a.get(key)!),
    keys.map((key) => b.get(key)!),
    statisticOf[statistic],
    stream,
    perSeed ? {} : { clusters: keys.map((key) => seedOf.get(key)!) },
  )
}

type RoundMetric = 'cost' | 'time' | 'energy' | 'decisionSeconds'

const byRound = (scheduler: SuiteRounds, metric: RoundMetric): Map<number, number> =>
  new Map(
    Array.from(scheduler.round, (round, row) => [round, scheduler[metric][row]] as const).filter(
      ([, value]) => !Number.isNaN(value),
    ),
  )

const bySeed = (
  scheduler: SuiteRounds,
  of: (scheduler: SuiteRounds) => (number | undefined)[],
): Map<number, number> =>
  new Map(
    of(scheduler).flatMap((value, i) => (value === undefined ? [] : [[scheduler.records[i].seed, value]])),
  )

const statisticOf: Record<StatisticName, (values: Float64Array) => number> = {
  mean,
  median: (values) => quantile(sorted(values), 0.5),
  std: standardDeviation,
  q90: (values) => quantile(sorted(values), 0.9),
}

const metricNames: Record<Metric, string> = {
  cost: 'cost',
  time: 'training time',
  energy: 'energy',
  decisionSeconds: 'decision time',
  quit: 'clients that quit',
  loss: 'final loss',
  accuracy: 'final accuracy',
}

const statisticNames: Record<StatisticName, string> = {
  mean: 'mean',
  median: 'median',
  std: 'standard deviation of',
  q90: '90 % quantile of',
}

const figureOf = ({ statistic, metric, compare: [a, b] }: Claim): string =>
  `${statisticNames[statistic]} ${metricNames[metric]}, ${a} / ${b}`

const expectedOf = ({ expect }: Claim): string =>
  expect === 'lower'
    ? 'below 1'
    : expect === 'higher'
      ? 'above 1'
      : `${expect.ratio[0]} to ${expect.ratio[1]}`
