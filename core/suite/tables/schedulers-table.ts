import { clientColumns } from '../../report/comparison-table.js'
import { significant } from '../../report/numbers.js'
import { numberColumn, textColumn } from '../../report/table-column.js'
import { servingMost } from '../../results/comparable.js'
import type { AnalysedSetting } from '../analysis.js'
import type { ComparedScheduler } from '../compare.js'
import { estimateCell, pText, type SuiteTable, slug } from './table.js'

/** The schedulers of one setting. */
export function schedulersTable(setting: AnalysedSetting, settings = 2): SuiteTable {
  const rows = setting.compared
  const comparing = rows.some(({ against }) => against)
  const most = servingMost(rows)
  const best = (row: ComparedScheduler) => most.includes(row)
  const when = (shown: boolean, ...columns: SuiteTable['columns']) => (shown ? columns : [])
  const counts = [
    numberColumn(rows, { head: 'shared slots', of: ({ violations }) => violations, decimals: 0 }),
    numberColumn(rows, { head: 'sat out', of: ({ satOut }) => satOut, decimals: 0 }),
    numberColumn(rows, { head: 'unfinished', of: ({ unfinished }) => unfinished, decimals: 0 }),
    numberColumn(rows, { head: 'quit', of: ({ quit }) => quit, decimals: 0 }),
  ].filter(({ cells }) => cells.some(({ value }) => value !== 0))
  return {
    id: `schedulers-${slug(setting.label)}`,
    title: settings === 1 ? 'Schedulers' : setting.label,
    note: noteOf(setting),
    columns: [
      textColumn('scheduler', rows, ({ label }) => label),
      textColumn('tier', rows, ({ tier }) => tier),
      numberColumn(rows, { head: 'rounds', of: ({ rounds }) => rounds, decimals: 0 }),
      numberColumn(rows, { head: 'mean cost', of: ({ meanCost }) => meanCost, best }),
      ...clientColumns(rows),
      numberColumn(rows, { head: 'mean time', unit: 's', of: ({ meanTime }) => meanTime, best }),
      numberColumn(rows, { head: 'mean energy', unit: 'J', of: ({ meanEnergy }) => meanEnergy, best }),
      ...when(
        comparing,
        {
          head: 'cost ratio',
          unit: '',
          numeric: true,
          cells: rows.map((row) => ratioCell(row, setting.setting.baseline)),
        },
        {
          head: 'p (Holm)',
          unit: '',
          numeric: true,
          cells: rows.map(({ against }) => {
            const p = against?.p ?? Number.NaN
            return { text: pText(p), value: p }
          }),
        },
        numberColumn(rows, {
          head: 'rounds won',
          unit: '%',
          of: ({ against }) => (against ? 100 * against.won : Number.NaN),
          decimals: 1,
        }),
      ),
      ...when(
        rows.some(({ aboveBound }) => Number.isFinite(aboveBound)),
        numberColumn(rows, { head: 'of proven bound', of: ({ aboveBound }) => aboveBound, decimals: 3 }),
      ),
      timeColumn('median decision', rows, best),
      textColumn('Pareto front', rows, ({ label }) => (setting.paretoFront.includes(label) ? 'yes' : '')),
      ...counts,
    ],
  }
}

/** Times of such different sizes that each has its own digits. */
function timeColumn(
  head: string,
  rows: readonly ComparedScheduler[],
  best: (row: ComparedScheduler) => boolean,
): SuiteTable['columns'][number] {
  const column = numberColumn(rows, {
    head,
    unit: 'ms',
    of: ({ medianDecision }) => 1000 * medianDecision,
    best,
  })
  const cells = column.cells.map((cell) => ({ ...cell, text: significant(Number(cell.value), 3) }))
  return { ...column, cells }
}

/** The ratio to the baseline with its interval, starred where it is that of other numbers of clients; 1 for the baseline itself. */
export function ratioCell({ label, against }: ComparedScheduler, baseline: string) {
  if (against) {
    const cell = estimateCell(against.ratio)
    return against.comparable ? cell : { ...cell, text: `${cell.text}*` }
  }
  return label === baseline ? { text: '1', value: 1 } : { text: '–', value: Number.NaN }
}

/** What the star of a ratio says. */
export const STARRED =
  '* not of as many clients, served and finished, as the baseline has in the same rounds: such costs do not compare.'

function noteOf({ setting, compared, label }: AnalysedSetting): string {
  const notes = []
  if (compared.some(({ against }) => against)) {
    notes.push(
      `${label}: ratio of mean costs to ${setting.baseline} over the same rounds, brackets: 95 % bootstrap interval` +
        (compared[0].seeds > 1
          ? ' (seeds drawn first, then rounds within each).'
          : ' (rounds of the one seed).') +
        ' p: Wilcoxon signed-rank test over rounds, corrected by Holm’s method.',
    )
  }
  if (compared.some(({ against }) => against?.comparable === false)) notes.push(STARRED)
  if (compared.length > 1 && servingMost(compared).length < compared.length)
    notes.push(
      'Served, and finished, count clients in a mean round; no cost is bold that is not of as many clients as any.',
    )
  if (compared.some(({ aboveBound }) => Number.isFinite(aboveBound)))
    notes.push('Of proven bound: mean cost over the mean of what was proved for the same rounds.')
  notes.push(
    'Pareto front: no other scheduler that serves as many clients is better in both mean cost and median decision time.',
  )
  if (compared.some(({ quit }) => quit > 0))
    notes.push(
      'Quit: clients that spent their energy budget, over all seeds; rounds without them are cheaper.',
    )
  const skipped = setting.skipped.map(({ scheduler, reason }) => `${scheduler} (${reason})`)
  if (skipped.length > 0) notes.push(`Left out: ${skipped.join('; ')}.`)
  return notes.join(' ')
}
