import { largestOf, smallestOf } from '../../statistics/extremes.js'
import { counted, rounded } from '../numbers.js'
import type { ReportData, SchedulerRounds } from '../report-data.js'
import { tickLabel } from './axis-ticks.js'
import { type CurvePanel, curveFigure, markedRows } from './curves.js'
import type { Figure } from './figure.js'
import { schedulerEncoding } from './scheduler-scale.js'

/** Points a line of simulated time; beyond that every so many rounds are drawn. */
const POINTS_PER_LINE = 300

/** A run that takes this many times the shortest one does not stretch the axis of time. */
const LARGEST_RATIO = 10

/** Who is left over the rounds, and the simulated time spent; only where a budget ran out. */
export function participation(data: ReportData): Figure | undefined {
  if (data.quits.length === 0) return undefined
  const x = {
    field: 'round',
    type: 'quantitative',
    title: 'round',
    scale: { domain: [1, Math.max(2, data.roundsAsked)], nice: false },
    axis: { grid: false, tickCount: 5, format: ',d', tickMinStep: 1 },
  } as const
  const panel = (
    field: 'active' | 'elapsed',
    titles: { title: string; axis: string },
    top: number,
  ): CurvePanel => ({
    title: titles.title,
    width: 440,
    height: 230,
    data: field,
    x,
    y: {
      field,
      type: 'quantitative',
      title: titles.axis,
      scale: { domain: [0, rounded(top * 1.04)], nice: false },
      axis: { tickCount: 5, labelExpr: tickLabel, tickMinStep: 1 },
    },
    tooltip: [
      { field: 'scheduler', type: 'nominal' },
      { field: 'round', type: 'quantitative', format: ',' },
      { field, type: 'quantitative', title: titles.axis, format: ',.4~r' },
    ],
    line: { strokeWidth: 2, interpolate: field === 'active' ? 'step-after' : 'linear' },
    pointsWhere: `datum.${field} <= ${top * 1.04}`,
  })
  const latencyBudgets = [
    ...new Set(data.quits.filter(({ client }) => client === null).map(({ budget }) => budget)),
  ]
  const spans = data.schedulers.flatMap((scheduler) => elapsed(scheduler).slice(-1))
  const shown = spans.filter((span) => span <= LARGEST_RATIO * smallestOf(spans))
  const longest = largestOf([...shown, ...latencyBudgets]) || 1
  return curveFigure({
    id: 'participation',
    title: 'Who is left, and what has been spent',
    columns: 2,
    caption: `(a) Clients that have not spent their energy budget (C2), at the start of each round; a mark stands where one or more quit. ${whatRanOut(data)} (b) Simulated time since the start of the run${
      latencyBudgets.length > 0 ? '; the dashed line is the latency budget (C1), at which a run ends' : ''
    }.${shown.length < spans.length ? ` Schedulers that took more than ${LARGEST_RATIO} times the shortest run leave the picture at its top.` : ''}`,
    encoding: schedulerEncoding(data),
    panels: [
      panel(
        'active',
        { title: '(a) clients taking part', axis: 'clients left' },
        Math.max(1, data.sizes.clients),
      ),
      {
        ...panel('elapsed', { title: '(b) simulated time', axis: 'simulated time (s)' }, longest),
        below: latencyBudgets.map((budget) => ({
          mark: { type: 'rule', strokeDash: [5, 4], color: '#1a1a1a' } as const,
          encoding: { y: { datum: budget } },
        })),
      },
    ],
    datasets: {
      active: data.schedulers.flatMap(activeSteps),
      elapsed: data.schedulers.flatMap(elapsedPoints),
    },
  })
}

function whatRanOut({ schedulers, quits }: ReportData): string {
  const told = schedulers.flatMap(({ label }) => {
    const own = quits.filter((quit) => quit.scheduler === label)
    const clients = own.filter(({ client }) => client !== null).length
    const ended = own.find(({ client }) => client === null)
    const parts = [
      ...(clients > 0 ? [`${counted(clients, 'client')} quit`] : []),
      ...(ended ? [`out of time in round ${ended.round}`] : []),
    ]
    return parts.length === 0 ? [] : [`${label}: ${parts.join(', ')}`]
  })
  return `${told.join('; ')}.`
}

/** The rounds in which the number of clients changed, and the first and last. */
function activeSteps({ label, round, active }: SchedulerRounds) {
  return Array.from(round, (at, i) => ({ scheduler: label, round: at, active: active[i] })).flatMap(
    (row, i, all) => {
      const changed = i > 0 && all[i - 1].active !== row.active
      if (i > 0 && i < all.length - 1 && !changed) return []
      return [{ ...row, ...((changed || i === all.length - 1) && { marked: true }) }]
    },
  )
}

const elapsed = ({ startTime, time }: SchedulerRounds): number[] =>
  Array.from(startTime, (start, i) => start + time[i]).filter(Number.isFinite)

function elapsedPoints(scheduler: SchedulerRounds, index: number) {
  const times = elapsed(scheduler)
  const step = Math.ceil(times.length / POINTS_PER_LINE)
  const rows = times.flatMap((time, i) =>
    i % step === 0 || i === times.length - 1
      ? [{ scheduler: scheduler.label, round: scheduler.round[i], elapsed: rounded(time) }]
      : [],
  )
  return markedRows(rows, { points: 6, index, last: true })
}
