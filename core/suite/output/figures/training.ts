import { onLogAxis } from '../../../report/figures/axis-ticks.js'
import type { Figure } from '../../../report/figures/figure.js'
import { lineOf, markedRows, pointsOf } from '../../../report/figures/line-with-points.js'
import { highlightParameter } from '../../../report/figures/scheduler-scale.js'
import { rounded } from '../../../report/numbers.js'
import { largestOf, smallestOf } from '../../../statistics/extremes.js'
import type { TrainingCurve } from '../../analysis/training-curves.js'
import { encodingOf } from './palette.js'

const panels = [
  { letter: 'a', column: 'loss', title: 'mean loss of its mini-batches' },
  { letter: 'b', column: 'geometricRatio', title: 'cost / swap matching, geometric mean' },
] as const

/** Loss, and cost without exploration, over the training of the schedulers that learn (Fig. 9). */
export function trainingFigure(curves: readonly TrainingCurve[]): Figure | undefined {
  const drawn = panels.flatMap((panel) => {
    const rows = curves.flatMap((curve) => points(curve, panel.column))
    return rows.length === 0 ? [] : [{ ...panel, rows }]
  })
  if (drawn.length === 0) return undefined
  const encoding = encodingOf(curves.map(({ label }) => label))
  return {
    id: 'training',
    title: 'Training of the schedulers that learn',
    columns: 2,
    caption:
      '(a) Loss since the point before. (b) Geometric mean of the cost over that of swap matching in the validation rounds, which are decided without exploration; log axes. The agents’ own curves (Fig. 9 of the paper) are in the report of each training.',
    spec: {
      params: [highlightParameter],
      columns: 2,
      concat: drawn.map(({ letter, column, title, rows }) => {
        const values = rows.map(({ value }) => value)
        const [low, high] = [smallestOf(values), largestOf(values)]
        const domain = [rounded(low / 1.1, 3), rounded(high * 1.1, 3)] as const
        const x = {
          field: 'rounds',
          type: 'quantitative',
          title: 'rounds of experience',
          axis: { grid: false, tickCount: 5 },
        }
        const y = {
          field: 'value',
          type: 'quantitative',
          title: `${title}, log axis`,
          ...onLogAxis(domain),
        }
        return {
          title: `(${letter}) ${title}`,
          width: 400,
          height: 280,
          data: { name: column },
          layer: [lineOf({ x, y, encoding }, { strokeWidth: 2 }), pointsOf({ x, y, encoding })],
        }
      }),
      datasets: Object.fromEntries(drawn.map(({ column, rows }) => [column, rows])),
    },
  }
}

/** Values that a log axis can show, through no more than 400 of them. */
function points({ label, steps }: TrainingCurve, column: (typeof panels)[number]['column']) {
  const { rounds, [column]: values } = steps.columns
  const rows = Array.from(values, (value, i) => ({ scheduler: label, rounds: rounds[i], value })).filter(
    ({ value }) => value > 0 && Number.isFinite(value),
  )
  const every = Math.ceil(rows.length / 400)
  const kept = rows.filter((_, i) => i % every === 0 || i === rows.length - 1)
  return markedRows(kept.map((row) => ({ ...row, value: rounded(row.value) })))
}
