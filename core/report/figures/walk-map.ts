import { sorted as ascending, quantile } from '../../statistics/descriptive.js'
import { smallestOf } from '../../statistics/extremes.js'
import { rounded, significant } from '../numbers.js'
import type { Position, ReportData, WalkPoint } from '../report-data.js'
import { tickLabel } from './axis-ticks.js'
import { type Figure, ink } from './figure.js'
import {
  circleText,
  placeEncoding,
  serverLayers,
  serverRows,
  sitesNote,
  stretchedNote,
  type Viewport,
  viewport,
} from './ground.js'
import { colourOf, distinctColours } from './scheduler-scale.js'
import type { Layer, Panel, PositionChannel, Tooltip } from './specification.js'

/** Up to this many walks can be told apart. */
const DRAWN_WALKS = 24
const PANEL_WIDTH = 440
/** Walks are drawn for as long as they are on average no longer than this multiple of the ground's diagonal. */
const DRAWN_LENGTH = 1
const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
]

/** Where clients went, and how far they were from the nearest server meanwhile; only where they move. */
export function walkMap(data: ReportData): Figure | undefined {
  const { walks, detail } = data
  if (walks.length === 0) return undefined
  const servers = (detail?.positions ?? []).filter(({ kind }) => kind === 'server')
  const clients = [...new Set(walks.map(({ client }) => client))].sort((a, b) => a - b)
  const times = [...new Set(walks.map(({ time }) => time))]
  const until = times[times.length - 1]
  const drawnUntil = endOfDrawing(walks, clients.length, times)
  const view = viewport([...walks, ...servers])
  const size = { width: PANEL_WIDTH, height: Math.round(PANEL_WIDTH * view.aspect) }
  const hasServers = servers.length > 0
  const who =
    clients.length > DRAWN_WALKS ? `the first ${DRAWN_WALKS} of ${clients.length} clients` : 'the clients'
  return {
    id: 'map-walks',
    title: 'Where the clients went',
    columns: 2,
    caption:
      `(a) The walks of ${who} over the first ${significant(drawnUntil, 3)} s of simulated time: circles are clients, white where they started and grey where they were then; lines join where they were at evenly spaced times, whatever turns lie between${hasServers ? '; black squares are edge servers' : ''}. ` +
      'Every scheduler meets with the same walks on a clock of its own, and where a client is when a round begins holds for the round.' +
      (hasServers
        ? ` (b) Distance from each client to the server nearest to it, over the ${significant(until, 3)} s that every scheduler’s clock ran: the line is the median over clients, the band spans their 10 % to 90 % quantiles, and the dashed line is the farthest.`
        : '') +
      `${sitesNote(servers)}${stretchedNote(view)} Numbers count from 0, as in the tables.`,
    spec: {
      columns: 2,
      concat: [
        { ...groundPanel(clients.slice(0, DRAWN_WALKS), view, drawnUntil), ...size },
        ...(hasServers ? [{ ...distancePanel(until), ...size }] : []),
      ],
      datasets: {
        walks: walkRows(walks, drawnUntil),
        ...(hasServers && { nearest: distancesByTime(walks, servers) }),
        servers: serverRows(servers),
      },
      resolve: { scale: { color: 'shared', strokeDash: 'shared', x: 'independent', y: 'independent' } },
    },
  }
}

