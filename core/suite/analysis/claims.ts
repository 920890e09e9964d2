import { RandomStreams } from '../../kernel/random.js'
import { bootstrapRatio } from '../../statistics/bootstrap.js'
import { type Estimate, mean, quantile, sorted, standardDeviation } from '../../statistics/descriptive.js'
import { doubtOf } from '../../statistics/heavy-tail.js'
import { geometricMean, ratioOfMeans } from '../../statistics/student.js'
import type { Claim, Metric, StatisticName } from '../definition/schema.js'
import { bySeeds, pairedRows } from './compare.js'
import { type Unit, unitOf } from './independence.js'
import { onLikeProcessors } from './like-processors.js'
import { measurementsOf, type Pairs, pairsOf } from './measurements.js'
import { cellsAtOnce, type SettingResults, type SuiteResults } from './results.js'
import { lossDeclines } from './training-claims.js'
import type { TrainingCurve } from './training-curves.js'

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

/** A verdict on each claim in each setting, or training, that it is about. */
export function verdictsOn(results: SuiteResults, trainings: readonly TrainingCurve[] = []): Verdict[] {
  const { claims, swept } = results.suite
  return claims.flatMap((claim) => {
    if (claim.metric === 'trainingLoss') return trainingVerdicts(claim, trainings)
    const about = results.settings.filter(
      ({ setting }) =>
        claim.scenarios?.includes(setting.scenario) !== false &&
        Object.entries(claim.where).every(
          ([path, value]) => JSON.stringify(setting.values[path]) === JSON.stringify(value),
        ),
    )
    if (about.length === 0)
      return [missing(claim, swept.length > 0 ? 'no such setting' : '', 'no setting of this run')]
    return about.map((setting) => verdictIn(setting, claim, secondOf(results, setting, claim)))
  })
}

/** The setting that the second figure of a claim is of: undefined where the suite has none such. */
function secondOf(
  { settings }: SuiteResults,
  first: SettingResults,
  { against }: Claim,
): SettingResults | undefined {
  if (against === undefined) return first
  const values = JSON.stringify(first.setting.values)
  return settings.find(
    ({ setting }) => setting.scenario === against && JSON.stringify(setting.values) === values,
  )
}

