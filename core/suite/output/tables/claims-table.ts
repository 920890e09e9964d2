import { cellColumn, type DataTable, estimateCell, textColumn } from '../../../report/data-table.js'
import type { Verdict } from '../../analysis/claims.js'

/** What the suite's claims came to. */
export function claimsTable(verdicts: readonly Verdict[]): DataTable {
  return {
    id: 'claims',
    title: 'Claims and verdicts',
    note:
      'The figure is that of the first scheduler over that of the second, with its 95 % interval. What a run has one of (quits, loss, accuracy) is ' +
      'compared over seeds by Student’s t: a loss by the geometric mean of the seeds’ ratios, quits and accuracy by the ratio of their means (Fieller). Rounds ' +
      'are compared over rounds (means as such a ratio, other statistics by the bootstrap) where positions are new in each and nothing is carried over; else each seed by its rounds, and seeds by ' +
      'the geometric mean of their ratios, by Student’s t. A claim holds where all of the interval bears it out, fails where none of it does, and is ' +
      'undecided in between, where there are fewer than five independent values, and where a mean is made by a few rounds or has no finite expectation.',
    columns: [
      ...(verdicts.some(({ claim }) => claim.source)
        ? [textColumn('source', verdicts, ({ claim }) => claim.source ?? '')]
        : []),
      textColumn('claim', verdicts, ({ claim }) => claim.claim),
      textColumn('setting', verdicts, ({ setting }) => setting),
      textColumn('figure', verdicts, ({ figure }) => figure),
      textColumn('expected', verdicts, ({ expected }) => expected),
      cellColumn(
        'ours',
        verdicts.map(({ ratio }) => (ratio ? estimateCell(ratio) : { text: '–', value: Number.NaN })),
      ),
      {
        ...textColumn('verdict', verdicts, ({ verdict }) => verdict),
        cells: verdicts.map(({ verdict }) => ({
          text: verdict,
          value: verdict,
          tone: verdict.replace(' ', '-'),
        })),
      },
    ],
  }
}
