import { rounded } from '../numbers.js'
import type { DetailedRound, Phase, ReportData } from '../report-data.js'
import { hasQuit, subtitle } from './association-map.js'
import { type Figure, ink } from './figure.js'
import { tickLabel } from './quantity.js'
import { distinctColours } from './scheduler-scale.js'

/** Phases in the order in which a client goes through them, dark and light in turn. */
const phaseColours: Readonly<Record<string, string>> = {
  'head-forward': '#000000',
  uplink: '#0072B2',
  edge: '#D55E00',
  downlink: '#56B4E9',
  'head-backward': '#8c8c8c',
}
/** A round that takes this many times the shortest gets a time axis of its own. */
const ownAxis = 4
const wholeRound = 'all clients'

/** What each client did when in the detailed round, under each scheduler. */
export function roundTimeline(data: ReportData): Figure | undefined {
  const { detail } = data
  const drawn = data.schedulers.filter(({ label }) =>
    detail?.phases.some(({ scheduler }) => scheduler === label),
  )
  if (!detail || drawn.length === 0) return undefined
  const panels = drawn.map(({ label }) => panel(data, detail, label))
  const shortest = Math.min(...panels.map(({ end }) => end))
  const shared = Math.max(...panels.map(({ end }) => end).filter((end) => end <= ownAxis * shortest))
  const rowCount = Math.max(...panels.map(({ rows }) => rows.length))
  const phases = phasesIn(detail)
  const ownAxes = panels.filter(({ end }) => end > shared).map(({ label }) => label)
  return {
    id: 'gantt-round',
    title: `Round ${detail.round} on the clock`,
    columns: 3,
    caption:
      'One row is one client, named with its server (S) and channel (ch); a bar is a phase of its round, from the start of the round. ' +
      'The dashed line is the end of the last client, which is the training time of the round.' +
      (ownAxes.length > 0
        ? ` All time axes are the same but for ${ownAxes.join(', ')}, which took more than ${ownAxis} times as long as the fastest.`
        : ' All time axes are the same.') +
      (detail.phases.some(({ end }) => !Number.isFinite(end))
        ? ' Bars that reach the right edge never end (a rate of zero).'
        : ''),
    spec: {
      columns: 3,
      concat: panels.map(({ label, rows, bars, end }) => {
        const limit = Math.max(end, shared)
        return {
          title: {
            text: label,
            subtitle: detail.links.some((link) => link.scheduler === label) ? subtitle(detail, label) : '',
          },
          width: 240,
          height: Math.max(60, rowCount * Math.max(7, Math.min(18, 480 / rowCount))),
          data: { values: bars },
          layer: [
            {
              mark: { type: 'bar', clip: true },
              encoding: {
                x: {
                  field: 'start',
                  type: 'quantitative',
                  title: end > shared ? 'time in the round (s), own scale' : 'time in the round (s)',
                  scale: { domain: [0, rounded(limit * 1.02)], nice: false },
                  axis: { tickCount: 4, labelExpr: tickLabel, labelOverlap: 'greedy' },
                },
                x2: { field: 'end' },
                y: {
                  field: 'row',
                  type: 'nominal',
                  title: 'client',
                  sort: null,
                  scale: { domain: rows, paddingInner: 0.25, paddingOuter: 0.15 },
                  axis: { grid: false, labelOverlap: 'greedy', ticks: false, domain: false },
                },
                color: {
                  field: 'phase',
                  type: 'nominal',
                  sort: null,
                  scale: { domain: phases, range: phases.map(phaseColour) },
                  legend: { title: null, symbolType: 'square', columns: 5 },
                },
                tooltip: [
                  { field: 'row', type: 'nominal', title: 'client' },
                  { field: 'phase', type: 'nominal' },
                  { field: 'start', type: 'quantitative', title: 'from (s)', format: ',.5~r' },
                  { field: 'end', type: 'quantitative', title: 'to (s)', format: ',.5~r' },
                ],
              },
            },
            {
              data: { values: [{ end: rounded(end) }] },
              mark: { type: 'rule', strokeDash: [4, 3], color: ink },
              encoding: { x: { field: 'end', type: 'quantitative' } },
            },
          ],
        }
      }),
      resolve: { scale: { color: 'shared', x: 'independent', y: 'independent' } },
    },
  }
}

/** A scheduler's rows, bars in seconds from the round's start, and the end of its last finite phase. */
function panel(data: ReportData, detail: DetailedRound, label: string) {
  const own = detail.phases.filter(({ scheduler }) => scheduler === label)
  const start = Math.min(...own.map((phase) => phase.start))
  const since = (time: number) => time - start
  const end =
    own.reduce((last, phase) => (Number.isFinite(phase.end) ? Math.max(last, since(phase.end)) : last), 0) ||
    1
  const bar = ({ client, phase, start: from, end: to }: Phase) => ({
    row: rowName(data, detail, label, client),
    phase,
    start: rounded(since(from)),
    end: rounded(Number.isFinite(to) ? since(to) : end * 2),
  })
  const clients = [
    ...new Set([
      ...detail.positions.filter(({ kind }) => kind === 'client').map(({ index }) => index),
      ...own.flatMap(({ client }) => (client === null ? [] : [client])),
    ]),
  ].sort((a, b) => a - b)
  const rows = [
    ...clients.map((client) => rowName(data, detail, label, client)),
    ...(own.some(({ client }) => client === null) ? [wholeRound] : []),
  ]
  return { label, rows, bars: own.filter((phase) => Number.isFinite(phase.start)).map(bar), end }
}

/** `7 (S2, ch 4)`: the client and its slot. */
function rowName(data: ReportData, detail: DetailedRound, label: string, client: number | null): string {
  if (client === null) return wholeRound
  const link = detail.links.find((each) => each.scheduler === label && each.client === client)
  if (link) return `${client} (S${link.server}, ch ${link.channel})`
  if (!detail.links.some((each) => each.scheduler === label)) return String(client)
  return `${client} (${hasQuit(data, label, client, detail.round) ? 'quit' : 'no slot'})`
}

function phasesIn({ phases }: DetailedRound): string[] {
  const present = new Set(phases.map(({ phase }) => phase))
  const known = Object.keys(phaseColours).filter((phase) => present.has(phase))
  return [...known, ...[...present].filter((phase) => !(phase in phaseColours))]
}

const laterColours = distinctColours.filter((colour) => !Object.values(phaseColours).includes(colour))

const phaseColour = (phase: string, index: number): string =>
  phaseColours[phase] ?? laterColours[index % laterColours.length]
