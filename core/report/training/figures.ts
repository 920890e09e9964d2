import { largestOf } from '../../statistics/extremes.js'
import { onLogAxis, tickLabel } from '../figures/axis-ticks.js'
import { curveFigure, lineOf, markedRows } from '../figures/curves.js'
import type { Figure } from '../figures/figure.js'
import { distinctColours, schedulerEncoding } from '../figures/scheduler-scale.js'
import { rounded } from '../numbers.js'
import type { TrainingData } from './read.js'

const roundsAxis = {
  field: 'rounds',
  type: 'quantitative',
  title: 'rounds of experience',
  axis: { grid: false, labelExpr: tickLabel, tickCount: 5 },
} as const

/** From the least of some values to the largest, with some room. */
const domainOf = (values: readonly number[]) => {
  const least = values.reduce((low, value) => Math.min(low, value))
  const largest = values.reduce((high, value) => Math.max(high, value))
  return [rounded(least / 1.1, 3), rounded(largest * 1.1, 3)] as const
}

/** Validation cost over training, for mean and geometric mean, on a logarithmic scale. */
export function learningCurve(data: TrainingData): Figure {
  const { summary } = data
  const encoding = schedulerEncoding(summary)
  const panels = [
    { field: 'ratio', title: 'ratio of mean costs' },
    { field: 'geometricRatio', title: 'geometric mean of ratios' },
  ] as const
  const longest = largestOf([1, ...data.steps.map(({ rounds }) => rounds)])
  const values = data.steps.flatMap(({ scheduler, rounds, ...figures }) =>
    panels.flatMap(({ field }) => {
      const value = figures[field]
      return isNumber(value) ? [{ scheduler, rounds, figure: field, value: rounded(value) }] : []
    }),
  )
  // What has few rounds of experience, a search say, ends early: where it ended is what the others are held against.
  const ends = summary.schedulers.flatMap(({ label, best, rounds }) =>
    rounds >= longest
      ? []
      : panels.flatMap(({ field }) =>
          Number.isFinite(best[field])
            ? [rounds, longest].map((at) => ({
                scheduler: label,
                rounds: at,
                figure: field,
                value: rounded(best[field]),
              }))
            : [],
        ),
  )
  const y = {
    field: 'value',
    type: 'quantitative',
    title: 'cost / swap matching',
    ...onLogAxis(domainOf([1, ...values.map(({ value }) => value)])),
  } as const
  return curveFigure({
    id: 'learning-curve',
    title: 'Validation cost over training, against swap matching',
    columns: 2,
    caption: `Cost of the policy without exploration on ${summary.validationRounds} rounds that are never trained on, over that of swap matching from a random start in the same rounds; logarithmic, 1 is as good.${ends.length > 0 ? ' Dashed: the best of a training that was over by then.' : ''}`,
    encoding,
    panels: panels.map(({ field, title }, i) => ({
      title: `(${'ab'[i]}) ${title}`,
      width: 440,
      height: 270,
      data: field,
      x: roundsAxis,
      y,
      tooltip: [
        { field: 'scheduler', type: 'nominal' },
        { field: 'rounds', type: 'quantitative', format: ',' },
        { field: 'value', type: 'quantitative', format: ',.4~r', title },
      ],
      below: [
        { mark: { type: 'rule', color: '#8c8c8c' }, encoding: { y: { datum: 1 } } },
        {
          data: { name: 'ends' },
          transform: [{ filter: `datum.figure === '${field}'` }],
          ...lineOf({ x: roundsAxis, y, encoding }, { strokeDash: [6, 4], strokeWidth: 1.6 }),
        },
      ],
    })),
    datasets: {
      ends,
      ...Object.fromEntries(
        panels.map(({ field }) => [
          field,
          summary.schedulers.flatMap(({ label }, index) =>
            markedRows(
              values.filter(({ scheduler, figure }) => scheduler === label && figure === field),
              { index, points: 12, last: true },
            ),
          ),
        ]),
      ),
    },
  })
}

const isNumber = (value: number | null): value is number => Number.isFinite(value)

/** Loss of each agent over training (Fig. 9); undefined where no scheduler has agents. */
export function agentLosses({ agentLosses: losses, summary }: TrainingData): Figure | undefined {
  const shown = losses.flatMap(({ loss, ...of }) => (isNumber(loss) && loss > 0 ? [{ ...of, loss }] : []))
  if (shown.length === 0) return undefined
  const labels = summary.schedulers
    .map(({ label }) => label)
    .filter((label) => shown.some(({ scheduler }) => scheduler === label))
  return {
    id: 'fig9-loss-per-agent',
    title: 'Loss of the agents over training',
    columns: 2,
    caption:
      'Mean squared error of each agent’s mini-batches since the step before, eq. (22), logarithmic; the first four agents in colour as in the paper, the others grey.',
    spec: {
      columns: 2,
      datasets: {
        losses: shown.map(({ scheduler, rounds, agent, loss }) => ({
          scheduler,
          rounds,
          agent: agent + 1,
          named: agent < 4 ? `agent ${agent + 1}` : 'others',
          loss: rounded(loss),
        })),
      },
      concat: labels.map((label) => ({
        title: label,
        width: 440,
        height: 270,
        data: { name: 'losses' },
        transform: [{ filter: { field: 'scheduler', equal: label } }],
        mark: { type: 'line', strokeWidth: 1.3 },
        encoding: {
          x: roundsAxis,
          y: {
            field: 'loss',
            type: 'quantitative',
            title: 'loss',
            ...onLogAxis(domainOf(shown.map(({ loss }) => loss))),
          },
          detail: { field: 'agent', type: 'nominal' },
          color: {
            field: 'named',
            type: 'nominal',
            sort: null,
            scale: {
              domain: ['agent 1', 'agent 2', 'agent 3', 'agent 4', 'others'],
              range: [...distinctColours.slice(0, 4), '#cfcfcf'],
            },
            legend: { title: null },
          },
          tooltip: [
            { field: 'agent', type: 'quantitative' },
            { field: 'rounds', type: 'quantitative', format: ',' },
            { field: 'loss', type: 'quantitative', format: ',.4~r' },
          ],
        },
      })),
    },
  }
}
