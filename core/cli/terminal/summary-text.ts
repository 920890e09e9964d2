import { shortLabel, shortLabels } from '../../label.js'
import { numberColumn, textColumn } from '../../report/data-table.js'
import { counted, fixed, significant } from '../../report/numbers.js'
import {
  figuresOfSummary,
  type SchedulerColumn,
  type SchedulerFigures,
  schedulerColumns,
} from '../../report/scheduler-columns.js'
import { servingMost } from '../../results/comparable.js'
import type { SchedulerSummary, Summary } from '../../results/summary.js'
import { terminalTable, widthOf } from './table.js'

/** What the schedulers of a run came to: a table, or where that is too wide a paragraph each. */
export function summaryText({ schedulers }: Summary, columns: number): string {
  const rows = schedulers.map(figuresOfSummary)
  const figures = figuresFor(rows, baselineOf(schedulers))
  const names = [
    textColumn('scheduler', rows, ({ label }) => label),
    // The tier is what a narrow window can do without: the report has it, too.
    textColumn('tier', rows, ({ tier }) => tier),
  ]
  const numbers = figures.map((figure) =>
    numberColumn(rows, { ...figure, head: figure.short ?? figure.head }),
  )
  const tables = [names, names.slice(0, 1)].map((named) => terminalTable([...named, ...numbers]))
  return tables.find((each) => widthOf(each) <= columns) ?? paragraphs(rows, figures, columns)
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
  const rows = schedulers.map(figuresOfSummary)
  const most = servingMost(rows)
  if (most.length === rows.length) return []
  if (rows.every(({ completed }) => completed === 0))
    return ['no client finished a round: nothing to compare']
  const [first] = most
  if (!first) return ['clients served, and finished, differ: costs do not compare']
  const fewer = rows.filter((row) => !most.includes(row)).map(({ label }) => shortLabel(label))
  return [`fewer clients than ${shortLabel(first.label)}: ${fewer.join(', ')}; costs of fewer do not compare`]
}

const baselineOf = (schedulers: readonly SchedulerSummary[]): string | undefined =>
  schedulers.find(({ against }) => against)?.against?.baseline

/** Means over rounds, and medians of decisions. */
function figuresFor(rows: readonly SchedulerFigures[], baseline: string | undefined): SchedulerColumn[] {
  const ratio: SchedulerColumn = {
    head: 'ratio',
    of: ({ label, against }) => against?.ratio.value ?? (label === baseline ? 1 : Number.NaN),
  }
  return [
    ...schedulerColumns(
      rows,
      ...(new Set(rows.map(({ rounds }) => rounds)).size > 1 ? ['rounds' as const] : []),
      'meanCost',
    ),
    ...(baseline === undefined ? [] : [ratio]),
    ...schedulerColumns(
      rows,
      'served',
      'finished',
      'meanTime',
      'meanEnergy',
      'meanWaitingEnergy',
      'meanServerEnergy',
      'meanBackhaulEnergy',
      'medianDecision',
    ),
    ...schedulerColumns(rows, 'quit', 'satOut', 'unfinished', 'sharedSlots'),
  ]
}

function paragraphs(
  rows: readonly SchedulerFigures[],
  figures: readonly SchedulerColumn[],
  columns: number,
): string {
  const labels = shortLabels(rows.map(({ label }) => label))
  return rows
    .map((row, i) => {
      const parts = figures.map(({ head, short = head, unit, digits = 4, decimals, of }) => {
        const text = decimals === undefined ? significant(of(row), digits) : fixed(of(row), decimals)
        return [short, text, unit].filter(Boolean).join(' ')
      })
      return [`${labels[i]} (${row.tier})`, ...wrapped(parts, columns)].join('\n')
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
