import { rounded } from '../numbers.js'
import type { DetailedRound, Fault, Link, Phase, ReportData } from '../report-data.js'
import { clientsOf, hasQuit } from './detailed-round.js'

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
}

/** Phases, faults and where clients broke off. */
export function roundOf(data: ReportData, detail: DetailedRound, label: string): TimelineRound {
  const own = detail.phases.filter(({ scheduler }) => scheduler === label)
  const links = detail.links.filter(({ scheduler }) => scheduler === label)
  const start = startOf(detail, label)
  const since = (time: number) => time - start
  const lastEnd = (phases: readonly Phase[]) =>
    phases.reduce((last, { end }) => (Number.isFinite(end) ? Math.max(last, since(end)) : last), 0)
  const end = lastEnd(own) || 1
  const endOf = (client: number) => lastEnd(own.filter((phase) => phase.client === client))
  const rowOf = (client: number | null) => rowName(data, detail, label, client)

  const bars = own
    .filter((phase) => Number.isFinite(phase.start))
    .map((phase) => ({
      row: rowOf(phase.client),
      phase: phase.phase,
      start: rounded(since(phase.start)),
      end: rounded(Number.isFinite(phase.end) ? since(phase.end) : end * 2),
    }))
  const clients = [
    ...new Set([
      ...clientsOf(detail, label).map(({ index }) => index),
      ...own.flatMap(({ client }) => (client === null ? [] : [client])),
    ]),
  ].sort((a, b) => a - b)
  const rows = [...(own.some(({ client }) => client === null) ? [wholeRound] : []), ...clients.map(rowOf)]
  const faults = detail.faults
    .filter((fault) => fault.scheduler === label)
    .flatMap((fault) =>
      clientsHit(fault, clients, links).flatMap((client): FaultBar[] => {
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
    .filter(({ completed }) => completed === 0)
    .map(({ client }) => ({ row: rowOf(client), end: rounded(endOf(client)) }))
  return { label, rows, bars, faults, broken, end }
}

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
  clients: readonly number[],
  links: readonly Link[],
): readonly number[] {
  if (kind === 'deadline') return []
  if (client !== null) return clients.filter((each) => each === client)
  return links.filter((link) => link.server === server).map((link) => link.client)
}

/** `7 (S2, ch 4)`: the client and its slot. */
function rowName(data: ReportData, detail: DetailedRound, label: string, client: number | null): string {
  if (client === null) return wholeRound
  const link = detail.links.find((each) => each.scheduler === label && each.client === client)
  if (link) return `${client} (S${link.server}, ch ${link.channel})`
  if (!detail.links.some((each) => each.scheduler === label)) return String(client)
  if (hasQuit(data, label, client, detail.round)) return `${client} (quit)`
  return `${client} (${isAway(detail, label, client) ? 'away' : 'no slot'})`
}

/** Whether the client was away when the scheduler's round began. */
function isAway(detail: DetailedRound, label: string, client: number): boolean {
  const at = startOf(detail, label)
  return detail.faults.some(
    (fault) =>
      fault.kind === 'absence' &&
      fault.scheduler === label &&
      fault.client === client &&
      fault.start <= at &&
      (fault.end ?? Number.POSITIVE_INFINITY) > at,
  )
}
