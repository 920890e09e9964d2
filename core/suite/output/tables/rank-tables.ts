import { type DataTable, numberColumn, pText, textColumn } from '../../../report/data-table.js'
import { fixed } from '../../../report/numbers.js'
import type { Analysis, Ranking } from '../../analysis/analysis.js'

/** How often each scheduler was cheaper than each other. */
export function winsTable({ wins, settings }: Analysis): DataTable {
  const rows = wins.labels.map((label, row) => ({ label, share: wins.share[row] }))
  return {
    id: 'wins',
    title: 'Rounds won, row against column, %',
    note:
      'Share of rounds in which the scheduler of the row was strictly cheaper than that of the column, with no fewer clients that finished' +
      (settings.length > 1 ? ', mean over the settings that have both.' : '.'),
    columns: [
      textColumn('scheduler', rows, ({ label }) => label),
      ...wins.labels.map((label, column) =>
        numberColumn(rows, { head: label, unit: '%', of: ({ share }) => 100 * share[column], decimals: 1 }),
      ),
    ],
  }
}

/** What is said in place of the table of ranks. */
export const unrankedNote = (why: string): string => `Schedulers are not ranked: ${why}.`

/** Mean ranks, and how far apart they have to be. */
export function ranksTable(_: Analysis, ranking: Ranking): DataTable {
  const rows = ranking.labels
    .map((label, i) => ({ label, rank: ranking.meanRanks[i] }))
    .sort((a, b) => a.rank - b.rank)
  return {
    id: 'ranks',
    title: 'Mean ranks',
    note: ranksNote(ranking),
    columns: [
      textColumn('scheduler', rows, ({ label }) => label),
      numberColumn(rows, { head: 'mean rank', of: ({ rank }) => rank, decimals: 3, best: true }),
    ],
  }
}

export const ranksNote = (ranking: Ranking): string => {
  const { blocks, block, statistic, labels, omitted, p, criticalDifference } = ranking
  return (
    `Rank 1 is the lowest cost of a block; a block is ${block} (${fixed(blocks, 0)} of them)` +
    `${block === 'a round' ? ' that all of them played with as many clients' : ', and its cost the mean over the rounds that all of them played with as many clients'}. ` +
    `Friedman: χ² = ${fixed(statistic, 1)} with ${labels.length - 1} degrees of freedom, p ${p < 0.001 ? '' : '= '}${pText(p)}. ` +
    `Mean ranks further apart than ${fixed(criticalDifference, 3)} differ at the 5 % level (Nemenyi).` +
    omitted
      .map(
        (each) =>
          ` Not ranked: ${each.label}, which ${each.why}${each.why === 'did not take part' ? ' in' : ' of'} ${each.settings.join('; ')}.`,
      )
      .join('')
  )
}
