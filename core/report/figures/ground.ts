import { largestOf, smallestOf } from '../../statistics/extremes.js'
import { rounded } from '../numbers.js'
import type { Position } from '../report-data.js'
import { ink } from './figure.js'
import type { Layer } from './specification.js'

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

/** Sites of edge servers as rows of the dataset that `serverLayers` draws: what stands in one place has one mark. */
export function serverRows(servers: readonly Position[]) {
  const sites = new Map<string, Position[]>()
  for (const server of servers) {
    const place = `${server.x},${server.y}`
    const others = sites.get(place)
    if (others) others.push(server)
    else sites.set(place, [server])
  }
  return [...sites.values()].map((site) => {
    const name = siteName(site.map(({ index }) => index))
    return { name, shape: markFor(name), x: rounded(site[0].x), y: rounded(site[0].y) }
  })
}

/** What a reader of a map has to know where several servers share a mark; empty where none do. */
export const sitesNote = (servers: readonly Position[]): string =>
  serverRows(servers).length < servers.length ? ' Servers at one site share a mark.' : ''

/** The numbers of servers at a site, in ascending order, runs of three or more by their ends: S0–2, S0,1. */
function siteName(indices: readonly number[]): string {
  const runs: [first: number, last: number][] = []
  for (const index of [...indices].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run && index === run[1] + 1) run[1] = index
    else runs.push([index, index])
  }
  const told = runs.map(([first, last]) =>
    first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}–${last}`,
  )
  return `S${told.join(',')}`
}

const MARK_SIZE = 420

/** A square, or a mark of its height that is wide enough for the name: Vega takes paths from -1 to 1 by its size. */
function markFor(name: string): string {
  if (name.length <= 2) return 'square'
  const half = rounded((7 * name.length + 6) / Math.sqrt(MARK_SIZE), 4)
  return `M${-half},-1H${half}V1H${-half}Z`
}

/** A black mark with its name for each row of the dataset `servers`. */
export const serverLayers = (place: ReturnType<typeof placeEncoding>): Layer[] => [
  {
    data: { name: 'servers' },
    mark: { type: 'point', filled: true, size: MARK_SIZE, color: ink, opacity: 1 },
    encoding: {
      ...place,
      shape: { field: 'shape', type: 'nominal', scale: null },
      tooltip: [{ field: 'name', type: 'nominal', title: 'server' }],
    },
  },
  {
    data: { name: 'servers' },
    mark: { type: 'text', fontSize: 12, fontWeight: 'bold', color: '#ffffff', baseline: 'middle', dy: 0.5 },
    encoding: { ...place, text: { field: 'name', type: 'nominal' } },
  },
]

/** Text inside a client's circle. */
export const circleText = { type: 'text', fontSize: 12, color: ink, baseline: 'middle', dy: 0.5 } as const
