import { rounded } from '../numbers.js'
import type { DetailedRound, Fault, Link, Phase, ReportData } from '../report-data.js'
import { clientsOf, linksByClient, quitBefore } from './detailed-round.js'

/** The row of what is nobody's own. */
export const wholeRound = 'all clients'

const faultNames: Readonly<Record<string, string>> = {
  outage: 'link down',
  failure: 'server down',
  absence: 'away',
}

/** A fault in a client's row; s from the round's start. */
export interface FaultBar {
  readonly row: string
  readonly fault: string
  readonly start: number
  readonly end: number
}

/** A scheduler's detailed round by rows, in seconds from its start. */
export interface TimelineRound {
  readonly label: string
  readonly rows: readonly string[]
  readonly bars: readonly {
    readonly row: string
    readonly phase: string
    readonly start: number
    readonly end: number
  }[]
  readonly faults: readonly FaultBar[]
  /** Where clients broke off. */
  readonly broken: readonly { readonly row: string; readonly end: number }[]
  /** The end of its last finite phase. */
  readonly end: number
  /** Clients that have no row, since there are too many. */
  readonly leftOut: number
}

/** The most clients that get a row. */
export const MOST_ROWS = 1000

/** Phases, faults and where clients broke off. */
export function roundOf(data: ReportData, detail: DetailedRound, label: string): TimelineRound {
  const own = detail.phases.filter(({ scheduler }) => scheduler === label)
  const links = detail.links.filter(({ scheduler }) => scheduler === label)
  const start = startOf(detail, label)
  const since = (time: number) => time - start
  const ends = lastEnds(own)
  const endOf = (client: number | null) => Math.max(0, since(ends.get(client) ?? start))
  const end = [...ends.keys()].reduce<number>((last, client) => Math.max(last, endOf(client)), 0) || 1
  const nameOf = rowNames(data, detail, label)

  const everyone = [
    ...new Set([
      ...clientsOf(detail, label).map(({ index }) => index),
      ...own.flatMap(({ client }) => (client === null ? [] : [client])),
    ]),
  ]
  const clients = slowestOf(everyone, endOf).sort((a, b) => a - b)
  const names = new Map<number | null, string>(clients.map((client) => [client, nameOf(client)]))
  names.set(null, wholeRound)
  const rowOf = (client: number | null) => names.get(client)!
  const bars = own
    .filter((phase) => Number.isFinite(phase.start) && names.has(phase.client))
    .map((phase) => ({
      row: rowOf(phase.client),
      phase: phase.phase,
      start: rounded(since(phase.start)),
      end: rounded(Number.isFinite(phase.end) ? since(phase.end) : end * 2),
    }))
  const rows = [...(own.some(({ client }) => client === null) ? [wholeRound] : []), ...clients.map(rowOf)]
  const faults = detail.faults
    .filter((fault) => fault.scheduler === label)
    .flatMap((fault) =>
      clientsHit(fault, names, links).flatMap((client): FaultBar[] => {
        const from = Math.max(0, since(fault.start))
        // Who has finished does not mind a link or server that fails.
        const to = Math.min(
          since(fault.end ?? Number.POSITIVE_INFINITY),
          fault.kind === 'absence' ? end : endOf(client),
        )
        if (from >= to) return []
        const name = faultNames[fault.kind] ?? fault.kind
        return [{ row: rowOf(client), fault: name, start: rounded(from), end: rounded(to) }]
      }),
    )
  const broken = links
    .filter(({ completed, client }) => completed === 0 && names.has(client))
    .map(({ client }) => ({ row: rowOf(client), end: rounded(endOf(client)) }))
  return { label, rows, bars, faults, broken, end, leftOut: everyone.length - clients.length }
}

/** The last finite end of anything that each client did, and of what is nobody's own. */
function lastEnds(phases: readonly Phase[]): ReadonlyMap<number | null, number> {
  const ends = new Map<number | null, number>()
  for (const { client, end } of phases)
    if (Number.isFinite(end)) ends.set(client, Math.max(end, ends.get(client) ?? end))
  return ends
}

/** As many clients as get a row, those whose round takes longest. */
const slowestOf = (clients: readonly number[], endOf: (client: number) => number): number[] =>
  clients.length <= MOST_ROWS
    ? [...clients]
    : [...clients].sort((a, b) => endOf(b) - endOf(a)).slice(0, MOST_ROWS)

/** Whether a deadline broke off a client of the detailed round. */
export const brokenOffByDeadline = (detail: DetailedRound): boolean =>
  detail.faults.some(
    ({ kind, scheduler, start }) => kind === 'deadline' && start >= startOf(detail, scheduler),
  )

const startOf = ({ phases }: DetailedRound, label: string): number =>
  phases.reduce(
    (least, { scheduler, start }) => (scheduler === label ? Math.min(least, start) : least),
    Number.POSITIVE_INFINITY,
  )

/** In whose rows a fault is drawn: a server's failure in those of its clients; a deadline only ends phases. */
function clientsHit(
  { kind, client, server }: Fault,
  drawn: ReadonlyMap<number | null, string>,
  links: readonly Link[],
): readonly number[] {
  if (kind === 'deadline') return []
  if (client !== null) return drawn.has(client) ? [client] : []
  return links.filter((link) => link.server === server && drawn.has(link.client)).map((link) => link.client)
}

/** What rows are called: `7 (S2, ch 4)`, the client and its slot. */
function rowNames(data: ReportData, detail: DetailedRound, label: string): (client: number) => string {
  const links = linksByClient(detail, label)
  const quit = quitBefore(data, detail, label)
  const away = awayIn(detail, label)
  return (client) => {
    const link = links.get(client)
    if (link) return `${client} (S${link.server}, ch ${link.channel})`
    if (links.size === 0) return String(client)
    if (quit.has(client)) return `${client} (quit)`
    return `${client} (${away.has(client) ? 'away' : 'no slot'})`
  }
}

/** The clients that were away when the scheduler's round began. */
function awayIn(detail: DetailedRound, label: string): ReadonlySet<number | null> {
  const at = startOf(detail, label)
  const away = detail.faults.filter(
    ({ kind, scheduler, start, end }) =>
      kind === 'absence' && scheduler === label && start <= at && (end ?? Number.POSITIVE_INFINITY) > at,
  )
  return new Set(away.map(({ client }) => client))
}
