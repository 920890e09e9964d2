import { rounded, significant } from '../numbers.js'
import type { DetailedRound, Position, ReportData } from '../report-data.js'
import type { Figure } from './figure.js'
import { ink } from './figure.js'
import { colourOf, distinctColours } from './scheduler-scale.js'

/** Up to this many clients are drawn large enough to carry their channel's number. */
const numberedClients = 40
const panelWidth = 290
const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 4]]

/** Where clients and servers stand in the detailed round, and which slot each scheduler gave each client. */
export function associationMap(data: ReportData): Figure | undefined {
  const { detail } = data
  if (!detail || detail.positions.length === 0) return undefined
  const drawn = data.schedulers.filter(({ label }) =>
    detail.links.some(({ scheduler }) => scheduler === label),
  )
  if (drawn.length === 0) return undefined
  const clients = clientsOf(detail, drawn[0].label)
  const servers = detail.positions.filter(({ kind }) => kind === 'server')
  const numbered = clients.length <= numberedClients
  const rows = placeLinks(data, detail, servers)
  const view = viewport(detail.positions)
  const x = {
    type: 'quantitative',
    title: 'x (m)',
    scale: { domain: view.x, nice: false },
    axis: { tickCount: 4 },
  } as const
  const y = {
    type: 'quantitative',
    title: 'y (m)',
    scale: { domain: view.y, nice: false },
    axis: { tickCount: 4 },
  } as const
  const size = numbered ? 250 : 60
  return {
    id: 'map-associations',
    title: `Who talks to which server on which channel in round ${detail.round}`,
    columns: 3,
    caption:
      'Circles are clients and black squares are edge servers, in their places on the ground; a line joins a client to the server it was given. ' +
      (numbered
        ? 'The number in a circle is the channel, which the colour and dash of the line repeat: '
        : 'Colour and dash of a line tell its channel: ') +
      'links on the same channel at different servers interfere. Numbers count from 0, as in the tables.' +
      (rows.some(({ state }) => state !== 'served')
        ? ' Grey circles were given no slot (–) or had quit (×).'
        : '') +
      (data.walks.length > 0
        ? ' Clients move: each scheduler has them where they were when its own round began.'
        : ''),
    spec: {
      params: [{ name: 'highlightChannel', value: null }],
      columns: 3,
      concat: drawn.map(({ label }) => ({
        title: { text: label, subtitle: subtitle(detail, label) },
        width: panelWidth,
        height: Math.round(panelWidth * view.aspect),
        data: { name: 'links' },
        transform: [{ filter: { field: 'scheduler', equal: label } }],
        layer: [
          {
            transform: [{ filter: "datum.state === 'served'" }],
            mark: { type: 'rule', strokeWidth: 2 },
            encoding: {
              x: { ...x, field: 'x' },
              y: { ...y, field: 'y' },
              x2: { field: 'serverX' },
              y2: { field: 'serverY' },
              color: channelColour(rows),
              strokeDash: channelDash(rows),
              opacity: besideChannel(0.85),
              tooltip: tooltip(),
            },
          },
          {
            data: { name: 'servers' },
            mark: { type: 'point', shape: 'square', filled: true, size: 420, color: ink, opacity: 1 },
            encoding: {
              x: { ...x, field: 'x' },
              y: { ...y, field: 'y' },
              tooltip: [{ field: 'index', type: 'nominal', title: 'server' }],
            },
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
            encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'y' }, text: { field: 'name' } },
          },
          {
            mark: {
              type: 'point',
              filled: true,
              size,
              fill: '#ffffff',
              strokeWidth: numbered ? 2 : 1.5,
              opacity: 1,
            },
            encoding: {
              x: { ...x, field: 'x' },
              y: { ...y, field: 'y' },
              stroke: {
                condition: { test: "datum.state !== 'served'", value: '#8c8c8c' },
                ...channelColour(rows),
              },
              tooltip: tooltip(),
            },
          },
          {
            transform: numbered ? [] : [{ filter: "datum.state !== 'served'" }],
            mark: { type: 'text', fontSize: 12, color: ink, baseline: 'middle', dy: 0.5 },
            encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'y' }, text: { field: 'mark' } },
          },
        ],
      })),
      datasets: {
        links: rows,
        servers: servers.map(({ index, x, y }) => ({
          index,
          name: `S${index}`,
          x: rounded(x),
          y: rounded(y),
        })),
      },
      resolve: { scale: { color: 'shared', strokeDash: 'shared', stroke: 'shared' } },
    },
  }
}