/** Walks as lines over the ground, with a circle where each begins and where it is last drawn. */
function groundPanel(clients: readonly number[], view: Viewport, drawnUntil: number): Panel {
  const place = placeEncoding(view)
  const ofClient = { field: 'client', type: 'nominal', legend: null } as const
  const color = { ...ofClient, scale: { domain: clients, range: clients.map(colourOf) } }
  const dashOf = (_: number, i: number) => DASHES[Math.floor(i / distinctColours.length) % DASHES.length]
  const strokeDash = { ...ofClient, scale: { domain: clients, range: clients.map(dashOf) } }
  const tooltip: Tooltip = [
    { field: 'client', type: 'nominal' },
    { field: 'time', type: 'quantitative', title: 'time (s)', format: ',.5~r' },
  ]
  const circles = (time: number, fill: string): Layer[] => [
    {
      transform: [{ filter: `datum.time === ${time}` }],
      mark: { type: 'point', filled: true, size: 250, fill, strokeWidth: 2, opacity: 1 },
      encoding: { ...place, stroke: color, tooltip },
    },
    {
      transform: [{ filter: `datum.time === ${time}` }],
      mark: circleText,
      encoding: { ...place, text: { field: 'client', type: 'nominal' } },
    },
  ]
  return {
    title: '(a) on the ground',
    data: { name: 'walks' },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 1.6, opacity: 0.8, clip: true },
        encoding: { ...place, order: { field: 'time', type: 'quantitative' }, color, strokeDash },
      },
      ...serverLayers(place),
      ...circles(rounded(drawnUntil, 6), '#e8e8e8'),
      ...circles(0, '#ffffff'),
    ],
  }
}

/** Distance to the nearest server over time: median, band and farthest of the clients. */
function distancePanel(until: number): Panel {
  const x: PositionChannel = {
    field: 'time',
    type: 'quantitative',
    title: 'simulated time (s)',
    scale: { domain: [0, rounded(until)], nice: false },
    axis: { tickCount: 5, labelExpr: tickLabel, grid: false },
  }
  const metres = (field: 'low' | 'middle' | 'farthest'): PositionChannel => ({
    field,
    type: 'quantitative',
    title: 'distance to the nearest server (m)',
    scale: { zero: true },
    axis: { tickCount: 5 },
  })
  return {
    title: '(b) to the nearest server',
    data: { name: 'nearest' },
    layer: [
      {
        mark: { type: 'area', color: ink, opacity: 0.15, clip: true },
        encoding: { x, y: metres('low'), y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', color: ink, strokeWidth: 2, clip: true },
        encoding: { x, y: metres('middle') },
      },
      {
        mark: { type: 'line', color: ink, strokeWidth: 1.2, strokeDash: [4, 3], clip: true },
        encoding: { x, y: metres('farthest') },
      },
    ],
  }
}

const walkRows = (walks: readonly WalkPoint[], drawnUntil: number) =>
  walks
    .filter(({ client, time }) => client < DRAWN_WALKS && time <= drawnUntil)
    .map(({ client, time, x, y }) => ({ client, time: rounded(time, 6), x: rounded(x, 4), y: rounded(y, 4) }))

/** The last time up to which walks are on average no longer than they can be told apart. */
function endOfDrawing(walks: readonly WalkPoint[], clients: number, times: readonly number[]): number {
  const { x, y } = viewport(walks)
  const longest = DRAWN_LENGTH * clients * Math.hypot(x[1] - x[0], y[1] - y[0])
  const before = new Map<number, WalkPoint>()
  let length = 0
  for (const point of walks) {
    const from = before.get(point.client)
    if (from) length += Math.hypot(point.x - from.x, point.y - from.y)
    // Points come by time: those of one time are drawn together or not at all.
    if (length > longest) return from!.time
    before.set(point.client, point)
  }
  return times[times.length - 1]
}

/** Distances to the nearest server over the clients, at each of the times. */
function distancesByTime(walks: readonly WalkPoint[], servers: readonly Position[]) {
  const byTime = new Map<number, number[]>()
  for (const { time, x, y } of walks) {
    const distance = smallestOf(servers.map((server) => Math.hypot(server.x - x, server.y - y)))
    const others = byTime.get(time)
    if (others) others.push(distance)
    else byTime.set(time, [distance])
  }
  return [...byTime].map(([time, distances]) => {
    const sorted = ascending(Float64Array.from(distances))
    const [low, middle, high, farthest] = [0.1, 0.5, 0.9, 1].map((share) =>
      rounded(quantile(sorted, share), 4),
    )
    return { time: rounded(time, 6), low, middle, high, farthest }
  })
}
