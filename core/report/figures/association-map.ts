import { rounded } from '../numbers.js'
import type { DetailedRound, Position, ReportData } from '../report-data.js'
import { clientsOf, linksByClient, quitBefore, subtitle } from './detailed-round.js'
import type { Figure } from './figure.js'
import {
  circleText,
  placeEncoding,
  serverLayers,
  serverRows,
  sitesNote,
  stretchedNote,
  viewport,
} from './ground.js'
import { colourOf, distinctColours } from './scheduler-scale.js'
import type { Layer } from './specification.js'

/** Up to this many clients are drawn large enough to carry their number. */
const MOST_NUMBERED = 40
const PANEL_WIDTH = 290
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 4]]

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
  const numbered = clients.length <= MOST_NUMBERED
  const rows = placeLinks(data, detail, servers)
  const view = viewport(detail.positions)
  const place = placeEncoding(view)
  const size = numbered ? 250 : 60
  return {
    id: 'map-associations',
    title: `Who talks to which server on which channel in round ${detail.round}`,
    columns: 3,
    caption:
      `Circles are clients${numbered ? ' by their numbers' : ''} and black squares are edge servers, in their places on the ground; a line joins a client to the server it was given. ` +
      `Colour and dash of a line tell its channel${numbered ? ', which the number on it names' : ''}: ` +
      'links on the same channel at different servers interfere. Numbers count from 0, as in the tables.' +
      (rows.some(({ state }) => state !== 'served')
        ? ` Clients in grey${numbered ? '' : ' (–, ×)'} were given no slot${rows.some(({ state }) => state === 'quit') ? `, or ${numbered ? 'dashed ' : '(×) '}had quit` : ''}.`
        : '') +
      sitesNote(servers) +
      stretchedNote(view) +
      (data.walks.length > 0
        ? ' Clients move: each scheduler has them where they were when its own round began.'
        : ''),
    spec: {
      params: [{ name: 'highlightChannel', value: null }],
      columns: 3,
      concat: drawn.map(({ label }) => ({
        title: { text: label, subtitle: subtitle(detail, label) },
        width: PANEL_WIDTH,
        height: Math.round(PANEL_WIDTH * view.aspect),
        data: { name: 'links' },
        transform: [{ filter: { field: 'scheduler', equal: label } }],
        layer: [
          {
            transform: [{ filter: "datum.state === 'served'" }],
            mark: { type: 'rule', strokeWidth: 2 },
            encoding: {
              ...place,
              x2: { field: 'serverX' },
              y2: { field: 'serverY' },
              color: channelColour(rows),
              strokeDash: channelDash(rows),
              opacity: besideChannel(0.85),
              tooltip: tooltip(),
            },
          },
          ...serverLayers(place),
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
              ...place,
              stroke: {
                condition: { test: "datum.state !== 'served'", value: '#8c8c8c' },
                ...channelColour(rows),
              },
              strokeDash: {
                condition: { test: "datum.state === 'quit'", value: [2, 2] },
                value: [1, 0],
              },
              tooltip: tooltip(),
            },
          },
          ...(numbered ? [channelNumbers(place, rows)] : []),
          {
            transform: numbered ? [] : [{ filter: "datum.state !== 'served'" }],
            mark: circleText,
            encoding: { ...place, text: { field: numbered ? 'client' : 'mark' } },
          },
        ],
      })),
      datasets: {
        links: rows,
        servers: serverRows(servers),
      },
      resolve: { scale: { color: 'shared', strokeDash: 'shared', stroke: 'shared' } },
    },
  }
}

/** The channel on its line, a third of the way to the server, where lines are still apart. */
const channelNumbers = (place: ReturnType<typeof placeEncoding>, rows: readonly MapRow[]): Layer => ({
  transform: [
    { filter: "datum.state === 'served'" },
    { calculate: 'datum.x + 0.38 * (datum.serverX - datum.x)', as: 'numberX' },
    { calculate: 'datum.y + 0.38 * (datum.serverY - datum.y)', as: 'numberY' },
  ],
  mark: {
    type: 'text',
    fontSize: 12,
    fontStyle: 'italic',
    baseline: 'middle',
    dx: 7,
    dy: -6,
  },
  encoding: {
    x: { ...place.x, field: 'numberX' },
    y: { ...place.y, field: 'numberY' },
    text: { field: 'channel' },
    color: channelColour(rows),
    opacity: besideChannel(1),
  },
})

interface MapRow {
  readonly scheduler: string
  readonly client: number
  readonly x: number
  readonly y: number
  readonly state: 'served' | 'sat out' | 'quit'
  /** What stands in a circle that is too small for a number. */
  readonly mark: string
  readonly channel?: number
  readonly [serverPlaceAndCosts: string]: unknown
}

function placeLinks(data: ReportData, detail: DetailedRound, servers: readonly Position[]): MapRow[] {
  const place = new Map(servers.map((server) => [server.index, server]))
  return data.schedulers.flatMap(({ label }) => {
    const links = linksByClient(detail, label)
    const quit = quitBefore(data, detail, label)
    return clientsOf(detail, label).map(({ index, x, y }): MapRow => {
      const at = { scheduler: label, client: index, x: rounded(x), y: rounded(y) }
      const link = links.get(index)
      const server = link && place.get(link.server)
      if (!link || !server) {
        const state = quit.has(index) ? 'quit' : 'sat out'
        return { ...at, state, mark: state === 'quit' ? '×' : '–' }
      }
      return {
        ...at,
        state: 'served',
        mark: '',
        server: link.server,
        channel: link.channel,
        serverX: rounded(server.x),
        serverY: rounded(server.y),
        ...(link.time !== null && Number.isFinite(link.time) && { time: rounded(link.time) }),
        ...(Number.isFinite(link.energy) && { energy: rounded(link.energy) }),
      }
    })
  })
}

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
        (channel) => DASHES[Math.floor(channel / distinctColours.length) % DASHES.length],
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
