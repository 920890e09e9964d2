import { largestOf, smallestOf } from '../../extremes.js'
import type { Figure } from '../../report/figures/figure.js'
import { lineOf, markedRows, pointsOf } from '../../report/figures/line-with-points.js'
import { highlightParameter } from '../../report/figures/scheduler-scale.js'
import { rounded } from '../../report/numbers.js'
import type { AnalysedSetting, Analysis } from '../analysis.js'
import { type Learner, learnersOf } from '../learning.js'
import { slug } from '../tables/table.js'
import { encodingOfSome } from './palette.js'

/** Loss and accuracy over the rounds (Figs. 10 and 11), of each setting in which something was learned. */
export const learningFigures = ({ settings, results }: Analysis): Figure[] =>
  settings.flatMap((setting) => {
    const learners = learnersOf(setting)
    return learners.length === 0 ? [] : [learningFigure(setting, learners, results.labels)]
  })

const panels = [
  { letter: 'a', column: 'testLoss', title: 'loss on the test set', format: ',.3~r' },
  { letter: 'b', column: 'accuracy', title: 'accuracy on the test set', format: '.0%' },
] as const

function learningFigure(
  setting: AnalysedSetting,
  learners: readonly Learner[],
  labels: readonly string[],
): Figure {
  const encoding = encodingOfSome(
    labels,
    learners.map(({ label }) => label),
  )
  const several = learners.some(({ seeds }) => seeds.length > 1)
  return {
    id: `learning-${slug(setting.label)}`,
    title: `Loss and accuracy over the rounds: ${setting.label}`,
    columns: 2,
    caption:
      'Of the model on the test set, each time it was tested (Figs. 10 and 11 of the paper).' +
      (several ? ' Lines are means over the seeds, bands their range.' : ''),
    spec: {
      params: [highlightParameter],
      columns: 2,
      concat: panels.map(({ letter, column, title, format }) => {
        const x = {
          field: 'round',
          type: 'quantitative',
          title: 'round',
          axis: { grid: false, tickCount: 6 },
        }
        const y = (field: string) => ({
          field,
          type: 'quantitative',
          title,
          scale: { zero: false },
          axis: { format, tickCount: 6 },
        })
        return {
          title: `(${letter}) ${title}`,
          width: 400,
          height: 280,
          data: { name: column },
          layer: [
            {
              mark: { type: 'area', opacity: 0.15 },
              encoding: { x, y: y('low'), y2: { field: 'high' }, color: encoding.color },
            },
            lineOf({ x, y: y('value'), encoding }, { strokeWidth: 2 }),
            pointsOf({ x, y: y('value'), encoding }),
          ],
        }
      }),
      datasets: Object.fromEntries(
        panels.map(({ column }) => [column, learners.flatMap((learner) => curve(learner, column))]),
      ),
    },
  }
}

/** Mean and range over the seeds at each round at which one of them was tested. */
function curve({ label, seeds }: Learner, column: string) {
  const byRound = new Map<number, number[]>()
  for (const { table } of seeds) {
    const values = table.numbers(column)
    table.numbers('round').forEach((round, row) => {
      if (Number.isFinite(values[row])) byRound.set(round, [...(byRound.get(round) ?? []), values[row]])
    })
  }
  const rows = [...byRound]
    .sort(([a], [b]) => a - b)
    .map(([round, values]) => ({
      scheduler: label,
      round,
      value: rounded(values.reduce((sum, value) => sum + value, 0) / values.length),
      low: rounded(smallestOf(values)),
      high: rounded(largestOf(values)),
    }))
  return markedRows(rows)
}
