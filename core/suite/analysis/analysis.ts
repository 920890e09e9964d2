import { criticalDifference, type FriedmanTest, friedmanTest } from '../../statistics/rank-tests.js'
import { type AnalysedSetting, analyseSetting } from './analysed-setting.js'
import { bySeeds } from './compare.js'
import { unitOf } from './independence.js'
import type { SettingResults, SuiteResults, SuiteRounds } from './results.js'
import { type Crossing, crossings, type Scaling, scalings } from './scaling.js'
import { type SynchronisationCurve, synchronisationCurves } from './synchronisation.js'
import type { TrainingCurve } from './training-curves.js'
import { type Wins, winsOf } from './wins.js'

/** Everything that is computed from the results, once. */
export interface Analysis {
  readonly results: SuiteResults
  readonly settings: readonly AnalysedSetting[]
  readonly scalings: readonly Scaling[]
  readonly crossings: readonly Crossing[]
  readonly wins: Wins
  /** Undefined where there is nothing to rank by. */
  readonly ranking: Ranking | undefined
  /** Why schedulers are not ranked, where there are several to be. */
  readonly unranked?: string
  readonly trainings: readonly TrainingCurve[]
  /** What twins are worth that are told more; none where nothing is reported at a price. */
  readonly synchronisations: readonly SynchronisationCurve[]
}

/** Mean ranks of the schedulers that took part in everything. */
export interface Ranking extends FriedmanTest {
  readonly labels: readonly string[]
  /** Those that are not ranked, with the settings in which they did not take part, or never served as many clients as others. */
  readonly omitted: readonly {
    readonly label: string
    readonly settings: readonly string[]
    readonly why: 'did not take part' | 'served fewer clients in every round'
  }[]
  /** What a block is. */
  readonly block: 'a setting and seed' | 'a round'
  readonly criticalDifference: number
}

/** Compares the schedulers of every setting, ranks them over all, and finds how they grow and where they cross. */
export function analyse(results: SuiteResults, trainings: readonly TrainingCurve[] = []): Analysis {
  const settings = results.settings.filter(({ schedulers }) => schedulers.length > 0).map(analyseSetting)
  const scaled = scalings(results, settings)
  return {
    results,
    settings,
    trainings,
    synchronisations: synchronisationCurves(settings),
    scalings: scaled,
    crossings: scaled.flatMap(crossings),
    wins: winsOf(settings, results.labels),
    ...rankedOrWhyNot(settings, results.labels),
  }
}

/** Fewer settings and seeds than this rank little; then rounds are the blocks where they are independent. */
const LEAST_BLOCKS = 10

function rankedOrWhyNot(
  settings: readonly SettingResults[],
  labels: readonly string[],
): Pick<Analysis, 'ranking' | 'unranked'> {
  if (labels.length < 2 || settings.length === 0) return { ranking: undefined }
  const ranked = rankingOf(settings, labels)
  return typeof ranked === 'string' ? { ranking: undefined, unranked: ranked } : { ranking: ranked }
}

/** The ranking, or why there is none. */
function rankingOf(settings: readonly SettingResults[], all: readonly string[]): Ranking | string {
  const without = (
    label: string,
    has: (setting: SettingResults) => boolean,
    why: Omitted['why'],
  ): Omitted => ({
    label,
    settings: settings.filter((setting) => !has(setting)).map((setting) => setting.label),
    why,
  })
  const taking = all.map((label) =>
    without(label, ({ schedulers }) => schedulers.some((each) => each.label === label), 'did not take part'),
  )
  const present = labelsOf(taking.filter(({ settings }) => settings.length === 0))
  const serving = present.map((label) =>
    without(
      label,
      (setting) => servesAsManyOnce(roundsOf(setting, present), present.indexOf(label)),
      'served fewer clients in every round',
    ),
  )
  const labels = labelsOf(serving.filter(({ settings }) => settings.length === 0))
  if (labels.length < 2) return `fewer than two can be: ${omittedText([...taking, ...serving])}`
  const shared = settings.map((setting) => sharedCosts(roundsOf(setting, labels)))
  const ofSeeds = labels.map((_, i) => shared.flatMap(({ costs, seeds }) => [...bySeeds(costs[i], seeds)]))
  const ofRounds = labels.map((_, i) => shared.flatMap(({ costs }) => [...costs[i]]))
  const byRounds =
    ofSeeds[0].length < LEAST_BLOCKS && settings.every((setting) => unitOf(setting) === 'round')
  const measured = byRounds ? ofRounds : ofSeeds
  const blocks = measured[0].length
  if (blocks < 2) {
    const found = blocks === 0 ? 'in no round' : 'only with one seed of one setting, or in one round,'
    return `${found} did all of ${labels.join(', ')} serve, and bring to the end, as many clients as each other`
  }
  return {
    ...friedmanTest(measured),
    labels,
    omitted: [...taking, ...serving].filter((each) => each.settings.length > 0),
    block: byRounds ? 'a round' : 'a setting and seed',
    criticalDifference: criticalDifference(labels.length, blocks),
  }
}

type Omitted = Ranking['omitted'][number]

/** `a did not take part in x; b served fewer clients in every round of y, z`, of those that were left out. */
const omittedText = (all: readonly Omitted[]): string =>
  all
    .filter(({ settings }) => settings.length > 0)
    .map(
      ({ label, why, settings }) =>
        `${label} ${why} ${why === 'did not take part' ? 'in' : 'of'} ${settings.join(', ')}`,
    )
    .join('; ')

const labelsOf = (each: readonly Omitted[]): string[] => each.map(({ label }) => label)

const roundsOf = ({ schedulers }: SettingResults, labels: readonly string[]): SuiteRounds[] =>
  labels.map((label) => schedulers.find((scheduler) => scheduler.label === label)!)

/** Rows of the rounds that all of these played: of each of them. */
function sharedRowsOf(rounds: readonly SuiteRounds[]): number[][] {
  const places = rounds.map(({ round }) => new Map(Array.from(round, (each, row) => [each, row])))
  return [...places[0].keys()].flatMap((round) => {
    const rows = places.flatMap((place) => place.get(round) ?? [])
    return rows.length === rounds.length ? [rows] : []
  })
}

/** Whether there is a round in which this scheduler brought as many clients to the end as any of them; so where they share none. */
function servesAsManyOnce(rounds: readonly SuiteRounds[], own: number): boolean {
  const shared = sharedRowsOf(rounds)
  return (
    shared.length === 0 ||
    shared.some((rows) =>
      rounds.every(({ completed }, i) => completed[rows[i]] <= rounds[own].completed[rows[own]]),
    )
  )
}

/** Costs of each of these schedulers in the rounds that all of them played with as many clients, and their seeds. */
function sharedCosts(rounds: readonly SuiteRounds[]) {
  const [first] = rounds
  const shared = sharedRowsOf(rounds).filter((rows) =>
    rounds.every(
      ({ served, completed }, i) =>
        served[rows[i]] === first.served[rows[0]] && completed[rows[i]] === first.completed[rows[0]],
    ),
  )
  return {
    costs: rounds.map(({ cost }, i) => Float64Array.from(shared, (rows) => cost[rows[i]])),
    seeds: Float64Array.from(shared, (rows) => first.seed[rows[0]]),
  }
}
