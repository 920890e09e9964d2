import { onLogAxis } from '../../../report/figures/axis-ticks.js'
import { curveFigure, markedRows } from '../../../report/figures/curves.js'
import type { Figure } from '../../../report/figures/figure.js'
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
  return curveFigure({
    id: 'training',
    title: 'Training of the schedulers that learn',
    columns: 2,
    caption:
      '(a) Loss since the point before. (b) Geometric mean of the cost over that of swap matching in the validation rounds, which are decided without exploration; log axes. The agents’ own curves (Fig. 9 of the paper) are in the report of each training.',
    encoding: encodingOf(curves.map(({ label }) => label)),
    panels: drawn.map(({ letter, column, title, rows }) => {
      const values = rows.map(({ value }) => value)
      const domain = [rounded(smallestOf(values) / 1.1, 3), rounded(largestOf(values) * 1.1, 3)] as const
      return {
        title: `(${letter}) ${title}`,
        width: 400,
        height: 280,
        data: column,
        x: {
          field: 'rounds',
          type: 'quantitative',
          title: 'rounds of experience',
          axis: { grid: false, tickCount: 5 },
        },
        y: { field: 'value', type: 'quantitative', title: `${title}, log axis`, ...onLogAxis(domain) },
        line: { strokeWidth: 2 },
      }
    }),
    datasets: Object.fromEntries(drawn.map(({ column, rows }) => [column, rows])),
  })
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
