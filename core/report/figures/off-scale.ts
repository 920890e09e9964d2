import { shortLabel } from '../../label.js'
import { significant } from '../numbers.js'
import { ink } from './figure.js'
import { fadedUnlessHighlighted } from './scheduler-scale.js'
import type { Layer } from './specification.js'

/** A scheduler's figure that lies beyond an axis, and by which side it is left. */
export interface OffScale {
  readonly scheduler: string
  /** Not finite where no axis could hold it. */
  readonly value: number
  readonly side: Side
  /** What the value is, `median`; none where the axis says so. */
  readonly what?: string
}

type Side = 'above' | 'below' | 'right' | 'left'

const arrows: Readonly<Record<Side, string>> = { above: '↑', below: '↓', right: '→', left: '←' }

/** Pixels from one mark to the next. */
const LINE_HEIGHT = 15
/** From the panel's border. */
const MARGIN = 5

/** Figures of these schedulers that an axis from `low` to `high` has no place for. */
export const offScaleOf = (
  figures: readonly { readonly scheduler: string; readonly value: number }[],
  [low, high]: readonly [number, number],
  direction: 'vertical' | 'horizontal',
  what?: string,
): OffScale[] =>
  figures.flatMap(({ scheduler, value }) => {
    if (Number.isNaN(value) || (value >= low && value <= high)) return []
    const side: Side =
      direction === 'vertical' ? (value > high ? 'above' : 'below') : value > high ? 'right' : 'left'
    return [{ scheduler, value, side, ...(what !== undefined && { what }) }]
  })

/** `↑ greedy, median 12,345` */
const offScaleText = ({ scheduler, value, side, what }: OffScale): string =>
  `${arrows[side]} ${shortLabel(scheduler, 24)}${what ? `, ${what}` : ''} ${significant(value, 3)}`

/**
 * A layer that writes beside the edge of the panel what lies beyond it: an arrow, whose it is and its value. Whatever is drawn
 * as a mark is where the axis says; nothing is moved to the edge. None where all are inside.
 */
export function offScaleLayer(marks: readonly OffScale[]): readonly Layer[] {
  if (marks.length === 0) return []
  const sides = [...new Set(marks.map(({ side }) => side))]
  return sides.map((side) => {
    const own = marks.filter((mark) => mark.side === side)
    const atEnd = side === 'below' || side === 'right' || side === 'left'
    const values = own.map((mark, i) => ({
      scheduler: mark.scheduler,
      ...(Number.isFinite(mark.value) && { value: mark.value }),
      text: offScaleText(mark),
      shift: atEnd ? -MARGIN - LINE_HEIGHT * (own.length - 1 - i) : MARGIN + LINE_HEIGHT * i,
    }))
    return {
      data: { values },
      mark: {
        type: 'text',
        fontSize: 12,
        fontStyle: 'italic',
        align: side === 'right' ? 'right' : 'left',
        baseline: atEnd ? 'bottom' : 'top',
        dx: side === 'right' ? -MARGIN : MARGIN,
        dy: { expr: 'datum.shift' },
      },
      encoding: {
        x: { value: side === 'right' ? 'width' : 0 },
        y: { value: atEnd ? 'height' : 0 },
        text: { field: 'text', type: 'nominal' },
        color: { value: ink },
        opacity: fadedUnlessHighlighted(1),
        tooltip: [
          { field: 'scheduler', type: 'nominal' },
          { field: 'value', type: 'quantitative', format: ',.4~r' },
        ],
      },
    }
  })
}

/** What the arrows are, for a caption; empty where there are none. */
export const offScaleNote = (marks: readonly OffScale[], what: string): string =>
  marks.length === 0 ? '' : ` Arrows at the edge tell ${what} beyond the axis, where no mark is drawn.`
