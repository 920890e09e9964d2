import { hasDiverged } from '../observe/events.js'
import type { RunTable } from '../observe/tables.js'
import { namesOf } from './job-lines.js'
import type { StoredTableOf } from './stored-table.js'
import { ADJACENCY, type LearningSummary } from './summary.js'

type LearningTables = { readonly [N in 'learning' | 'unaggregated' | 'privacy']: StoredTableOf<RunTable<N>> }

/** What each model of a run came to, those of the schedulers first and in their order; none where nothing was learned. */
export async function summarizeLearning(
  { learning, unaggregated, privacy }: LearningTables,
  schedulers: readonly string[],
): Promise<LearningSummary[]> {
  const models = new Map<string, LearningSummary>()
  /** The scheduler, or reference, of each. */
  const of = new Map<string, string>()
  const columns = [
    'round',
    'scheduler',
    'job',
    'protocol',
    'loss',
    'testLoss',
    'accuracy',
    'samples',
    'epoch',
  ] as const
  for await (const batch of learning.batches({ columns })) {
    const { round, scheduler, protocol, loss, testLoss, accuracy, samples, epoch } = batch.columns
    for (const [row, label] of namesOf(batch.columns).entries()) {
      of.set(label, scheduler[row])
      const known = models.get(label)
      const latest = (values: ArrayLike<number>, before = Number.NaN) =>
        Number.isNaN(values[row]) ? before : values[row]
      const diverged = hasDiverged({ testLoss: testLoss[row] })
      // Of a model that is made of numbers no more, an earlier figure is none.
      const figure = (values: ArrayLike<number>, before?: number) =>
        diverged ? Number.NaN : latest(values, before)
      models.set(label, {
        label,
        protocol: protocol[row],
        loss: figure(loss, known?.loss),
        testLoss: figure(testLoss, known?.testLoss),
        accuracy: figure(accuracy, known?.accuracy),
        bestAccuracy: larger(accuracy[row], known?.bestAccuracy ?? Number.NaN),
        diverged: diverged ? round[row] : null,
        epochs: epoch[row],
        samples: (known?.samples ?? 0) + samples[row],
        unaggregated: null,
        epsilon: known?.epsilon ?? null,
        adjacency: null,
      })
    }
  }
  await addUnaggregated(models, unaggregated)
  await addPrivacy(models, privacy)
  const place = (label: string) => {
    const index = schedulers.indexOf(of.get(label)!)
    return index < 0 ? schedulers.length : index
  }
  return [...models.values()].sort((a, b) => place(a.label) - place(b.label))
}

/** How many rounds of a model could not be put together, and why the first could not. */
async function addUnaggregated(
  models: Map<string, LearningSummary>,
  table: LearningTables['unaggregated'],
): Promise<void> {
  const seen = new Set<string>()
  for await (const batch of table.batches({ columns: ['round', 'scheduler', 'job', 'reason'] })) {
    const { round: rounds, reason: reasons } = batch.columns
    for (const [row, label] of namesOf(batch.columns).entries()) {
      const model = models.get(label)
      // A round's bodies and heads, or several buffers, are one round.
      if (!model || seen.has(`${rounds[row]}/${label}`)) continue
      seen.add(`${rounds[row]}/${label}`)
      const { first, reason } = model.unaggregated ?? { first: rounds[row], reason: reasons[row] }
      const counted = (model.unaggregated?.rounds ?? 0) + 1
      models.set(label, { ...model, unaggregated: { rounds: counted, first, reason } })
    }
  }
}

/** The larger of two, or the one that is a number. */
const larger = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b))

/** The largest ε that a client has spent. */
async function addPrivacy(
  models: Map<string, LearningSummary>,
  table: LearningTables['privacy'],
): Promise<void> {
  for await (const batch of table.batches({ columns: ['scheduler', 'job', 'epsilon'] })) {
    const { epsilon } = batch.columns
    for (const [row, label] of namesOf(batch.columns).entries()) {
      const model = models.get(label)
      if (model)
        models.set(label, {
          ...model,
          epsilon: Math.max(epsilon[row], model.epsilon ?? 0),
          adjacency: ADJACENCY,
        })
    }
  }
}
