import { mean } from '../../statistics/descriptive.js'
import { counted, fixed, rounded } from '../numbers.js'
import type { ReportData, SchedulerRounds } from '../report-data.js'
import { type CurvePanel, curveFigure, markedRows } from './curves.js'
import type { Figure } from './figure.js'
import { binWidth } from './over-rounds.js'
import { schedulerEncoding } from './scheduler-scale.js'
import type { Tooltip } from './specification.js'

/** How many clients were there, and how many came to the end of a round; only where some did not. */
export function completion(data: ReportData): Figure | undefined {
  const broken = data.schedulers.some(({ served, completed }) =>
    served.some((count, i) => completed[i] < count),
  )
  if (!broken) return undefined
  const width = binWidth(data.roundsDone)
  const panel = (title: string, field: 'active' | 'completed'): CurvePanel => {
    const x = {
      field: 'round',
      type: 'quantitative',
      title: 'round',
      scale: { domain: [width === 1 ? 1 : 0, Math.max(2, data.roundsDone)], nice: false },
      axis: { grid: false, format: ',d', tickCount: 5, tickMinStep: 1 },
    } as const
    const y = {
      field,
      type: 'quantitative',
      title: width === 1 ? 'clients' : `clients, mean of ${width} rounds`,
      scale: { domain: [0, data.sizes.clients * 1.04], nice: false },
      axis: { tickCount: 5, tickMinStep: 1 },
    } as const
    const tooltip: Tooltip = [
      { field: 'scheduler', type: 'nominal' },
      { field: 'round', type: 'quantitative', title: width === 1 ? 'round' : 'around round', format: ',' },
      { field, type: 'quantitative', title: 'clients', format: ',.3~r' },
    ]
    return {
      title,
      width: 440,
      height: 230,
      data: 'clients',
      x,
      y,
      tooltip,
    }
  }
  return curveFigure({
    id: 'completion',
    title: 'Clients that were there, and clients that finished',
    columns: 2,
    caption:
      '(a) Clients that could take part when a round began: neither quit nor away. (b) Clients that came to its end; the others left, or were broken off by the deadline. ' +
      (width === 1
        ? 'Each line joins single rounds.'
        : `Each point is the mean over ${width} consecutive rounds, at the middle of them.`) +
      ` Of the clients given a slot, finished: ${shares(data)}.`,
    encoding: schedulerEncoding(data),
    panels: [panel('(a) clients there', 'active'), panel('(b) clients that finished', 'completed')],
    datasets: { clients: data.schedulers.flatMap((scheduler, i) => binned(scheduler, width, i)) },
  })
}

const total = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0)

const shares = ({ schedulers }: ReportData): string =>
  schedulers
    .map(({ label, served, completed }) => {
      const given = total(served)
      return `${label} ${fixed((100 * total(completed)) / given, 1)} % of ${counted(given, 'client-round')}`
    })
    .join('; ')

function binned({ label, round, active, completed }: SchedulerRounds, width: number, index: number) {
  const bins = new Map<number, number[]>()
  round.forEach((at, i) => {
    const bin = Math.floor((at - 1) / width)
    const rows = bins.get(bin)
    if (rows) rows.push(i)
    else bins.set(bin, [i])
  })
  const of = (values: Float64Array, rows: readonly number[]) =>
    rounded(mean(Float64Array.from(rows, (row) => values[row])))
  const points = Array.from(bins, ([bin, rows]) => ({
    scheduler: label,
    round: width === 1 ? round[rows[0]] : bin * width + rows.length / 2,
    active: of(active, rows),
    completed: of(completed, rows),
  }))
  return markedRows(points, { index })
}
