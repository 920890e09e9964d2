import { servingMost } from '../../results/comparable.js'
import { type ComparedScheduler, compareSetting } from './compare.js'
import { onLikeProcessors } from './like-processors.js'
import { cellsAtOnce, type SettingResults } from './results.js'

/** A setting with its schedulers compared. */
export interface AnalysedSetting extends SettingResults {
  readonly compared: readonly ComparedScheduler[]
  /** Labels of schedulers that no other beats in both mean cost and median decision time, of those serving the most clients. */
  readonly paretoFront: readonly string[]
  /** Cells that ran at once while decisions were timed: the most of any. */
  readonly workers: number
  /** The processor that decision times were measured on, where cells ran on several. */
  readonly processor: string | undefined
}

/** Compares the schedulers of a setting. */
export function analyseSetting(results: SettingResults): AnalysedSetting {
  const { setting, processor } = onLikeProcessors(results)
  const compared = compareSetting(setting)
  const workers = cellsAtOnce(setting)
  return { ...setting, compared, paretoFront: paretoFrontOf(compared), workers, processor }
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
