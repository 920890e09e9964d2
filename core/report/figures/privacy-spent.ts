import { ADJACENCY } from '../learning-notes.js'
import { rounded, significant } from '../numbers.js'
import type { ReportData } from '../report-data.js'
import { curveFigure, markedRows } from './curves.js'
import type { Figure } from './figure.js'
import { schedulerEncoding } from './scheduler-scale.js'

/** ε over the rounds: of the client that has spent most, and the range of all; none of schedulers for which nothing bounds it. */
export function privacySpent(data: ReportData): Figure | undefined {
  const { learning } = data
  const all = learning?.privacy ?? []
  const unbounded = new Set(
    all.filter(({ epsilon }) => !Number.isFinite(epsilon)).map((one) => one.scheduler),
  )
  const spent = all.filter(({ scheduler }) => !unbounded.has(scheduler))
  if (spent.length === 0) return undefined
  const byRound = new Map<string, { scheduler: string; round: number; low: number; high: number }>()
  for (const { scheduler, round, epsilon } of spent) {
    const key = `${round}/${scheduler}`
    const known = byRound.get(key)
    byRound.set(key, {
      scheduler,
      round,
      low: Math.min(epsilon, known?.low ?? epsilon),
      high: Math.max(epsilon, known?.high ?? epsilon),
    })
  }
  const rows = [...byRound.values()].map((row) => ({
    ...row,
    low: rounded(row.low),
    high: rounded(row.high),
  }))
  const x = {
    field: 'round',
    type: 'quantitative',
    title: 'round',
    scale: { domain: [0, Math.max(2, data.roundsDone)], nice: false },
    axis: { grid: false, tickCount: 5, format: ',d', tickMinStep: 1 },
  } as const
  const y = { field: 'high', type: 'quantitative', title: 'ε', axis: { tickCount: 5 } } as const
  const last = data.schedulers.flatMap(({ label }) => {
    const own = rows.filter(({ scheduler }) => scheduler === label).at(-1)
    return own ? [`${label} ${significant(own.low)} to ${significant(own.high)}`] : []
  })
  return curveFigure({
    id: 'privacy',
    title: 'Privacy spent by clients that share their heads',
    columns: 1,
    caption: `ε at the scenario’s δ, by Rényi accounting of the noise on each client’s own head: the line is the client that has spent most, the band reaches down to the one that has spent least. At the end: ${last.join('; ')}. ${ADJACENCY}`,
    encoding: schedulerEncoding(data),
    panels: [
      {
        title: 'ε of clients',
        width: 900,
        height: 240,
        data: 'spent',
        x,
        y,
        banded: true,
        tooltip: [
          { field: 'scheduler', type: 'nominal' },
          { field: 'round', type: 'quantitative', format: ',' },
          { field: 'high', type: 'quantitative', title: 'largest ε', format: ',.4~r' },
          { field: 'low', type: 'quantitative', title: 'smallest ε', format: ',.4~r' },
        ],
      },
    ],
    datasets: {
      spent: data.schedulers.flatMap(({ label }, index) =>
        markedRows(
          rows.filter(({ scheduler }) => scheduler === label),
          { index, points: 20, last: true },
        ),
      ),
    },
  })
}
