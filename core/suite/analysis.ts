import { servingMost } from '../results/comparable.js'
import { criticalDifference, type FriedmanTest, friedmanTest } from '../results/rank-tests.js'
import { mean } from '../results/statistics.js'
import { type ComparedScheduler, compareSetting } from './compare.js'
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

/** Fewer settings and seeds than this rank nothing; then rounds are the blocks. */
const LEAST_BLOCKS = 10

function rankingOf(settings: readonly SettingResults[], all: readonly string[]): Ranking | undefined {
  const labels = all.filter((label) =>
    settings.every(({ schedulers }) => schedulers.some((scheduler) => scheduler.label === label)),
  )
  if (labels.length < 2) return undefined
  const bySeed = labels.map((label) => settings.flatMap((setting) => seedMeans(setting, labels, label)))
  const enough = bySeed[0].length >= LEAST_BLOCKS
  const measured = enough
    ? bySeed
    : labels.map((label) => settings.flatMap((setting) => sharedCosts(setting, labels, label)))
  const blocks = measured[0].length
  if (blocks < 2) return undefined
  return {
    ...friedmanTest(measured),
    labels,
    block: enough ? 'a setting and seed' : 'a round',
    criticalDifference: criticalDifference(labels.length, blocks),
  }
}

const named = ({ schedulers }: SettingResults, label: string) =>
  schedulers.find((scheduler) => scheduler.label === label)!

/** Mean cost of each seed that all of these schedulers have finished. */
function seedMeans(setting: SettingResults, labels: readonly string[], label: string): number[] {
  const own = named(setting, label)
  const seeds = [...new Set(own.seed)].filter((seed) =>
    labels.every((other) => named(setting, other).records.some((record) => record.seed === seed)),
  )
  return seeds.map((seed) => mean(own.cost.filter((_, row) => own.seed[row] === seed)))
}

/** Costs of the rounds that all of these schedulers played. */
function sharedCosts(setting: SettingResults, labels: readonly string[], label: string): number[] {
  const played = labels.map((other) => new Set(named(setting, other).round))
  const own = named(setting, label)
  return Array.from(own.cost).filter((_, row) => played.every((rounds) => rounds.has(own.round[row])))
}
