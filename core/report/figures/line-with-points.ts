import { fadedUnlessHighlighted } from './scheduler-scale.js'

/** Layers of a scheduler's curve. */
export interface Curve {
  readonly x: object
  readonly y: object
  /** Colour and shape by scheduler, `schedulerEncoding`. */
  readonly encoding: { readonly color: object; readonly shape: object }
  readonly tooltip?: readonly object[]
}

/** The line of each scheduler. */
export const lineOf = ({ x, y, encoding }: Curve, mark: object = {}) => ({
  mark: { type: 'line', strokeWidth: 1.8, clip: true, ...mark },
  encoding: { x, y, color: encoding.color, opacity: fadedUnlessHighlighted(0.9) },
})

/** Its shapes, where the rows are marked (`markedRows`) and `filter`, an expression, holds. */
export const pointsOf = ({ x, y, encoding, tooltip }: Curve, filter?: string) => ({
  transform: [{ filter: ['datum.marked', ...(filter ? [filter] : [])].join(' && ') }],
  mark: pointMark,
  encoding: { x, y, ...encoding, opacity: fadedUnlessHighlighted(1), ...(tooltip && { tooltip }) },
})

/** A line that carries the scheduler's shape on the rows that are marked. */
export const lineWithPoints = (curve: Curve) => [lineOf(curve), pointsOf(curve)]

/** The band between the fields `low` and `high` of the rows. */
export const bandOf = ({ x, y, encoding }: Curve, opacity = 0.13) => ({
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
