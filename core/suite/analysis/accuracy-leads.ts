import type { Estimate } from '../../statistics/descriptive.js'
import { studentMean } from '../../statistics/student.js'
import type { AnalysedSetting } from './analysed-setting.js'
import { type AccuracyMeasure, accuracyOf, learnedModelsOf } from './learned-models.js'

/** By how much the baseline's model is more accurate than another's, in one setting. */
export interface AccuracyLead {
  readonly label: string
  readonly measure: AccuracyMeasure
  /** Mean over the seeds that both have of the difference in each, percentage points, with Student's interval. */
  readonly points: Estimate
  readonly seeds: number
}

/** The leads of the baseline over every other scheduler that learned; none where it learned nothing itself. */
export function accuracyLeads(setting: AnalysedSetting): AccuracyLead[] {
  const { baseline } = setting.setting
  const learners = learnedModelsOf(setting)
  const accuracies = (label: string, measure: AccuracyMeasure) =>
    new Map(
      learners
        .find((each) => each.label === label)
        ?.seeds.flatMap(({ seed, table }) => {
          const accuracy = accuracyOf(table, measure)
          return accuracy === undefined ? [] : [[seed, accuracy] as const]
        }),
    )
  const others = learners.filter(({ label }) => label !== baseline)
  return others.flatMap(({ label }) =>
    (['last', 'best', 'mean'] as const).flatMap((measure): AccuracyLead[] => {
      const own = accuracies(baseline, measure)
      const differences = [...accuracies(label, measure)].flatMap(([seed, accuracy]) => {
        const reference = own.get(seed)
        return reference === undefined ? [] : [100 * (reference - accuracy)]
      })
      if (differences.length === 0) return []
      return [{ label, measure, points: studentMean(differences), seeds: differences.length }]
    }),
  )
}
