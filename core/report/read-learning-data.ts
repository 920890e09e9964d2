import type { StoredRun } from '../results/read-run.js'
import type {
  HeldSamples,
  LearnedModel,
  LearningData,
  LostUpdates,
  PredictedSamples,
  SpentEpsilon,
} from './learning-data.js'

/** Reads what a run learned; undefined where it learned nothing. `labels`: the schedulers, in the scenario's order. */
export async function readLearningData(
  run: StoredRun,
  labels: readonly string[],
): Promise<LearningData | undefined> {
  if (!run.manifest.tables.some(({ name }) => name === 'learning')) return undefined
  const models = await readModels(run, labels)
  if (models.length === 0) return undefined
  return {
    models,
    partition: await readPartition(run),
    confusion: await readConfusion(run),
    privacy: await readPrivacy(run),
    unaggregated: await readUnaggregated(run),
  }
}

async function readModels(run: StoredRun, labels: readonly string[]): Promise<LearnedModel[]> {
  const table = await run.readTable('learning')
  const protocols = table.strings('protocol')
  const rowsOf = new Map<string, number[]>()
  for (const [row, label] of table.strings('scheduler').entries()) {
    const rows = rowsOf.get(label)
    if (rows) rows.push(row)
    else rowsOf.set(label, [row])
  }
  const place = (label: string) => (labels.includes(label) ? labels.indexOf(label) : labels.length)
  return [...rowsOf]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([label, rows]) => {
      const column = (name: string) => {
        const values = table.numbers(name)
        return Float64Array.from(rows, (row) => values[row])
      }
      return {
        label,
        protocol: protocols[rows[0]],
        round: column('round'),
        loss: column('loss'),
        testLoss: column('testLoss'),
        accuracy: column('accuracy'),
        samples: column('samples'),
        epoch: column('epoch'),
        time: column('time'),
        energy: column('energy'),
      }
    })
}

async function readPartition(run: StoredRun): Promise<HeldSamples[]> {
  const table = await run.readTable('partition')
  const [client, label, samples] = ['client', 'class', 'samples'].map((name) => table.numbers(name))
  return table.strings('className').map((className, row) => ({
    client: client[row],
    label: label[row],
    className,
    samples: samples[row],
  }))
}

async function readConfusion(run: StoredRun): Promise<PredictedSamples[]> {
  const table = await run.readTable('confusion')
  const schedulers = table.strings('scheduler')
  const [label, predicted, samples] = ['class', 'predicted', 'samples'].map((name) => table.numbers(name))
  return table.strings('className').map((className, row) => ({
    scheduler: schedulers[row],
    label: label[row],
    className,
    predicted: predicted[row],
    samples: samples[row],
  }))
}

async function readPrivacy(run: StoredRun): Promise<SpentEpsilon[]> {
  const table = await run.readTable('privacy')
  const [round, client, epsilon] = ['round', 'client', 'epsilon'].map((name) => table.numbers(name))
  return table.strings('scheduler').map((scheduler, row) => ({
    scheduler,
    round: round[row],
    client: client[row],
    // Runs of earlier versions have a null, read as NaN, where nothing bounds it.
    epsilon: Number.isNaN(epsilon[row]) ? Number.POSITIVE_INFINITY : epsilon[row],
  }))
}

async function readUnaggregated(run: StoredRun): Promise<LostUpdates[]> {
  if (!run.manifest.tables.some(({ name }) => name === 'unaggregated')) return []
  const table = await run.readTable('unaggregated')
  const [round, reason] = [table.numbers('round'), table.strings('reason')]
  return table
    .strings('scheduler')
    .map((scheduler, row) => ({ scheduler, round: round[row], reason: reason[row] }))
}
