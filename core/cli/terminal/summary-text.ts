import { shortLabel, shortLabels } from '../../label.js'
import { columnTexts, counted, fixed, significant } from '../../report/numbers.js'
import { type ClientsARound, servingMost } from '../../results/comparable.js'
import type { SchedulerSummary, Summary } from '../../results/summary.js'
import { alignedTable, widthOf } from './table.js'

interface Figure {
  readonly title: string
  readonly unit?: string
  readonly digits: number
  readonly decimals?: number
  readonly of: (scheduler: SchedulerSummary) => number
}

/** What the schedulers of a run came to: a table, or where that is too wide a paragraph each. */
export function summaryText({ schedulers }: Summary, columns: number): string {
  const figures = figuresFor(schedulers)
  const labels = shortLabels(schedulers.map(({ label }) => label))
  const texts = figures.map(({ of, digits, decimals }) => columnTexts(schedulers.map(of), digits, decimals))
  const tableWith = (names: readonly ('label' | 'tier')[]) =>
    alignedTable(
      [
        ...names.map((name) => ({ title: name === 'label' ? 'scheduler' : name })),
        ...figures.map(({ title, unit }) => ({
          title: unit ? `${title} ${unit}` : title,
          align: 'right' as const,
        })),
      ],
      schedulers.map((scheduler, i) => [
        ...names.map((name) => (name === 'label' ? labels[i] : scheduler.tier)),
        ...texts.map((column) => column[i]),
      ]),
    )
  // The tier is what a narrow window can do without: the report has it, too.
  const table = [tableWith(['label', 'tier']), tableWith(['label'])].find((each) => widthOf(each) <= columns)
  return table ?? paragraphs(schedulers, labels, figures, columns)
}

/** What the table's figures are, and whose mean cost says little of a usual round. */
export function summaryNote({ schedulers }: Summary): string {
  const compared = schedulers.flatMap(({ against }) => (against ? [against] : []))
  const [first] = compared
  const uneven = new Set(schedulers.map(({ rounds }) => rounds)).size > 1
  const ratio = first
    ? `; ratio to ${first.baseline}${uneven ? ' over the rounds that both played' : ''}`
    : ''
  const skewed = schedulers.filter(({ cost }) => cost.mean > 3 * cost.median)
  const medians = skewed.map(({ label, cost }) => `${shortLabel(label)} ${significant(cost.median)}`)
  const note = `means over rounds (decision: median)${ratio}`
  return [
    note,
    ...(medians.length === 0
      ? []
      : [`a few rounds make most of a mean; median cost of ${medians.join(', ')}`]),
    ...incomparable(schedulers),
  ].join('\n')
}

/** Whose costs are no better for being lower: a round in which fewer clients take part is cheaper for that alone. */
function incomparable(schedulers: readonly SchedulerSummary[]): string[] {
  if (schedulers.length < 2) return []
  const rows = schedulers.map(clientsARound)
  const most = servingMost(rows)
  if (most.length === rows.length) return []
  if (rows.every(({ completed }) => completed === 0))
    return ['no client finished a round: nothing to compare']
  if (most.length === 0) return ['clients served, and finished, differ: costs do not compare']
  const fewer = rows.filter((row) => !most.includes(row)).map(({ label }) => shortLabel(label))
  return [
    `fewer clients than ${shortLabel(most[0].label)}: ${fewer.join(', ')}; costs of fewer do not compare`,
  ]
}

const baselineOf = (schedulers: readonly SchedulerSummary[]): string | undefined =>
  schedulers.find(({ against }) => against)?.against?.baseline

const clientsARound = ({ label, rounds, served, completed }: SchedulerSummary) => ({
  label,
  served: served / rounds,
  completed: completed / rounds,
})

/** Means over rounds; the decision's median, for its mean is that of the first rounds, before the code is compiled. */
function figuresFor(schedulers: readonly SchedulerSummary[]): Figure[] {
  const baseline = baselineOf(schedulers)
  const clients = (title: string, of: (each: ClientsARound) => number): Figure => {
    const values = schedulers.map((each) => of(clientsARound(each)))
    return {
      title,
      digits: 3,
      decimals: values.every((value) => Number.isInteger(value) || Number.isNaN(value)) ? 0 : 2,
      of: (each) => of(clientsARound(each)),
    }
  }
  const where = (shown: boolean, figure: Figure): Figure[] => (shown ? [figure] : [])
  const count = (title: string, of: Figure['of']): Figure[] =>
    where(
      schedulers.some((scheduler) => of(scheduler) > 0),
      { title, digits: 1, of },
    )
  return [
    ...where(new Set(schedulers.map(({ rounds }) => rounds)).size > 1, {
      title: 'rounds',
      digits: 1,
      of: ({ rounds }) => rounds,
    }),
    { title: 'mean cost', digits: 4, of: ({ cost }) => cost.mean },
    ...where(baseline !== undefined, {
      title: 'ratio',
      digits: 4,
      of: ({ label, against }) => against?.ratio.value ?? (label === baseline ? 1 : Number.NaN),
    }),
    clients('served', ({ served }) => served),
    ...where(
      schedulers.some(({ unfinished }) => unfinished > 0),
      clients('finished', ({ completed }) => completed),
    ),
    { title: 'time', unit: 's', digits: 4, of: ({ time }) => time.mean },
    { title: 'energy', unit: 'J', digits: 4, of: ({ energy }) => energy.mean },
    { title: 'decision', unit: 'ms', digits: 2, of: ({ decisionSeconds }) => decisionSeconds.median * 1000 },
    ...count('quit', ({ quit }) => quit),
    ...count('sat out', ({ satOut }) => satOut),
    ...count('unfinished', ({ unfinished }) => unfinished),
    ...count('violations', ({ violations }) => violations),
  ]
}

function paragraphs(
  schedulers: readonly SchedulerSummary[],
  labels: readonly string[],
  figures: readonly Figure[],
  columns: number,
): string {
  return schedulers
    .map((scheduler, i) => {
      const parts = figures.map(({ title, unit, digits, decimals, of }) => {
        const value = of(scheduler)
        const text = decimals === undefined ? significant(value, digits) : fixed(value, decimals)
        return [title, text, unit].filter(Boolean).join(' ')
      })
      return [`${labels[i]} (${scheduler.tier})`, ...wrapped(parts, columns)].join('\n')
    })
    .join('\n')
}

/** Parts on as few indented lines as hold them, none of them broken. */
function wrapped(parts: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    const longer = `${last} · ${part}`
    if (last !== undefined && longer.length <= columns) lines[lines.length - 1] = longer
    else lines.push(`  ${part}`)
  }
  return lines
}

/** `greedy ended after 7 of 20 rounds: nobody comes back after 5 s`, of each scheduler that ended early. */
export const endingLines = ({ schedulers }: Summary, asked: number): string[] =>
  schedulers.flatMap(({ label, rounds, ended }) =>
    ended
      ? [
          `${shortLabel(label)} ended after ${fixed(rounds, 0)} of ${counted(asked, 'round')}: ${ended.message}`,
        ]
      : [],
  )

/** `paper-schedulers: 2,500 rounds, seed 1, in 12 s` */
export const runHeading = (name: string, { rounds, seed }: Summary): string =>
  `${name}: ${counted(rounds, 'round')}, seed ${seed}`
