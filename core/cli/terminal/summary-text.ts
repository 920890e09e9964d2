import { columnTexts, counted, significant } from '../../report/numbers.js'
import type { SchedulerSummary, Summary } from '../../results/summary.js'
import { alignedTable, widthOf } from './table.js'

interface Figure {
  readonly title: string
  readonly unit?: string
  readonly digits: number
  readonly of: (scheduler: SchedulerSummary) => number
}

/** What the schedulers of a run came to: a table, or where that is too wide a paragraph each. */
export function summaryText({ schedulers }: Summary, baseline: string, columns: number): string {
  const figures = figuresFor(schedulers, baseline)
  const texts = figures.map(({ of, digits }) => columnTexts(schedulers.map(of), digits))
  const table = alignedTable(
    [
      { title: 'scheduler' },
      { title: 'tier' },
      ...figures.map(({ title, unit }) => ({
        title: unit ? `${title} ${unit}` : title,
        align: 'right' as const,
      })),
    ],
    schedulers.map(({ label, tier }, i) => [label, tier, ...texts.map((column) => column[i])]),
  )
  return widthOf(table) <= columns ? table : paragraphs(schedulers, figures, columns)
}

/** What the table's figures are, and whose mean cost says little of a usual round. */
export function summaryNote({ schedulers }: Summary, baseline: string): string {
  const ratio = schedulers.length > 1 ? `; ratio to ${baseline}` : ''
  const skewed = schedulers.filter(({ cost }) => cost.mean > 3 * cost.median)
  const medians = skewed.map(({ label, cost }) => `${label} ${significant(cost.median)}`)
  const note = `means over rounds (decision: median)${ratio}`
  if (medians.length === 0) return note
  return `${note}\na few rounds make most of a mean; median cost of ${medians.join(', ')}`
}

/** Means over rounds; the decision's median, for its mean is that of the first rounds, before the code is compiled. */
function figuresFor(schedulers: readonly SchedulerSummary[], baseline: string): Figure[] {
  const reference = schedulers.find(({ label }) => label === baseline) ?? schedulers[0]
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
    ...where(schedulers.length > 1, {
      title: 'ratio',
      digits: 4,
      of: ({ cost }) => cost.mean / reference.cost.mean,
    }),
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
  figures: readonly Figure[],
  columns: number,
): string {
  return schedulers
    .map((scheduler) => {
      const parts = figures.map(({ title, unit, digits, of }) =>
        [title, significant(of(scheduler), digits), unit].filter(Boolean).join(' '),
      )
      return [`${scheduler.label} (${scheduler.tier})`, ...wrapped(parts, columns)].join('\n')
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

/** `paper-schedulers: 2,500 rounds, seed 1, in 12 s` */
export const runHeading = (name: string, { rounds, seed }: Summary): string =>
  `${name}: ${counted(rounds, 'round')}, seed ${seed}`
