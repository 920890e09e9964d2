import { hasDiverged } from '../observe/events.js'
import type {
  confusionTable,
  learningTable,
  partitionTable,
  privacyTable,
  unaggregatedTable,
} from '../observe/learning-tables.js'
import type { RowOf } from '../observe/table.js'
import { lineLabel, namesOf } from '../results/job-lines.js'
import type { StoredRun } from '../results/read-run.js'
import type { Figures } from '../results/table-data.js'

/** A model that was learned: each column of `learning`, one entry a round, ascending; NaN where there is nothing to tell. */
export type LearnedModel = Figures<typeof learningTable> & {
  /** The scheduler whose clients learned it, or the reference. */
  readonly label: string
  readonly protocol: string
}

/** The round in which a model diverged, and with which its learning ended; null where it did not. */
export function divergedIn({ round, testLoss }: Pick<LearnedModel, 'round' | 'testLoss'>): number | null {
  const row = testLoss.findIndex((loss) => hasDiverged({ testLoss: loss }))
  return row < 0 ? null : round[row]
}

/** What a run learned. */
export interface LearningData {
  /** The schedulers' in the scenario's order, then the reference. */
  readonly models: readonly LearnedModel[]
  readonly partition: readonly RowOf<typeof partitionTable>[]
  /** Empty where the run was killed. */
  readonly confusion: readonly RowOf<typeof confusionTable>[]
  readonly privacy: readonly RowOf<typeof privacyTable>[]
  readonly unaggregated: readonly RowOf<typeof unaggregatedTable>[]
}

/** Reads what a run learned; undefined where it learned nothing. `labels`: the schedulers, in the scenario's order. */
export async function readLearningData(
  run: StoredRun,
  labels: readonly string[],
): Promise<LearningData | undefined> {
  const place = (label: string) => (labels.includes(label) ? labels.indexOf(label) : labels.length)
  const learning = await run.readTable('learning')
  const names = namesOf(learning.columns)
  const models = [...new Set(names)]
    .map((label) => ({
      label,
      columns: learning.picked(names.flatMap((name, row) => (name === label ? [row] : []))).columns,
    }))
    .sort((a, b) => place(a.columns.scheduler[0]) - place(b.columns.scheduler[0]))
    .map(({ label, columns }): LearnedModel => {
      const { scheduler: _, job: __, protocol, ...figures } = columns
      return { label, protocol: protocol[0], ...figures }
    })
  if (models.length === 0) return undefined
  const named = <R extends { readonly scheduler: string; readonly job?: string | null }>(
    records: readonly R[],
  ) => records.map((record) => ({ ...record, scheduler: lineLabel(record.scheduler, record.job) }))
  return {
    models,
    partition: (await run.readTable('partition')).records,
    confusion: named((await run.readTable('confusion')).records),
    privacy: named((await run.readTable('privacy')).records),
    unaggregated: named((await run.readTable('unaggregated')).records),
  }
}
