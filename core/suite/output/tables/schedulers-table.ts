import { clientColumns } from '../../../report/comparison-table.js'
import { fixed, significant } from '../../../report/numbers.js'
import { numberColumn, type TableCell, textColumn } from '../../../report/table-column.js'
import { servingMost } from '../../../results/comparable.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { ComparedScheduler } from '../../analysis/compare.js'
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
      numberColumn(rows, { head: 'median cost', of: ({ medianCost }) => medianCost, best }),
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
          head: 'typical ratio',
          unit: '',
          numeric: true,
          cells: rows.map((row) => ratioCell(row, setting.setting.baseline, 'typicalRatio')),
        },
        {
          head: 'p (Holm)',
          unit: '',
          numeric: true,
          cells: rows.map(({ against }) => testCell(against)),
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

/** A ratio to the baseline with its interval, starred where it is that of other numbers of clients; 1 for the baseline itself. */
export function ratioCell(
  { label, against }: ComparedScheduler,
  baseline: string,
  ratio: 'ratio' | 'typicalRatio' = 'ratio',
) {
  if (against) {
    const cell = estimateCell(against[ratio])
    return against.comparable ? cell : { ...cell, text: `${cell.text}*` }
  }
  return label === baseline ? { text: '1', value: 1 } : { text: '–', value: Number.NaN }
}

/** What the star of a ratio says. */
export const STARRED =
  '* Not of as many clients, served and finished, as the baseline has in the same rounds: such costs do not compare, and have no p.'

/** `lower, < 0.001`: which way costs of a round tend, and how likely that is by chance. */
function testCell(against: ComparedScheduler['against']): TableCell {
  const p = against?.comparable ? against.p : Number.NaN
  const way =
    against === undefined || Number.isNaN(p) || against.tendency === 'neither' ? '' : against.tendency
  return { text: way === '' ? pText(p) : `${way}, ${pText(p)}`, value: p }
}

/** Words in a row, of many the first. */
const listed = (words: readonly string[]): string =>
  words.length <= MOST_LISTED
    ? words.join('; ')
    : `${words.slice(0, MOST_LISTED).join('; ')} and ${fixed(words.length - MOST_LISTED, 0)} more`

const MOST_LISTED = 10

/** What cost ratios are, in settings whose rounds or seeds are independent. */
export function ratioNote(settings: readonly AnalysedSetting[]): string {
  const units = new Set(
    settings.flatMap(({ compared }) => compared.flatMap(({ against }) => against?.unit ?? [])),
  )
  const where = units.size > 1
  return [
    'Cost ratio: mean cost over that of the baseline in the same rounds, brackets: 95 % interval, ',
    ...(units.has('round')
      ? [
          `by the bootstrap over rounds${where ? ' where positions are new in each and nothing is carried over' : ''}`,
        ]
      : []),
    ...(where ? ['; elsewhere '] : []),
    ...(units.has('seed')
      ? [
          'the geometric mean of the seeds’ ratios, by Student’s t over seeds, since rounds of a seed share what was drawn once',
        ]
      : []),
    '.',
  ].join('')
}

function noteOf(analysed: AnalysedSetting): string {
  const { setting, schedulers, compared, label } = analysed
  const notes = []
  const [against] = compared.flatMap((row) => row.against ?? [])
  if (against) {
    notes.push(
      `${label}, against ${setting.baseline}. ${ratioNote([analysed])}`,
      'Typical ratio: geometric mean over rounds of cost over cost, which no few rounds make, by Student’s t. p: whether costs of a round tend to be lower ' +
        `or higher than the baseline’s, which a ratio of means need not follow; ${
          against.unit === 'round' ? 'Wilcoxon’s signed-rank test' : 'Student’s t over seeds'
        } of the logarithms of cost over cost, corrected by Holm’s method.`,
    )
  }
  if (compared.some(({ against }) => against?.comparable === false)) notes.push(STARRED)
  if (compared.length > 1 && servingMost(compared).length < compared.length)
    notes.push(
      'Served, and finished, count clients in a mean round; no cost is bold that is not of as many clients as any.',
    )
  for (const { label: name, doubt } of compared)
    if (doubt !== undefined) notes.push(`The mean cost of ${name} is none to judge by: ${doubt}.`)
  const early = schedulers.flatMap(({ label: name, records }) =>
    records
      .filter(({ rounds }) => rounds < setting.loaded.scenario.rounds)
      .map(({ seed, rounds }) => `${name}, seed ${seed}, after ${fixed(rounds, 0)}`),
  )
  if (early.length > 0)
    notes.push(
      `Ended before their ${fixed(setting.loaded.scenario.rounds, 0)} rounds: ${listed(early)}. Each seed counts once in the means, and ratios ` +
        'are over the rounds that both played.',
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
