import { significant } from '../numbers.js'
import type { DetailedRound, Link, Position, ReportData } from '../report-data.js'

/** The clients where this scheduler's round began. */
export const clientsOf = ({ positions }: DetailedRound, label: string): Position[] =>
  positions.filter(({ kind, scheduler }) => kind === 'client' && (scheduler === null || scheduler === label))

/** A link of each client in a scheduler's round, the first where it has several. */
export function linksByClient({ links }: DetailedRound, label: string): ReadonlyMap<number, Link> {
  const first = new Map<number, Link>()
  for (const link of links)
    if (link.scheduler === label && !first.has(link.client)) first.set(link.client, link)
  return first
}

/** The clients that had spent their energy budget before the round. */
export const quitBefore = (
  { quits }: ReportData,
  { round }: DetailedRound,
  label: string,
): ReadonlySet<number | null> =>
  new Set(quits.filter((quit) => quit.scheduler === label && quit.round < round).map(({ client }) => client))

/** `987 s, set by client 7; 1,330 J`, from the slowest of the scheduler's clients; or how many of them finished. */
export function subtitle({ links }: DetailedRound, label: string): string {
  const own = links.filter(({ scheduler }) => scheduler === label)
  const energy = `${significant(own.reduce((sum, link) => sum + link.energy, 0))} J`
  const finished = own.filter(({ completed }) => completed === 1)
  if (finished.length < own.length) return `${finished.length} of ${own.length} clients finished; ${energy}`
  const slowest = own.reduce((a, b) => (timeOf(b) > timeOf(a) ? b : a))
  return `${significant(timeOf(slowest))} s, set by client ${slowest.client}; ${energy}`
}

const timeOf = ({ time }: Link): number => time ?? Number.NaN
