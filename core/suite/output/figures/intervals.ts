import type { Curve } from '../../../report/figures/curves.js'
import { fadedUnlessHighlighted } from '../../../report/figures/scheduler-scale.js'
import type { Encoding, Layer, PositionChannel, Tooltip } from '../../../report/figures/specification.js'

/** Figures with their intervals, a row each, beside a line that stands for the baseline. */
export interface Intervals {
  /** The field of the figures; their intervals are in `low` and `high`. */
  readonly field: string
  /** Of which rows they are marked, an expression. */
  readonly where?: string
  /** What the baseline is called, and where it is. */
  readonly baseline: readonly [string, number]
  /** Title, scale and axis of the figures. */
  readonly x: Pick<Extract<PositionChannel, { readonly axis?: unknown }>, 'title' | 'scale' | 'axis'>
  /** What parts the rows, and how the axis of the intervals tells it. */
  readonly rows: Pick<Encoding, 'y' | 'yOffset'>
  readonly y: PositionChannel
  readonly encoding: Curve['encoding']
  readonly tooltip: Tooltip
  /** Widths of a bar and of a mark's rim, and the mark's size. */
  readonly sizes: { readonly bar: number; readonly mark: number; readonly rim: number }
}

/** Layers: the baseline, the intervals as bars, and the figures as marks on them. */
export const intervalLayers = (of: Intervals): Layer[] => {
  const { field, x, rows, y, encoding, tooltip, sizes } = of
  const [name, at] = of.baseline
  return [
    {
      data: { values: [{ [name]: at }] },
      mark: { type: 'rule', color: '#8c8c8c' },
      encoding: { x: { field: name, type: 'quantitative' } },
    },
    {
      mark: { type: 'rule', strokeWidth: sizes.bar },
      encoding: {
        x: { field: 'low', type: 'quantitative', ...x },
        x2: { field: 'high' },
        ...rows,
        y,
        color: encoding.color,
        opacity: fadedUnlessHighlighted(1),
      },
    },
    {
      ...(of.where && { transform: [{ filter: of.where }] }),
      mark: { type: 'point', filled: true, size: sizes.mark, stroke: '#ffffff', strokeWidth: sizes.rim },
      encoding: {
        x: { field, type: 'quantitative' },
        ...rows,
        ...encoding,
        opacity: fadedUnlessHighlighted(1),
        tooltip,
      },
    },
  ]
}
