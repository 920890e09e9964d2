import { sorted as ascending, quantile } from '../../results/statistics.js'
import { rounded, significant } from '../numbers.js'
import type { ReportData, WalkPoint } from '../report-data.js'
import { viewport } from './association-map.js'
import { tickLabel } from './axis-ticks.js'
import { type Figure, ink } from './figure.js'
import { colourOf, distinctColours } from './scheduler-scale.js'

/** Up to this many walks can be told apart. */
const drawnWalks = 24
const panelWidth = 440
/** Walks are drawn for as long as they are on average no longer than this multiple of the ground's diagonal. */
const drawnLength = 1
const dashes = [
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
  const shown = clients.slice(0, drawnWalks)
  const times = [...new Set(walks.map(({ time }) => time))]
  const drawnUntil = endOfDrawing(walks, clients.length, times)
  const points = walks
    .filter(({ client, time }) => client < drawnWalks && time <= drawnUntil)
    .map(({ client, time, x, y }) => ({
      client,
      time: rounded(time, 6),
      x: rounded(x, 4),
      y: rounded(y, 4),
    }))
  const last = rounded(drawnUntil, 6)
  const until = times[times.length - 1]
  const view = viewport([...walks, ...servers])
  const x = {
    field: 'x',
    type: 'quantitative',
    title: 'x (m)',
    scale: { domain: view.x, nice: false },
    axis: { tickCount: 4 },
  } as const
  const y = {
    field: 'y',
    type: 'quantitative',
    title: 'y (m)',
    scale: { domain: view.y, nice: false },
    axis: { tickCount: 4 },
  } as const
  const height = Math.round(panelWidth * view.aspect)
  const color = {
    field: 'client',
    type: 'nominal',
    legend: null,
    scale: { domain: shown, range: shown.map(colourOf) },
  } as const
  const strokeDash = {
    field: 'client',
    type: 'nominal',
    legend: null,
    scale: {
      domain: shown,
      range: shown.map((_, i) => dashes[Math.floor(i / distinctColours.length) % dashes.length]),
    },
  } as const
  const tooltip = [
    { field: 'client', type: 'nominal' },
    { field: 'time', type: 'quantitative', title: 'time (s)', format: ',.5~r' },
  ] as const
  const circle = (at: number) => [
    {
      transform: [{ filter: `datum.time === ${at}` }],
      mark: {
        type: 'point',
        filled: true,
        size: 250,
        fill: at === 0 ? '#ffffff' : '#e8e8e8',
        strokeWidth: 2,
        opacity: 1,
      },
      encoding: { x, y, stroke: color, tooltip },
    },
    {
      transform: [{ filter: `datum.time === ${at}` }],
      mark: { type: 'text', fontSize: 12, color: ink, baseline: 'middle', dy: 0.5 },
      encoding: { x, y, text: { field: 'client', type: 'nominal' } },
    },
  ]
  const distances = servers.length > 0
  const time = {
    field: 'time',
    type: 'quantitative',
    title: 'simulated time (s)',
    scale: { domain: [0, rounded(until)], nice: false },
    axis: { tickCount: 5, labelExpr: tickLabel, grid: false },
  } as const
  const metres = {
    type: 'quantitative',
    title: 'distance to the nearest server (m)',
    scale: { zero: true },
    axis: { tickCount: 5 },
  } as const
  return {
    id: 'map-walks',
    title: 'Where the clients went',
    columns: 2,
    caption:
      `(a) The walks of ${clients.length > drawnWalks ? `the first ${drawnWalks} of ${clients.length} clients` : 'the clients'} over the first ${significant(drawnUntil, 3)} s of simulated time: circles are clients, white where they started and grey where they were then${distances ? '; black squares are edge servers' : ''}. ` +
      'Every scheduler meets with the same walks on a clock of its own, and where a client is when a round begins holds for the round.' +
      (distances
        ? ` (b) Distance from each client to the server nearest to it, over the ${significant(until, 3)} s that every scheduler’s clock ran: the line is the median over clients, the band spans their 10 % to 90 % quantiles, and the dashed line is the farthest.`
        : '') +
      ' Numbers count from 0, as in the tables.',
    spec: {
      columns: 2,
      concat: [
        {
          title: '(a) on the ground',
          width: panelWidth,
          height,
          data: { name: 'walks' },
          layer: [
            {
              mark: { type: 'line', strokeWidth: 1.6, opacity: 0.8, clip: true },
              encoding: { x, y, order: { field: 'time', type: 'quantitative' }, color, strokeDash },
            },
            {
              data: { name: 'servers' },
              mark: { type: 'point', shape: 'square', filled: true, size: 420, color: ink, opacity: 1 },
              encoding: { x, y },
            },
            {
              data: { name: 'servers' },
              mark: {
                type: 'text',
                fontSize: 12,
                fontWeight: 'bold',
                color: '#ffffff',
                baseline: 'middle',
                dy: 0.5,
              },
              encoding: { x, y, text: { field: 'name', type: 'nominal' } },
            },
            ...circle(last),
            ...circle(0),
          ],
        },
        ...(distances
          ? [
              {
                title: '(b) to the nearest server',
                width: panelWidth,
                height,
                data: { name: 'nearest' },
                layer: [
                  {
                    mark: { type: 'area', color: ink, opacity: 0.15, clip: true },
                    encoding: { x: time, y: { ...metres, field: 'low' }, y2: { field: 'high' } },
                  },
                  {
                    mark: { type: 'line', color: ink, strokeWidth: 2, clip: true },
                    encoding: { x: time, y: { ...metres, field: 'middle' } },
                  },
                  {
                    mark: { type: 'line', color: ink, strokeWidth: 1.2, strokeDash: [4, 3], clip: true },
                    encoding: { x: time, y: { ...metres, field: 'farthest' } },
                  },
                ],
              },
            ]
          : []),
      ],
      datasets: {
        walks: points,
        ...(distances && { nearest: distancesByTime(walks, servers) }),
        servers: servers.map(({ index, x, y }) => ({ name: `S${index}`, x: rounded(x), y: rounded(y) })),
      },
      resolve: { scale: { color: 'shared', strokeDash: 'shared', x: 'independent', y: 'independent' } },
    },
  }
}

interface Place {
  readonly x: number
  readonly y: number
}

/** The last time up to which walks are on average no longer than they can be told apart. */
function endOfDrawing(walks: readonly WalkPoint[], clients: number, times: readonly number[]): number {
  const { x, y } = viewport(walks)
  const longest = drawnLength * clients * Math.hypot(x[1] - x[0], y[1] - y[0])
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
function distancesByTime(walks: readonly WalkPoint[], servers: readonly Place[]) {
  const byTime = new Map<number, number[]>()
  for (const { time, x, y } of walks) {
    const distance = Math.min(...servers.map((server) => Math.hypot(server.x - x, server.y - y)))
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