interface MapRow {
  readonly scheduler: string
  readonly client: number
  readonly x: number
  readonly y: number
  readonly state: 'served' | 'sat out' | 'quit'
  /** What stands in the circle. */
  readonly mark: string
  readonly channel?: number
  readonly [serverPlaceAndCosts: string]: unknown
}

function placeLinks(data: ReportData, detail: DetailedRound, servers: readonly Position[]): MapRow[] {
  const place = new Map(servers.map((server) => [server.index, server]))
  return data.schedulers.flatMap(({ label }) =>
    clientsOf(detail, label).map(({ index, x, y }): MapRow => {
      const at = { scheduler: label, client: index, x: rounded(x), y: rounded(y) }
      const link = detail.links.find(({ scheduler, client }) => scheduler === label && client === index)
      const server = link && place.get(link.server)
      if (!link || !server) {
        const state = hasQuit(data, label, index, detail.round) ? 'quit' : 'sat out'
        return { ...at, state, mark: state === 'quit' ? '×' : '–' }
      }
      return {
        ...at,
        state: 'served',
        mark: String(link.channel),
        server: link.server,
        channel: link.channel,
        serverX: rounded(server.x),
        serverY: rounded(server.y),
        ...(Number.isFinite(link.time) && { time: rounded(link.time) }),
        ...(Number.isFinite(link.energy) && { energy: rounded(link.energy) }),
      }
    }),
  )
}

/** The clients where this scheduler's round began. */
export const clientsOf = ({ positions }: DetailedRound, label: string): Position[] =>
  positions.filter(({ kind, scheduler }) => kind === 'client' && (scheduler === null || scheduler === label))

/** Whether the client had spent its energy budget before the round. */
export const hasQuit = ({ quits }: ReportData, scheduler: string, client: number, round: number): boolean =>
  quits.some((quit) => quit.scheduler === scheduler && quit.client === client && quit.round < round)

/** `987 s, set by client 7; 1,330 J`, from the slowest of the scheduler's clients; or how many of them finished. */
export function subtitle({ links }: DetailedRound, label: string): string {
  const own = links.filter(({ scheduler }) => scheduler === label)
  const energy = `${significant(own.reduce((sum, link) => sum + link.energy, 0))} J`
  const finished = own.filter(({ completed }) => completed)
  if (finished.length < own.length) return `${finished.length} of ${own.length} clients finished; ${energy}`
  const slowest = own.reduce((a, b) => (b.time > a.time ? b : a))
  return `${significant(slowest.time)} s, set by client ${slowest.client}; ${energy}`
}

/** Everyone, with a margin for the marks, and height over width. */
export function viewport(positions: readonly Pick<Position, 'x' | 'y'>[]) {
  const [left, right] = extent(positions.map(({ x }) => x))
  const [bottom, top] = extent(positions.map(({ y }) => y))
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

const extent = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)]

const channels = (rows: readonly MapRow[]): number[] =>
  [...new Set(rows.flatMap(({ channel }) => (channel === undefined ? [] : [channel])))].sort((a, b) => a - b)

const channelColour = (rows: readonly MapRow[]) =>
  ({
    field: 'channel',
    type: 'nominal',
    legend: null,
    scale: { domain: channels(rows), range: channels(rows).map(colourOf) },
  }) as const

const channelDash = (rows: readonly MapRow[]) =>
  ({
    field: 'channel',
    type: 'nominal',
    legend: null,
    scale: {
      domain: channels(rows),
      range: channels(rows).map(
        (channel) => dashes[Math.floor(channel / distinctColours.length) % dashes.length],
      ),
    },
  }) as const

const besideChannel = (opacity: number) =>
  ({
    condition: { test: 'highlightChannel !== null && highlightChannel !== datum.channel', value: 0.12 },
    value: opacity,
  }) as const

const tooltip = () =>
  [
    { field: 'scheduler', type: 'nominal' },
    { field: 'client', type: 'nominal' },
    { field: 'state', type: 'nominal' },
    { field: 'server', type: 'nominal' },
    { field: 'channel', type: 'nominal' },
    { field: 'time', type: 'quantitative', title: 'time (s)', format: ',.4~r' },
    { field: 'energy', type: 'quantitative', title: 'energy (J)', format: ',.4~r' },
  ] as const
