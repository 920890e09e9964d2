import { largestOf, smallestOf } from '../../statistics/extremes.js'
import { rounded, significant } from '../numbers.js'
import type { ReportData } from '../report-data.js'
import { tickLabel } from './axis-ticks.js'
import { subtitle } from './detailed-round.js'
import { type Figure, ink } from './figure.js'
import {
  brokenOffByDeadline,
  type FaultBar,
  MOST_ROWS,
  roundOf,
  type TimelineRound,
  wholeRound,
} from './round-rows.js'
import { distinctColours } from './scheduler-scale.js'
import type { Layer } from './specification.js'

/** Phases in the order in which a client goes through them, dark and light in turn. */
const phaseColours: Readonly<Record<string, string>> = {
  synchronisation: '#009E73',
  decision: '#CC79A7',
  training: '#000000',
  'head-forward': '#000000',
  uplink: '#0072B2',
  edge: '#D55E00',
  downlink: '#56B4E9',
  'head-backward': '#8c8c8c',
}
/** A round that takes this many times the shortest gets a time axis of its own. */
const OWN_AXIS = 4
/** What went wrong, on top of the phases: outlined, so that it does not hang on colour. */
const faultFills: Readonly<Record<string, string>> = {
  'link down': '#ffffff',
  'server down': '#F0E442',
  away: '#d9d9d9',
}

/** Bars of the whole round that are shorter than this share of it are left out. */
const LEAST_VISIBLE = 0.004

/** What each client did when in the detailed round, under each scheduler. */
export function roundTimeline(data: ReportData): Figure | undefined {
  const { detail } = data
  const drawn = data.schedulers.filter(({ label }) =>
    detail?.phases.some(({ scheduler }) => scheduler === label),
  )
  if (!detail || drawn.length === 0) return undefined
  const panels = drawn.map(({ label }) => roundOf(data, detail, label)).map(withVisibleDecision)
  const decisions = detail.phases.filter(({ phase }) => phase === 'decision')
  const decisionsSeen = panels.some(({ bars }) => bars.some(({ phase }) => phase === 'decision'))
  const shortest = smallestOf(panels.map(({ end }) => end))
  const shared = largestOf(panels.map(({ end }) => end).filter((end) => end <= OWN_AXIS * shortest))
  // Room for what stands behind the last bar, alike on all axes.
  const room = panels.some(({ broken }) => broken.length > 0) ? 1.08 : 1.02
  const rowCount = largestOf(panels.map(({ rows }) => rows.length))
  const phases = phasesIn(panels.flatMap(({ bars }) => bars))
  const faults = Object.keys(faultFills).filter((name) =>
    panels.some((each) => each.faults.some(({ fault }) => fault === name)),
  )
  const ownAxes = panels.filter(({ end }) => end > shared).map(({ label }) => label)
  return {
    id: 'gantt-round',
    title: `Round ${detail.round} on the clock`,
    columns: 3,
    caption:
      'One row is one client, named with its server (S) and channel (ch); a bar is a phase of its round, from the start of the round. ' +
      (panels.some(({ leftOut }) => leftOut > 0)
        ? `Drawn are the ${significant(MOST_ROWS)} clients whose round takes longest. `
        : '') +
      `The dashed line is the end of the ${brokenOffByDeadline(detail) ? 'round, at its deadline where clients are broken off by it' : 'last client'}, which is the training time of the round.` +
      (decisions.length > 0
        ? ` All clients wait for the decision${decisionsSeen ? '' : ', which is too short to be seen here'}.`
        : '') +
      (data.dynamic
        ? ' Dynamics follow the events: a bar is as long as interference and the load of the server make it while they change.'
        : '') +
      (faults.length > 0
        ? ' Outlined bars tell when a link or server was down, or a client away, as far as that fell into the round.'
        : '') +
      (panels.some(({ broken }) => broken.length > 0) ? ' A × marks where a client broke off.' : '') +
      (ownAxes.length > 0
        ? ` All time axes are the same but for ${ownAxes.join(', ')}, which took more than ${OWN_AXIS} times as long as the fastest.`
        : panels.length > 1
          ? ' All time axes are the same.'
          : '') +
      (detail.phases.some(({ end }) => !Number.isFinite(end))
        ? ' Bars that reach the right edge never end (a rate of zero).'
        : ''),
    spec: {
      columns: 3,
      concat: panels.map(({ label, rows, bars, faults: faultsHere, broken, end }) => {
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
                  scale: { domain: [0, rounded(limit * room)], nice: false },
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
            ...(faults.length > 0 ? [faultLayer(faultsHere, rows, faults)] : []),
            ...(broken.length > 0 ? [brokenLayer(broken)] : []),
            {
              data: { values: [{ end: rounded(end) }] },
              mark: { type: 'rule', strokeDash: [4, 3], color: ink },
              encoding: { x: { field: 'end', type: 'quantitative' } },
            },
          ],
        }
      }),
      resolve: { scale: { color: 'shared', fill: 'shared', x: 'independent', y: 'independent' } },
    },
  }
}

