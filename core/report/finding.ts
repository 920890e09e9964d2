import type { Estimate } from '../results/statistics.js'
import type { ComparisonRow } from './comparison.js'
import { counted, fixed, significant } from './numbers.js'
import type { ReportData } from './report-data.js'

/** The run's result in a sentence or two, as far as its numbers carry it. */
export function finding({ roundsDone, baseline }: ReportData, rows: readonly ComparisonRow[]): string {
  if (roundsDone === 0) return 'No round was completed.'
  const over = `Over ${counted(roundsDone, 'round')}`
  const best = rows.reduce((a, b) => (b.meanCost < a.meanCost ? b : a))
  const cost = significant(best.meanCost)
  if (rows.length === 1)
    return `${over}, ${best.label} came to a mean system cost of ${cost} a round (median ${significant(best.medianCost)}).`
  if (rows.some(({ rounds }) => rounds !== roundsDone))
    return 'The schedulers did not all get through the same number of rounds; ratios below are over the rounds that each shares with the baseline.'
  const lead = `${over}, ${best.label} had the lowest mean system cost: ${cost} a round`
  if (best.against) {
    const { ratio, won } = best.against
    if (!Number.isFinite(ratio.value)) return `${lead}.`
    return `${lead}, ${times(best.against.ratio, roundsDone)} that of the baseline ${baseline}. It was the cheaper of the two in ${percent(won)} of the rounds.`
  }
  const next = rows.filter((row) => row !== best).reduce((a, b) => (b.meanCost < a.meanCost ? b : a))
  if (!next.against || !Number.isFinite(next.against.ratio.value)) return `${lead}.`
  return `${lead}. The next, ${next.label}, came to ${times(next.against.ratio, roundsDone)} as much, and was the cheaper of the two in ${percent(next.against.won)} of the rounds.`
}

const percent = (share: number): string => `${fixed(100 * share, 1)} %`

/** `0.963 times (95 % confidence interval 0.960 to 0.966)`. */
function times({ value, low, high }: Estimate, rounds: number): string {
  const interval =
    rounds > 1 && Number.isFinite(high)
      ? ` (95 % confidence interval ${fixed(low, 3)} to ${fixed(high, 3)})`
      : ''
  return `${fixed(value, 3)} times${interval}`
}
