import type { Figure } from './figure.js'
import { fadedUnlessHighlighted, highlightParameter } from './scheduler-scale.js'
import type { Encoding, Layer, Panel, PositionChannel, Row, Tooltip } from './specification.js'

/** One panel of curves. */
export interface CurvePanel extends Omit<Curve, 'encoding'> {
  readonly title: string
  readonly width: number
  readonly height: number
  /** The dataset of its rows, and which of them, an expression. */
  readonly data: string
  readonly where?: string
  /** How its lines are drawn, where not as all are. */
  readonly line?: LineStyle
  /** Which of the marked rows carry a shape, an expression. */
  readonly pointsWhere?: string
  /** Whether a band spans the fields `low` and `high`. */
  readonly banded?: boolean
  /** Layers beneath the curves, and above them. */
  readonly below?: readonly Layer[]
  readonly above?: readonly Layer[]
}

/** What a figure of curves has beside its panels. */
export interface Curves extends Omit<Figure, 'spec'>, Pick<Curve, 'encoding'> {
  readonly panels: readonly CurvePanel[]
  readonly datasets: Readonly<Record<string, readonly Row[]>>
}

/** A figure whose panels show curves, a line with shapes for each scheduler: over rounds, training or time. */
export const curveFigure = ({ panels, datasets, encoding, ...figure }: Curves): Figure => ({
  ...figure,
  spec: {
    params: [highlightParameter],
    columns: figure.columns,
    concat: panels.map((panel) => panelOf(panel, encoding)),
    datasets,
  },
})

function panelOf(panel: CurvePanel, encoding: Curve['encoding']): Panel {
  const { title, width, height, data, where, x, y, tooltip, line, pointsWhere, banded, below, above } = panel
  const curve = { x, y, encoding, ...(tooltip && { tooltip }) }
  return {
    title,
    width,
    height,
    data: { name: data },
    ...(where && { transform: [{ filter: where }] }),
    layer: [
      ...(below ?? []),
      ...(banded ? [bandOf(curve)] : []),
      lineOf(curve, line),
      pointsOf(curve, pointsWhere),
      ...(above ?? []),
    ],
  }
}

/** Layers of a scheduler's curve. */
export interface Curve {
  readonly x: PositionChannel
  readonly y: PositionChannel
  /** Colour and shape by scheduler, `schedulerEncoding`. */
  readonly encoding: Required<Pick<Encoding, 'color' | 'shape'>>
  readonly tooltip?: Tooltip
}

/** How a line is drawn, where not as all are. */
interface LineStyle {
  readonly strokeWidth?: number
  readonly strokeDash?: readonly number[]
  readonly interpolate?: 'linear' | 'step-after'
}

/** The line of each scheduler. */
export const lineOf = ({ x, y, encoding }: Curve, mark: LineStyle = {}): Layer => ({
  mark: { type: 'line', strokeWidth: 1.8, clip: true, ...mark },
  encoding: { x, y, color: encoding.color, opacity: fadedUnlessHighlighted(0.9) },
})

/** Its shapes, where the rows are marked (`markedRows`) and `filter`, an expression, holds. */
const pointsOf = ({ x, y, encoding, tooltip }: Curve, filter?: string): Layer => ({
  transform: [{ filter: ['datum.marked', ...(filter ? [filter] : [])].join(' && ') }],
  mark: pointMark,
  encoding: { x, y, ...encoding, opacity: fadedUnlessHighlighted(1), ...(tooltip && { tooltip }) },
})

/** The band between the fields `low` and `high` of the rows. */
const bandOf = ({ x, y, encoding }: Curve, opacity = 0.13): Layer => ({
  mark: { type: 'area', clip: true },
  encoding: {
    x,
    y: { ...y, field: 'low' },
    y2: { field: 'high' },
    color: encoding.color,
    opacity: fadedUnlessHighlighted(opacity),
  },
})

/** A scheduler's shape on its line, with a rim that parts it from other lines. */
const pointMark = {
  type: 'point',
  filled: true,
  size: 60,
  stroke: '#ffffff',
  strokeWidth: 0.8,
} as const

/** Which rows of a line carry its scheduler's shape. */
export interface Marking {
  /** About as many rows carry the shape. */
  readonly points?: number
  /** Index of the scheduler: the shapes of several stand beside each other. */
  readonly index?: number
  /** Whether the last row carries it in any case. */
  readonly last?: boolean
}

/** The rows of a curve, some of them marked to carry the scheduler's shape. */
export function markedRows<T extends object>(
  rows: readonly T[],
  { points = 8, index = 0, last = false }: Marking = {},
): (T & { readonly marked?: true })[] {
  const apart = Math.max(1, Math.ceil(rows.length / points))
  return rows.map((row, i) => {
    const marked = (i + index) % apart === 0 || rows.length === 1 || (last && i === rows.length - 1)
    return marked ? { ...row, marked } : row
  })
}