/** A × where a client broke off. */
const brokenLayer = (values: TimelineRound['broken']): Layer => ({
  data: { values },
  mark: { type: 'text', text: '×', fontSize: 17, fontWeight: 'bold', color: ink, align: 'left', dx: 2 },
  encoding: {
    x: { field: 'end', type: 'quantitative' },
    y: { field: 'row', type: 'nominal' },
    tooltip: [
      { field: 'row', type: 'nominal', title: 'broke off' },
      { field: 'end', type: 'quantitative', title: 'at (s)', format: ',.5~r' },
    ],
  },
})

/** Thin outlined bars in the rows of the clients that a fault hit. */
const faultLayer = (
  values: readonly FaultBar[],
  rows: readonly string[],
  faults: readonly string[],
): Layer => ({
  data: { values },
  mark: { type: 'bar', clip: true, stroke: ink, strokeWidth: 1, height: { band: 0.5 } },
  encoding: {
    x: { field: 'start', type: 'quantitative' },
    x2: { field: 'end' },
    y: { field: 'row', type: 'nominal', scale: { domain: rows } },
    fill: {
      field: 'fault',
      type: 'nominal',
      sort: null,
      scale: { domain: faults, range: faults.map((name) => faultFills[name]) },
      legend: { title: null, symbolType: 'square', symbolStrokeColor: ink, symbolStrokeWidth: 1 },
    },
    tooltip: [
      { field: 'row', type: 'nominal', title: 'client' },
      { field: 'fault', type: 'nominal', title: 'what' },
      { field: 'start', type: 'quantitative', title: 'from (s)', format: ',.5~r' },
      { field: 'end', type: 'quantitative', title: 'to (s)', format: ',.5~r' },
    ],
  },
})

/** Without the row of a decision that would not be seen in it. */
function withVisibleDecision(panel: TimelineRound): TimelineRound {
  const bars = panel.bars.filter(
    ({ row, start, end }) => row !== wholeRound || end - start > LEAST_VISIBLE * panel.end,
  )
  if (bars.length === panel.bars.length) return panel
  return {
    ...panel,
    bars,
    rows: panel.rows.filter((row) => bars.some((bar) => bar.row === row) || row !== wholeRound),
  }
}

function phasesIn(bars: readonly { readonly phase: string }[]): string[] {
  const present = new Set(bars.map(({ phase }) => phase))
  const known = Object.keys(phaseColours).filter((phase) => present.has(phase))
  return [...known, ...[...present].filter((phase) => !(phase in phaseColours))]
}

const laterColours = distinctColours.filter((colour) => !Object.values(phaseColours).includes(colour))

const phaseColour = (phase: string, index: number): string =>
  phaseColours[phase] ?? laterColours[index % laterColours.length]
