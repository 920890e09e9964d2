import { textColumn } from '../../report/table-column.js'
import type { Verdict } from '../claims.js'
import { estimateCell, type SuiteTable } from './table.js'

/** What the suite's claims came to. */
export function claimsTable(verdicts: readonly Verdict[]): SuiteTable {
  return {
    id: 'claims',
    title: 'Claims and verdicts',
    note:
      'The figure is that of the first scheduler over that of the second, with its 95 % bootstrap interval. A claim holds where all of the interval ' +
      'bears it out, fails where none of it does, and is undecided in between, and where there are fewer than five values of each.',
    columns: [
      ...(verdicts.some(({ claim }) => claim.source)
        ? [textColumn('source', verdicts, ({ claim }) => claim.source ?? '')]
        : []),
      textColumn('claim', verdicts, ({ claim }) => claim.claim),
      textColumn('setting', verdicts, ({ setting }) => setting),
      textColumn('figure', verdicts, ({ figure }) => figure),
      textColumn('expected', verdicts, ({ expected }) => expected),
      {
        head: 'ours',
        unit: '',
        numeric: true,
        cells: verdicts.map(({ ratio }) => (ratio ? estimateCell(ratio) : { text: '–', value: Number.NaN })),
      },
      textColumn('verdict', verdicts, ({ verdict }) => verdict),
    ],
  }
}
