import { servingMost } from '../results/comparable.js'
import type { Estimate } from '../statistics/descriptive.js'
import type { ComparisonRow } from './comparison.js'
import { counted, fixed, significant } from './numbers.js'
import type { ReportData } from './report-data.js'

/** The run's result in a sentence or two, as far as its numbers carry it. */
export function headline(
  { roundsDone, baseline, schedulers }: Pick<ReportData, 'roundsDone' | 'baseline' | 'schedulers'>,
  rows: readonly ComparisonRow[],
): string {
  if (roundsDone === 0) return 'No round was completed.'
  if (schedulers.some(({ of }) => of))
    return `${counted(roundsDone, 'row')} are aggregations of several jobs that share the network. Each job has a line for every scheduler; what one costs does not compare with what another does.`
  const over = `Over ${counted(roundsDone, 'round')}`
  if (rows.every(({ completed }) => !(completed > 0)))
    return `${over}, no client came to the end of one${rows.length > 1 ? ' under any scheduler' : ''}: what is shown are the costs of rounds that broke off${rows.length > 1 ? ', and none is better for being lower' : ''}.`
  if (rows.length === 1) {
    const [{ label, meanCost, medianCost }] = rows
    return `${over}, ${label} came to a mean system cost of ${significant(meanCost)} a round (median ${significant(medianCost)}).`
  }
  const most = servingMost(rows)
  const fewer = rows.filter((row) => !most.includes(row))
  if (most.length < 2) return `${over}, ${withoutWinner(most, rows)}`
  if (rows.some(({ rounds }) => rounds !== roundsDone))
    return 'The schedulers did not all get through the same number of rounds; ratios below are over the rounds that each shares with the baseline.'
  const best = most.reduce((a, b) => (b.meanCost < a.meanCost ? b : a))
  const others =
    fewer.length === 0
      ? ''
      : ` Fewer clients were served, or finished, under ${fewer.map(({ label }) => label).join(', ')}: costs of fewer do not compare.`
  const lead = `${over}, ${best.label} had the lowest mean system cost${fewer.length > 0 ? ' of those that served the most clients' : ''}: ${significant(best.meanCost)} a round`
  return `${lead}${besideOthers(best, most, roundsDone, baseline)}${others}`
}

/** Why none can be called the cheapest: who served how many. */
function withoutWinner([first]: readonly ComparisonRow[], rows: readonly ComparisonRow[]): string {
  const clients = rows.map(({ label, served, completed }) => {
    const finished = served === completed ? '' : `, of whom ${significant(completed, 3)} finished`
    return `${label} ${significant(served, 3)}${finished}`
  })
  const lead = first
    ? `${first.label} served more clients than any other`
    : 'the schedulers did not serve the same number of clients, nor bring as many to the end of a round'
  return `${lead}, and a round is cheaper for having fewer of them: none can be called the cheapest. Clients served in a mean round: ${clients.join('; ')}.`
}

/** The best against the baseline, or the next against the best where that is the baseline. */
function besideOthers(
  best: ComparisonRow,
  most: readonly ComparisonRow[],
  rounds: number,
  baseline: string,
): string {
  if (best.against) {
    const { ratio, won, comparable } = best.against
    if (!comparable || !Number.isFinite(ratio.value)) return '.'
    return `, ${times(ratio, rounds)} that of the baseline ${baseline}. It was the cheaper of the two in ${percent(won)} of the rounds.`
  }
  const next = most.filter((row) => row !== best).reduce((a, b) => (b.meanCost < a.meanCost ? b : a))
  if (!next.against || !Number.isFinite(next.against.ratio.value)) return '.'
  return `. The next, ${next.label}, came to ${times(next.against.ratio, rounds)} as much, and was the cheaper of the two in ${percent(next.against.won)} of the rounds.`
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
