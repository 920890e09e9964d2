import { servingMost } from '../results/comparable.js'
import { criticalDifference, type FriedmanTest, friedmanTest } from '../statistics/rank-tests.js'
import { bySeeds, type ComparedScheduler, compareSetting } from './compare.js'
import { unitOf } from './independence.js'
import { cellsAtOnce, type SettingResults, type SuiteResults } from './results.js'
import { type Crossing, crossings, type Scaling, scalings } from './scaling.js'
import type { TrainingCurve } from './training-curves.js'
import { type Wins, winsOf } from './wins.js'

/** Everything that is computed from the results, once. */
export interface Analysis {
  readonly results: SuiteResults
  readonly settings: readonly AnalysedSetting[]
  readonly scalings: readonly Scaling[]
  readonly crossings: readonly Crossing[]
  readonly wins: Wins
  readonly ranking: Ranking | undefined
  readonly trainings: readonly TrainingCurve[]
}

/** A setting with its schedulers compared. */
export interface AnalysedSetting extends SettingResults {
  readonly compared: readonly ComparedScheduler[]
  /** Labels of schedulers that no other beats in both mean cost and median decision time, of those serving the most clients. */
  readonly paretoFront: readonly string[]
  /** Cells that ran at once while decisions were timed: the most of any. */
  readonly workers: number
}

/** Mean ranks of the schedulers that took part in everything. */
export interface Ranking extends FriedmanTest {
  readonly labels: readonly string[]
  /** Those that are not ranked, with the settings in which they did not take part. */
  readonly omitted: readonly { readonly label: string; readonly settings: readonly string[] }[]
  /** What a block is. */
  readonly block: 'a setting and seed' | 'a round'
  readonly criticalDifference: number
}

/** Compares the schedulers of every setting, ranks them over all, and finds how they grow and where they cross. */
export function analyse(results: SuiteResults, trainings: readonly TrainingCurve[] = []): Analysis {
  const settings = results.settings
    .filter(({ schedulers }) => schedulers.length > 0)
    .map((setting): AnalysedSetting => {
      const compared = compareSetting(setting)
      return {
        ...setting,
        compared,
        paretoFront: paretoFrontOf(compared),
        workers: cellsAtOnce(setting),
      }
    })
  const scaled = scalings(results, settings)
  return {
    results,
    settings,
    trainings,
    scalings: scaled,
    crossings: scaled.flatMap(crossings),
    wins: winsOf(settings, results.labels),
    ranking: rankingOf(settings, results.labels),
  }
}

function paretoFrontOf(compared: readonly ComparedScheduler[]): string[] {
  const timed = servingMost(compared).filter(
    ({ medianDecision, meanCost }) => medianDecision >= 0 && Number.isFinite(meanCost),
  )
  return timed
    .filter(
      (own) =>
        !timed.some(
          (other) =>
            other.meanCost <= own.meanCost &&
            other.medianDecision <= own.medianDecision &&
            (other.meanCost < own.meanCost || other.medianDecision < own.medianDecision),
        ),
    )
    .map(({ label }) => label)
}

/** Fewer settings and seeds than this rank little; then rounds are the blocks where they are independent. */
const LEAST_BLOCKS = 10

function rankingOf(settings: readonly SettingResults[], all: readonly string[]): Ranking | undefined {
  const lacking = all.map((label) => ({
    label,
    settings: settings
      .filter(({ schedulers }) => !schedulers.some((scheduler) => scheduler.label === label))
      .map((setting) => setting.label),
  }))
  const labels = lacking.filter((each) => each.settings.length === 0).map(({ label }) => label)
  if (labels.length < 2) return undefined
  const shared = settings.map((setting) => sharedCosts(setting, labels))
  const ofSeeds = labels.map((_, i) => shared.flatMap(({ costs, seeds }) => [...bySeeds(costs[i], seeds)]))
  const ofRounds = labels.map((_, i) => shared.flatMap(({ costs }) => [...costs[i]]))
  const byRounds =
    ofSeeds[0].length < LEAST_BLOCKS && settings.every((setting) => unitOf(setting) === 'round')
  const measured = byRounds ? ofRounds : ofSeeds
  const blocks = measured[0].length
  if (blocks < 2) return undefined
  return {
    ...friedmanTest(measured),
    labels,
    omitted: lacking.filter((each) => each.settings.length > 0),
    block: byRounds ? 'a round' : 'a setting and seed',
    criticalDifference: criticalDifference(labels.length, blocks),
  }
}

/** Costs of each of these schedulers in the rounds that all of them played, with their seeds. */
function sharedCosts({ schedulers }: SettingResults, labels: readonly string[]) {
  const ranked = labels.map((label) => schedulers.find((scheduler) => scheduler.label === label)!)
  const played = ranked.map(({ round }) => new Set(round))
  const isShared = (round: number) => played.every((rounds) => rounds.has(round))
  const [first] = ranked
  return {
    costs: ranked.map(({ cost, round }) => cost.filter((_, row) => isShared(round[row]))),
    seeds: first.seed.filter((_, row) => isShared(first.round[row])),
  }
}
