import type { roundsTable } from '../observe/tables.js'
import { lineLabel } from '../results/job-lines.js'
import type { TableData } from '../results/table-data.js'
import type { DetailedRound } from './report-data.js'

/**
 * A detailed round where jobs share the network: under each scheduler it is the row of one job, in whose line those stand who have a part in
 * it; what clients of others did meanwhile is not shown.
 */
export function detailedRow(
  detail: DetailedRound,
  rounds: TableData<(typeof roundsTable)['columns'][number]>,
): DetailedRound {
  const { round, scheduler, job } = rounds.columns
  const jobs = new Map(
    scheduler.flatMap((label, row) => (round[row] === detail.round ? [[label, job?.[row]]] : [])),
  )
  const line = (label: string) => lineLabel(label, jobs.get(label))
  const links = detail.links.map((link) => ({ ...link, scheduler: line(link.scheduler) }))
  const hasPart = (label: string, client: number | null) =>
    client === null || links.some((link) => link.scheduler === label && link.client === client)
  const named = <R extends { readonly scheduler: string; readonly client: number | null }>(
    records: readonly R[],
  ): R[] =>
    records
      .map((record) => ({ ...record, scheduler: line(record.scheduler) }))
      .filter((record) => hasPart(record.scheduler, record.client))
  const positions = detail.positions.flatMap((position) => {
    if (position.kind === 'server') return [position]
    const lines = position.scheduler === null ? [...jobs.keys()].map(line) : [line(position.scheduler)]
    return lines.filter((own) => hasPart(own, position.index)).map((own) => ({ ...position, scheduler: own }))
  })
  return { ...detail, links, positions, phases: named(detail.phases), faults: named(detail.faults) }
}
