import { significant } from '../numbers.js'
import type { DetailedRound, Link, Position, ReportData } from '../report-data.js'

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
  const finished = own.filter(({ completed }) => completed === 1)
  if (finished.length < own.length) return `${finished.length} of ${own.length} clients finished; ${energy}`
  const slowest = own.reduce((a, b) => (timeOf(b) > timeOf(a) ? b : a))
  return `${significant(timeOf(slowest))} s, set by client ${slowest.client}; ${energy}`
}

const timeOf = ({ time }: Link): number => time ?? Number.NaN
