import { mean } from '../../statistics/descriptive.js'
import { largestOf, smallestOf } from '../../statistics/extremes.js'
import { fixed, rounded } from '../numbers.js'
import type { Prediction, ReportData } from '../report-data.js'
import { onLogAxis } from './axis-ticks.js'
import type { Figure } from './figure.js'
import { fadedUnlessHighlighted, highlightParameter, schedulerEncoding } from './scheduler-scale.js'

/** Rounds of a scheduler that are drawn: evenly spaced ones of more. */
const MOST_ROUNDS = 250

/** What the twin took each round to cost against what it did; undefined where the twin is perfect. */
export function twinPrediction(data: ReportData): Figure | undefined {
  const finite = (data.predictions ?? []).filter(
    ({ predictedCost, cost }) => predictedCost > 0 && cost > 0 && Number.isFinite(predictedCost * cost),
  )
  if (finite.length === 0) return undefined
  const of = (label: string) => finite.filter(({ scheduler }) => scheduler === label)
  const labels = data.schedulers.map(({ label }) => label).filter((label) => of(label).length > 0)
  const encoding = schedulerEncoding({ schedulers: data.schedulers })
  const values = labels.flatMap((label) => evenly(of(label)))
  const axisOf = (field: 'predictedCost' | 'cost', title: string) => {
    const all = values.map((value) => value[field])
    const domain = [smallestOf(all) * 0.95, largestOf(all) * 1.05] as const
    return { field, type: 'quantitative', title, ...onLogAxis(domain) } as const
  }
  const x = axisOf('predictedCost', 'cost predicted in the twin, log axis')
  const y = axisOf('cost', 'cost that it came to, log axis')
  const ends = [...x.scale.domain, ...y.scale.domain]
  const gaps = labels.map((label) => `${label} ${fixed(100 * gapOf(of(label)), 1)} %`)
  return {
    id: 'twin-prediction',
    title: 'What the twin predicted, and what came of it',
    columns: 1,
    caption: `Each mark is a round (at most ${MOST_ROUNDS} of each scheduler, evenly spaced), the line where prediction and outcome agree. Mean |ln(cost / predicted cost)|: ${gaps.join(', ')}.`,
    spec: {
      params: [highlightParameter],
      columns: 1,
      datasets: {
        values: values.map(({ scheduler, round, predictedCost, cost }) => ({
          scheduler,
          round,
          predictedCost: rounded(predictedCost),
          cost: rounded(cost),
        })),
        equal: [smallestOf(ends), largestOf(ends)].map((at) => ({ predictedCost: at, cost: at })),
      },
      concat: [
        {
          width: 480,
          height: 400,
          layer: [
            {
              data: { name: 'equal' },
              mark: { type: 'line', color: '#8c8c8c', strokeWidth: 1.2, clip: true },
              encoding: { x, y },
            },
            {
              data: { name: 'values' },
              mark: { type: 'point', filled: true, size: 34 },
              encoding: {
                x,
                y,
                ...encoding,
                opacity: fadedUnlessHighlighted(0.65),
                tooltip: [
                  { field: 'scheduler', type: 'nominal' },
                  { field: 'round', type: 'quantitative', format: ',' },
                  { field: 'predictedCost', type: 'quantitative', title: 'predicted', format: ',.4~r' },
                  { field: 'cost', type: 'quantitative', title: 'came to', format: ',.4~r' },
                ],
              },
            },
          ],
        },
      ],
    },
  }
}

const gapOf = (rounds: readonly Prediction[]): number =>
  mean(Float64Array.from(rounds, ({ cost, predictedCost }) => Math.abs(Math.log(cost / predictedCost))))

const evenly = (rounds: readonly Prediction[]): readonly Prediction[] =>
  rounds.length <= MOST_ROUNDS
    ? rounds
    : Array.from({ length: MOST_ROUNDS }, (_, i) => rounds[Math.floor((i * rounds.length) / MOST_ROUNDS)])