/** A verdict on each training of the claim's scheduler. */
function trainingVerdicts(claim: Claim, trainings: readonly TrainingCurve[]): Verdict[] {
  const declines = lossDeclines(claim.compare[0], trainings)
  if (declines.length === 0) return [missing(claim, '', 'nothing of this run was trained')]
  return declines.map(({ label, ratio, agents }) =>
    ratio === undefined
      ? missing(claim, label, 'the training has no losses of agents')
      : {
          ...missing(claim, label, ''),
          ratio,
          ...(agents < LEAST_UNITS
            ? { verdict: 'undecided', remark: `the losses of ${agents} agents are too few for an interval` }
            : {
                verdict: judge(ratio, claim.expect),
                remark: `the interval is that of ${agents} agents of one training`,
              }),
        },
  )
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

function verdictIn(setting: SettingResults, claim: Claim, other: SettingResults | undefined): Verdict {
  const like = onLikeProcessors(setting)
  const results = claim.metric === 'decisionSeconds' ? like.setting : setting
  if (!other) return missing(claim, results.label, `the suite has no such setting of ${claim.against}`)
  const { label } = results
  const first = measurementsOf(results, claim.metric, claim.compare[0])
  const second = measurementsOf(other === setting ? results : other, claim.metric, claim.compare[1])
  if (!first || !second) {
    const absent = claim.compare.filter((_, i) => (i === 0 ? first : second) === undefined)
    return missing(claim, label, `nothing was measured of ${absent.join(' and ')}`)
  }
  const pairs = pairsOf(first, second)
  const { ratio, units, unit } = ratioOf(results, claim, pairs)
  if (Number.isNaN(ratio.value)) return missing(claim, results.label, 'the ratio is undefined')
  const told = {
    claim,
    setting: results.label,
    figure: figureOf(claim),
    expected: expectedOf(claim),
  }
  const undecided = (remark: string): Verdict => ({
    ...told,
    ratio: { value: ratio.value, low: Number.NaN, high: Number.NaN },
    verdict: 'undecided',
    remark,
  })
  const priced = claim.metric === 'cost' && servingIsPriced(results)
  if (isSpent(claim.metric) && !priced && other === setting && servesUnlike(results, claim))
    return undecided(
      `${claim.compare.join(' and ')} did not serve as many clients in the same rounds, or not to the end: what that cost does not compare`,
    )
  const doubts = pairs.seeds ? doubtsOf(claim, pairs) : []
  if (doubts.length > 0) return undecided(doubts.join('; '))
  if (units < (unit === 'round' && claim.statistic !== 'mean' ? LEAST_RESAMPLED : LEAST_UNITS))
    return undecided(`${units} ${unit}${units === 1 ? ' is' : 's are'} too few for an interval`)
  return {
    ...told,
    ratio,
    verdict: judge(ratio, claim.expect),
    ...(claim.metric === 'decisionSeconds' && disturbed(results, like.processor)),
  }
}

/** Whether a round has less of it for having fewer clients. */
const isSpent = (metric: Metric): boolean => metric === 'cost' || metric === 'time' || metric === 'energy'

/** Whether a cost counts who is not served, or nothing that grows with who is. */
function servingIsPriced({ setting }: SettingResults): boolean {
  const { latency, energy, unserved, unservedSample } = setting.loaded.scenario.objective
  return unserved > 0 || unservedSample > 0 || (latency === 0 && energy === 0)
}

function servesUnlike({ schedulers }: SettingResults, { compare }: Claim): boolean {
  const [first, second] = compare.map((label) => schedulers.find((each) => each.label === label)!)
  return !pairedRows(first, second).comparable
}

/** Why a mean or standard deviation of rounds is none to judge by. */
function doubtsOf({ statistic, compare, metric }: Claim, { values, references }: Pairs): string[] {
  if (statistic !== 'mean' && statistic !== 'std') return []
  const of = statistic === 'mean' ? 'mean' : 'standard deviation'
  return [values, references].flatMap((figures, i) => {
    const doubt = doubtOf(statistic, figures)
    if (doubt === undefined) return []
    return [`no verdict on the ${of} of ${compare[i]}’s ${metricNames[metric]} by round: ${doubt}`]
  })
}

/** What is to be known of decision times that were measured beside other cells, or on several kinds of processors. */
function disturbed(setting: SettingResults, processor: string | undefined): { remark?: string } {
  const workers = cellsAtOnce(setting)
  const remarks = [
    ...(processor === undefined
      ? []
      : [`of cells on ${processor} alone, since times of others do not compare`]),
    ...(workers === 1
      ? []
      : [`measured while ${workers} cells ran at once; --workers 1 measures undisturbed`]),
  ]
  return remarks.length === 0 ? {} : { remark: remarks.join('; ') }
}

/** Fewer independent values than this, seeds or rounds, bear nothing out. */
const LEAST_UNITS = 5
/** Fewer rounds than this are not resampled for medians, quantiles and deviations. */
const LEAST_RESAMPLED = 10

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

interface MeasuredRatio {
  readonly ratio: Estimate
  /** How many independent values it is of. */
  readonly units: number
  readonly unit: Unit
}

/**
 * The first's figure over the second's.
 *
 * What a run has one of is compared by seeds: a loss by the geometric mean of the seeds' ratios, an accuracy or a count,
 * which can be 0, by the ratio of the means over seeds. Rounds are compared by rounds where those are independent, else
 * each seed by the statistic of its rounds, and then their ratios by their geometric mean.
 */
function ratioOf(results: SettingResults, claim: Claim, pairs: Pairs): MeasuredRatio {
  const { metric, statistic, compare } = claim
  const { values, references, seeds } = pairs
  const bySeed = { units: values.length, unit: 'seed' } as const
  if (metric === 'quit' || metric === 'accuracy')
    return { ...bySeed, ratio: ratioOfMeans(values, references) }
  if (!seeds) return { ...bySeed, ratio: geometricMean(values.map((value, i) => value / references[i])) }
  const of = statisticOf[statistic]
  if (unitOf(results) === 'seed') {
    const [own, others] = [values, references].map((figures) => bySeeds(figures, seeds, of))
    return {
      units: own.length,
      unit: 'seed',
      ratio: geometricMean(own.map((figure, i) => figure / others[i])),
    }
  }
  // Percentiles of a few rounds cover less than they say; Student's t does not.
  if (statistic === 'mean')
    return { units: values.length, unit: 'round', ratio: ratioOfMeans(values, references) }
  const stream = new RandomStreams(0).stream(
    `suite/claims/${results.label}/${metric}/${statistic}/${compare.join('/')}`,
  )
  return { units: values.length, unit: 'round', ratio: bootstrapRatio(values, references, of, stream) }
}

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
  bestAccuracy: 'best accuracy',
  meanAccuracy: 'accuracy over all tests',
  trainingLoss: 'loss in training',
}

const statisticNames: Record<StatisticName, string> = {
  mean: 'mean',
  median: 'median',
  std: 'standard deviation of',
  q90: '90 % quantile of',
}

const figureOf = ({ statistic, metric, compare: [a, b], against }: Claim): string =>
  metric === 'trainingLoss'
    ? `mean loss of the agents of ${a}, last tenth of the training / first`
    : `${statisticNames[statistic]} ${metricNames[metric]}, ${a} / ${against === undefined ? b : `${b} under ${against}`}`

const expectedOf = ({ expect }: Claim): string =>
  expect === 'lower'
    ? 'below 1'
    : expect === 'higher'
      ? 'above 1'
      : `${expect.ratio[0]} to ${expect.ratio[1]}`
