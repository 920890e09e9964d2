import type { roundsTable } from '../observe/tables.js'
import type { StoredTableOf } from './stored-table.js'

/** A scheduler, or where jobs share the network one of them under it, as figures and summaries tell it. */
export interface Line {
  /** What it is called. */
  readonly label: string
  readonly scheduler: string
  readonly job?: string
}

/** What a scheduler's rows of a job are called. */
export const lineLabel = (scheduler: string, job: string | null | undefined): string =>
  typeof job === 'string' ? `${scheduler}, ${job}` : scheduler

/** The jobs of a run in the order in which they came to rows; none where it has none. */
export async function jobsIn(rounds: StoredTableOf<typeof roundsTable>): Promise<readonly string[]> {
  const jobs = new Set<string>()
  if (!rounds.columns.includes('job')) return []
  for await (const { columns } of rounds.batches({ columns: ['job'] }))
    for (const job of columns.job ?? []) if (job !== null) jobs.add(job)
  return [...jobs]
}

/** The lines of these schedulers, by scheduler and then job. */
export const linesOf = <S extends { readonly label: string }>(
  schedulers: readonly S[],
  jobs: readonly string[],
): (S & Line)[] =>
  schedulers.flatMap((each) => {
    const scheduler = each.label
    if (jobs.length === 0) return [{ ...each, scheduler }]
    return jobs.map((job) => ({ ...each, label: lineLabel(scheduler, job), scheduler, job }))
  })

/** What each row is of. */
export function namesOf(columns: {
  readonly scheduler: readonly string[]
  readonly job?: readonly (string | null)[]
}): readonly string[] {
  const { scheduler, job } = columns
  return job ? scheduler.map((label, row) => lineLabel(label, job[row])) : scheduler
}

/** Of lines the one of this scheduler that `own` is to be compared with: of the same job. */
export const baselineOf = <L extends Line>(lines: readonly L[], own: L, scheduler: string): L =>
  lines.find((line) => line.scheduler === scheduler && line.job === own.job) ??
  (lines.find((line) => line.job === own.job) as L)
