import {
  cellColumn,
  type DataTable,
  estimateCell,
  numberColumn,
  pText,
  slug,
  type TableCell,
  textColumn,
} from '../../../report/data-table.js'
import { fixed } from '../../../report/numbers.js'
import { schedulerFigures } from '../../../report/scheduler-columns.js'
import { servingMost } from '../../../results/comparable.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { ComparedScheduler } from '../../analysis/compare.js'

/** The schedulers of one setting. */
export function schedulersTable(setting: AnalysedSetting, settings = 2): DataTable {
  const rows = setting.compared
  const { baseline } = setting.setting
  const comparing = rows.some(({ against }) => against)
  const bounded = rows.some(({ aboveBound }) => Number.isFinite(aboveBound))
  const most = servingMost(rows)
  const best = (row: object) => most.some((each) => each === row)
  return {
    id: `schedulers-${slug(setting.label)}`,
    title: settings === 1 ? 'Schedulers' : setting.label,
    note: noteOf(setting),
    columns: [
      textColumn('scheduler', rows, ({ label }) => label),
      textColumn('tier', rows, ({ tier }) => tier),
      ...schedulerFigures(rows, ['rounds']),
      ...schedulerFigures(rows, ['meanCost', 'medianCost'], best),
      ...schedulerFigures(rows, ['served', 'finished']),
      ...schedulerFigures(rows, ['meanTime', 'meanEnergy'], best),
      ...(comparing
        ? [
            cellColumn(
              'cost ratio',
              rows.map((row) => ratioCell(row, baseline)),
            ),
            cellColumn(
              'typical ratio',
              rows.map((row) => ratioCell(row, baseline, 'typicalRatio')),
            ),
            cellColumn(
              'p (Holm)',
              rows.map(({ against }) => testCell(against)),
            ),
            ...schedulerFigures(rows, ['won']),
          ]
        : []),
      ...(bounded
        ? [numberColumn(rows, { head: 'of proven bound', of: ({ aboveBound }) => aboveBound, decimals: 3 })]
        : []),
      // Times of such different sizes that each has its own digits.
      numberColumn(rows, {
        head: 'median decision',
        unit: 'ms',
        of: ({ medianDecision }) => 1000 * medianDecision,
        each: 3,
        best,
      }),
      textColumn('Pareto front', rows, ({ label }) => (setting.paretoFront.includes(label) ? 'yes' : '')),
      ...schedulerFigures(rows, ['sharedSlots', 'satOut', 'unfinished', 'quit']),
    ],
  }
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
