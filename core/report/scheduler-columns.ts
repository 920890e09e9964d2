import type { ClientsARound } from '../results/comparable.js'
import type { SchedulerSummary } from '../results/summary.js'
import type { Estimate } from '../statistics/descriptive.js'
import { type NumberColumn, numberColumn, type TableColumn } from './data-table.js'

/** What is told of a scheduler, whatever it is told of: a run, or a setting of a suite. */
export interface SchedulerFigures extends ClientsARound {
  readonly label: string
  readonly tier: string
  readonly rounds: number
  readonly meanCost: number
  readonly medianCost: number
  /** s */
  readonly meanTime: number
  /** J */
  readonly meanEnergy: number
  /** J, spent while clients waited for the slowest, no part of `meanEnergy`; absent where waiting took none. */
  readonly meanWaitingEnergy?: number
  /** J that edge servers and the backhaul spent, no part of `meanEnergy`; absent where that was nothing. */
  readonly meanServerEnergy?: number
  readonly meanBackhaulEnergy?: number
  /** s; NaN where no decision was timed. */
  readonly medianDecision: number
  /** Over all rounds. */
  readonly violations: number
  readonly satOut: number
  readonly unfinished: number
  readonly quit: number
  /** Against the baseline; none for the baseline itself. */
  readonly against?: { readonly won: number; readonly ratio: Estimate }
}

/** A column of figures of schedulers. */
export interface SchedulerColumn extends NumberColumn<SchedulerFigures> {
  /** Its head on a terminal, where that is another. */
  readonly short?: string
  /** Whether there is nothing to tell where all of it is zero. */
  readonly unlessZero?: true
}

/** Every column of figures that tables of schedulers have, in whichever order they are shown. */
const catalogue = {
  rounds: { head: 'rounds', of: ({ rounds }) => rounds, decimals: 0 },
  meanCost: { head: 'mean cost', of: ({ meanCost }) => meanCost },
  medianCost: { head: 'median cost', of: ({ medianCost }) => medianCost },
  served: { head: 'served', of: ({ served }) => served },
  finished: { head: 'finished', of: ({ completed }) => completed },
  meanTime: { head: 'mean time', short: 'time', unit: 's', of: ({ meanTime }) => meanTime },
  meanEnergy: { head: 'mean energy', short: 'energy', unit: 'J', of: ({ meanEnergy }) => meanEnergy },
  meanWaitingEnergy: {
    head: 'mean waiting energy',
    short: 'waiting',
    unit: 'J',
    of: ({ meanWaitingEnergy = 0 }) => meanWaitingEnergy,
    unlessZero: true,
  },
  meanServerEnergy: {
    head: 'mean energy of servers',
    short: 'servers',
    unit: 'J',
    of: ({ meanServerEnergy = 0 }) => meanServerEnergy,
    unlessZero: true,
  },
  meanBackhaulEnergy: {
    head: 'mean energy of the backhaul',
    short: 'backhaul',
    unit: 'J',
    of: ({ meanBackhaulEnergy = 0 }) => meanBackhaulEnergy,
    unlessZero: true,
  },
  won: {
    head: 'rounds won',
    unit: '%',
    of: ({ against }) => (against ? 100 * against.won : Number.NaN),
    decimals: 1,
  },
  // Its mean is that of the first rounds, before the code is compiled.
  medianDecision: {
    head: 'median decision',
    short: 'decision',
    unit: 'ms',
    of: ({ medianDecision }) => 1000 * medianDecision,
    digits: 2,
  },
  sharedSlots: {
    head: 'shared slots',
    short: 'violations',
    of: ({ violations }) => violations,
    decimals: 0,
    unlessZero: true,
  },
  satOut: { head: 'sat out', of: ({ satOut }) => satOut, decimals: 0, unlessZero: true },
  unfinished: { head: 'unfinished', of: ({ unfinished }) => unfinished, decimals: 0, unlessZero: true },
  quit: { head: 'quit', of: ({ quit }) => quit, decimals: 0, unlessZero: true },
} as const satisfies Readonly<Record<string, SchedulerColumn>>

/** The columns of these names, as far as there is something to tell in them. */
export function schedulerColumns(
  rows: readonly SchedulerFigures[],
  ...names: readonly (keyof typeof catalogue)[]
): SchedulerColumn[] {
  return names.flatMap((name): SchedulerColumn[] => {
    const column: SchedulerColumn = catalogue[name]
    if (column.unlessZero && rows.every((row) => column.of(row) === 0)) return []
    if (name === 'served') return [withDecimalsOfCounts(rows, column)]
    // Where nobody breaks off, those who are served are those who finish.
    if (name === 'finished')
      return rows.some(({ unfinished }) => unfinished > 0) ? [withDecimalsOfCounts(rows, column)] : []
    return [column]
  })
}

/** Means of counts are whole numbers where no round differs. */
const withDecimalsOfCounts = (
  rows: readonly SchedulerFigures[],
  column: SchedulerColumn,
): SchedulerColumn => ({
  ...column,
  decimals: rows.map(column.of).every((value) => Number.isInteger(value) || Number.isNaN(value)) ? 0 : 2,
})

/** The same as columns of a table; the lowest of those that may be compared is `best`. */
export const schedulerFigures = <T extends SchedulerFigures>(
  rows: readonly T[],
  names: readonly (keyof typeof catalogue)[],
  best: boolean | ((row: SchedulerFigures) => boolean) = false,
): TableColumn[] => schedulerColumns(rows, ...names).map((column) => numberColumn(rows, { ...column, best }))

/** What a run's summary tells of a scheduler. */
export const figuresOfSummary = (summary: SchedulerSummary): SchedulerFigures => {
  const { label, tier, rounds, cost, time, energy, waitingEnergy, decisionSeconds, against } = summary
  const { violations, satOut, unfinished, quit, serverEnergy, backhaulEnergy } = summary
  return {
    label,
    tier,
    rounds,
    meanCost: cost.mean,
    medianCost: cost.median,
    served: summary.served / rounds,
    completed: summary.completed / rounds,
    meanTime: time.mean,
    meanEnergy: energy.mean,
    ...(waitingEnergy && { meanWaitingEnergy: waitingEnergy.mean }),
    ...(serverEnergy && { meanServerEnergy: serverEnergy.mean }),
    ...(backhaulEnergy && { meanBackhaulEnergy: backhaulEnergy.mean }),
    medianDecision: decisionSeconds.median,
    violations,
    satOut,
    unfinished,
    quit,
    ...(against && { against }),
  }
}
