import { slug } from '../../../report/data-table.js'
import { type Curve, curveFigure } from '../../../report/figures/curves.js'
import type { Figure } from '../../../report/figures/figure.js'
import { fadedUnlessHighlighted } from '../../../report/figures/scheduler-scale.js'
import type { Layer, PositionChannel } from '../../../report/figures/specification.js'
import { fixed } from '../../../report/numbers.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { Analysis } from '../../analysis/analysis.js'
import { type LearnedModel, learnedModelsOf } from '../../analysis/learned-models.js'
import { encodingOfSome } from './palette.js'
import { endedEarly, joinedByLabel, seedCurves } from './seed-curves.js'

/** Loss and accuracy over the rounds (Figs. 10 and 11), of each setting in which something was learned. */
export const learningFigures = ({ settings, results }: Analysis): Figure[] =>
  settings.flatMap((setting) => {
    const learners = joinedByLabel(learnedModelsOf(setting))
    return learners.length === 0 ? [] : [learningFigure(setting, learners, results.labels)]
  })

const panels = [
  { letter: 'a', column: 'testLoss', title: 'loss on the test set', format: ',.3~r' },
  { letter: 'b', column: 'accuracy', title: 'accuracy on the test set', format: '.0%' },
] as const

function learningFigure(
  setting: AnalysedSetting,
  learners: readonly LearnedModel[],
  labels: readonly string[],
): Figure {
  const encoding = encodingOfSome(
    labels,
    learners.map(({ label }) => label),
  )
  const uneven = learners.some(({ seeds }) => endedEarly(seeds).length > 0)
  const several = learners.some(({ seeds }) => seeds.length > 1)
  return curveFigure({
    id: `learning-${slug(setting.label)}`,
    title: `Loss and accuracy over the rounds: ${setting.label}`,
    columns: 2,
    caption:
      'Of the model on the test set, each time it was tested (Figs. 10 and 11 of the paper).' +
      (several ? ' Lines are means over the seeds, bands their range.' : '') +
      ends(learners),
    encoding,
    panels: panels.map(({ letter, column, title, format }) => {
      const x: PositionChannel = {
        field: 'round',
        type: 'quantitative',
        title: 'round',
        axis: { grid: false, tickCount: 6 },
      }
      const y = (field: string): PositionChannel => ({
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
        data: column,
        x,
        y: y('value'),
        line: { strokeWidth: 2 },
        below: [
          {
            mark: { type: 'area', opacity: 0.15 },
            encoding: { x, y: y('low'), y2: { field: 'high' }, color: encoding.color },
          },
        ],
        above: uneven ? beyondAll(column, { x, y: y('value'), encoding }) : [],
      }
    }),
    datasets: Object.fromEntries(
      panels.flatMap(({ column }) => {
        const curves = learners.map((learner) => seedCurves(learner, column))
        return [
          [column, curves.flatMap(({ means }) => means)],
          ...(uneven
            ? [
                [`${column}Singles`, curves.flatMap(({ singles }) => singles)],
                [`${column}Ends`, curves.flatMap(({ ends }) => ends)],
              ]
            : []),
        ]
      }),
    ),
  })
}

/** Single seeds beyond the rounds that all of them came to, and where each ended. */
const beyondAll = (column: string, { x, y, encoding }: Curve): Layer[] => [
  {
    data: { name: `${column}Singles` },
    mark: { type: 'line', strokeWidth: 1.2, strokeDash: [4, 3] },
    encoding: {
      x,
      y,
      color: encoding.color,
      detail: { field: 'seed', type: 'nominal' },
      opacity: fadedUnlessHighlighted(0.9),
    },
  },
  {
    data: { name: `${column}Ends` },
    mark: { type: 'text', text: '×', fontSize: 17, fontWeight: 'bold', baseline: 'middle' },
    encoding: {
      x,
      y,
      color: encoding.color,
      opacity: fadedUnlessHighlighted(1),
      tooltip: [
        { field: 'scheduler', type: 'nominal', title: 'ended: model of' },
        { field: 'seed', type: 'nominal' },
        { field: 'round', type: 'quantitative', format: ',' },
      ],
    },
  },
]

/** Which seeds ended before others, by learner. */
function ends(learners: readonly LearnedModel[]): string {
  const told = learners.flatMap(({ label, seeds }) => {
    const early = endedEarly(seeds)
    if (early.length === 0) return []
    return [
      `${label} ${early.map(({ seed, round }) => `seed ${seed} after round ${fixed(round, 0)}`).join(', ')}`,
    ]
  })
  return told.length === 0
    ? ''
    : ` A mean goes as far as all seeds of a model do; beyond that, dashed, each seed by itself, with a × where it ended before another: ${told.join('; ')}.`
}
