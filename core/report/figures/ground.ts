import { largestOf, smallestOf } from '../../extremes.js'
import { rounded } from '../numbers.js'
import type { Position } from '../report-data.js'
import { ink } from './figure.js'

type Place = Pick<Position, 'x' | 'y'>

/** The window of a map, m, and its height over its width. */
export interface Viewport {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly aspect: number
}

/** Everyone, with a margin for the marks. */
export function viewport(places: readonly Place[]): Viewport {
  const [left, right] = extent(places.map(({ x }) => x))
  const [bottom, top] = extent(places.map(({ y }) => y))
  const side = Math.max(right - left, top - bottom) || 1
  const height = Math.max(top - bottom, 0.35 * side)
  const width = Math.max(right - left, 0.35 * side)
  const margin = 0.07 * side
  const around = (low: number, high: number, length: number): [number, number] => [
    rounded((low + high) / 2 - length / 2 - margin, 4),
    rounded((low + high) / 2 + length / 2 + margin, 4),
  ]
  return {
    x: around(left, right, width),
    y: around(bottom, top, height),
    aspect: (height + 2 * margin) / (width + 2 * margin),
  }
}

const extent = (values: readonly number[]): [number, number] => [smallestOf(values), largestOf(values)]

/** Encodings of the fields `x` and `y`, m. */
export const placeEncoding = (view: Viewport) =>
  ({
    x: {
      field: 'x',
      type: 'quantitative',
      title: 'x (m)',
      scale: { domain: [...view.x], nice: false },
      axis: { tickCount: 4 },
    },
    y: {
      field: 'y',
      type: 'quantitative',
      title: 'y (m)',
      scale: { domain: [...view.y], nice: false },
      axis: { tickCount: 4 },
    },
  }) as const

/** Edge servers as rows of the dataset that `serverLayers` draws. */
export const serverRows = (servers: readonly Position[]) =>
  servers.map(({ index, x, y }) => ({ index, name: `S${index}`, x: rounded(x), y: rounded(y) }))

/** A black square with its name for each row of the dataset `servers`. */
export const serverLayers = (place: ReturnType<typeof placeEncoding>) => [
  {
    data: { name: 'servers' },
    mark: { type: 'point', shape: 'square', filled: true, size: 420, color: ink, opacity: 1 },
    encoding: { ...place, tooltip: [{ field: 'index', type: 'nominal', title: 'server' }] },
  },
  {
    data: { name: 'servers' },
    mark: { type: 'text', fontSize: 12, fontWeight: 'bold', color: '#ffffff', baseline: 'middle', dy: 0.5 },
    encoding: { ...place, text: { field: 'name', type: 'nominal' } },
  },
]

/** Text inside a client's circle. */
export const circleText = { type: 'text', fontSize: 12, color: ink, baseline: 'middle', dy: 0.5 } as const
