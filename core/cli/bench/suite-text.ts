import { type DataTable, estimateCell } from '../../report/data-table.js'
import { largestOf } from '../../statistics/extremes.js'
import type { Analysis } from '../../suite/analysis/analysis.js'
import type { Verdict } from '../../suite/analysis/claims.js'
import { lostUpdatesNote } from '../../suite/execution/lost-updates.js'
import { allTables } from '../../suite/output/tables/all-tables.js'
import { unrankedNote } from '../../suite/output/tables/rank-tables.js'
import { STARRED } from '../../suite/output/tables/schedulers-table.js'
import type { SuiteRun } from '../../suite/run-suite.js'
import { terminalTable, widthOf } from '../terminal/table.js'
import { wrap } from '../terminal/wrap.js'

/** Columns that a narrow terminal can do without, the first to go first. */
const dispensable = [
  'Pareto front',
  'mean energy',
  'mean time',
  'p (Holm)',
  'rounds',
  'tier',
  'rounds won',
  'typical ratio',
  'median cost',
]

/** Tables that are kept for the files: what they say is in the others. */
const inFilesOnly = ['wins']

/** What a suite came to: its tables, as wide as the terminal allows, and what has to be known before they are believed. */
export const suiteText = ({ analysis, verdicts }: SuiteRun, columns: number): string =>
  [
    ...tableTexts(analysis, verdicts, columns),
    ...notes(analysis).map((note) => wrap(note, columns, 0).join('\n')),
  ].join('\n\n')

/** Rounds whose updates were lost, and why there are no ranks. */
const notes = ({ settings, unranked }: Analysis): string[] => [
  ...settings.flatMap(({ label, schedulers }) => {
    const lost = lostUpdatesNote(schedulers.flatMap(({ records }) => records)).trim()
    return lost === '' ? [] : [settings.length > 1 ? `${label}: ${lost}` : lost]
  }),
  ...(unranked === undefined ? [] : [unrankedNote(unranked)]),
]

const tableTexts = (analysis: Analysis, verdicts: readonly Verdict[], columns: number): string[] =>
  allTables(analysis, verdicts)
    .filter(({ id }) => !inFilesOnly.includes(id))
    .map(
      (table) =>
        `${table.title}\n${table.id === 'claims' ? claims(verdicts, columns) : fitted(table, columns)}${starred(table)}`,
    )

/** What a star in a table means, where there is one. */
const starred = ({ columns }: DataTable): string =>
  columns.some(({ cells }) => cells.some(({ text }) => text.endsWith('*'))) ? `\n${STARRED}` : ''

/** Each claim under its verdict, since sentences make poor columns. */
function claims(verdicts: readonly Verdict[], columns: number): string {
  const width = largestOf(verdicts.map(({ verdict }) => verdict.length)) + 2
  return verdicts
    .map(({ claim, figure, expected, setting, ratio, verdict }) => {
      const source = claim.source ? ` (${claim.source})` : ''
      const own = ratio ? estimateCell(ratio) : undefined
      const found = own ? [own.text, own.interval?.text].filter(Boolean).join(' ') : 'nothing'
      const [first = '', ...more] = wrap(`${claim.claim}${source}`, columns, width)
      const measured = wrap(`${figure}, ${setting}: ${found}, expected ${expected}`, columns, width)
      return [`${verdict.padEnd(width)}${first.trimStart()}`, ...more, ...measured].join('\n')
    })
    .join('\n')
}

function fitted(table: DataTable, width: number): string {
  const left = dispensable.filter((head) => table.columns.some((column) => column.head === head))
  for (let dropped = 0; ; dropped++) {
    const gone = left.slice(0, dropped)
    const text = terminalTable(table.columns.filter(({ head }) => !gone.includes(head)))
    if (widthOf(text) <= width || dropped === left.length) return text
  }
}
