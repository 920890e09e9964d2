import { largestOf, smallestOf } from '../../statistics/extremes.js'
import { rounded } from '../numbers.js'
import type { Position } from '../report-data.js'
import { ink } from './figure.js'

type Place = Pick<Position, 'x' | 'y'>

/** The window of a map, m, and its height over its width. */
export interface Viewport {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly aspect: number
  /** Whether a metre is longer on one axis than on the other: a road would be a line otherwise. */
  readonly stretched: boolean
}

/** No side of a map is drawn shorter than this share of the other. */
const LEAST_ASPECT = 0.35
/** Around everyone, as a share of each side, for the marks. */
const MARGIN = 0.07

/** Everyone, with a margin for the marks; a narrow ground is stretched to be seen. */
export function viewport(places: readonly Place[]): Viewport {
  const x = extent(places.map((place) => place.x))
  const y = extent(places.map((place) => place.y))
  const longest = Math.max(x[1] - x[0], y[1] - y[0]) || 1
  const [width, height] = [x, y].map(([low, high]) => Math.max(high - low, LEAST_ASPECT * longest))
  const stretched = [x, y].some(([low, high]) => high > low && high - low < LEAST_ASPECT * longest)
  const margin = MARGIN * longest
  const around = ([low, high]: readonly [number, number], length: number): [number, number] => {
    // All in a line have no side of their own to stretch.
    const shown = high > low ? high - low : length
    const room = (margin / length) * shown
    return [rounded((low + high) / 2 - shown / 2 - room, 4), rounded((low + high) / 2 + shown / 2 + room, 4)]
  }
  return {
    x: around(x, width),
    y: around(y, height),
    aspect: (height + 2 * margin) / (width + 2 * margin),
    stretched,
  }
}

/** What a reader of a stretched map has to know; empty where it is none. */
export const stretchedNote = ({ stretched }: Viewport): string =>
  stretched ? ' The narrow side of the ground is stretched: distances are not to scale.' : ''

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
