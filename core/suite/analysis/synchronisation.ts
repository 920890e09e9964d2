import { mean } from '../../statistics/descriptive.js'
import { studentMean } from '../../statistics/student.js'
import type { AnalysedSetting } from './analysed-setting.js'

/** What a scheduler came to whose twin was told so much. */
export interface SynchronisedPoint {
  /** The setting. */
  readonly label: string
  /** Reported a round, bits. */
  readonly bits: number
  /** Mean cost with its interval over seeds, what reports take included. */
  readonly cost: { readonly value: number; readonly low: number; readonly high: number }
  /** Mean over rounds of how far the twin's gains were off, dB. */
  readonly gainErrorDb: number
  /** Mean |ln(cost / predicted cost)|. */
  readonly predictionError: number
}

/** A scheduler under one estimator, as its twin is told more and more. */
export interface SynchronisationCurve {
  readonly scheduler: string
  readonly estimator: string
  /** Ascending in bits. */
  readonly points: readonly SynchronisedPoint[]
  /** Where the cost is least: a twin that is told more is not worth its traffic. */
  readonly best: SynchronisedPoint
}

/** What cost and prediction come to against what is reported, where settings differ in that: at least three amounts. */
export function synchronisationCurves(settings: readonly AnalysedSetting[]): SynchronisationCurve[] {
  const groups = new Map<string, { scheduler: string; estimator: string; points: SynchronisedPoint[] }>()
  for (const setting of settings) {
    const { twin } = setting.setting.loaded.scenario
    if (twin === 'perfect') continue
    const estimator = twin.prediction === 'hold' ? 'hold' : twin.estimator.label
    for (const own of setting.schedulers) {
      const point = pointOf(setting.label, own)
      if (!point) continue
      const key = JSON.stringify([own.label, estimator])
      const group = groups.get(key) ?? { scheduler: own.label, estimator, points: [] }
      group.points.push(point)
      groups.set(key, group)
    }
  }
  return [...groups.values()].flatMap(({ points, ...names }) => {
    if (new Set(points.map(({ bits }) => bits)).size < LEAST_AMOUNTS) return []
    const ascending = points.toSorted((a, b) => a.bits - b.bits)
    const best = ascending.reduce((least, each) => (each.cost.value < least.cost.value ? each : least))
    return [{ ...names, points: ascending, best }]
  })
}

/** Fewer amounts of traffic than this show no point from which on it is not worth it. */
const LEAST_AMOUNTS = 3

function pointOf(
  label: string,
  { twin }: AnalysedSetting['schedulers'][number],
): SynchronisedPoint | undefined {
  const seeds = twin.flatMap((table) => (table ? [table.columns] : []))
  if (seeds.length === 0) return undefined
  const { value, low, high } = studentMean(seeds.map(({ cost }) => mean(cost)))
  const all = (of: (columns: (typeof seeds)[number]) => Float64Array) =>
    mean(seeds.map((each) => mean(of(each))))
  return {
    label,
    bits: all(({ reportBits }) => reportBits),
    cost: { value, low, high },
    gainErrorDb: all(({ gainErrorDb }) => gainErrorDb),
    predictionError: all(({ cost, predictedCost }) =>
      cost.map((each, i) => Math.abs(Math.log(each / predictedCost[i]))),
    ),
  }
}
