import type { HeadStore } from './head-store.js'
import type { LocalTrainer } from './local-trainer.js'
import type { LearningTask } from './task.js'

/** How well a model does on the test set. */
export interface Evaluation {
  /** Mean cross entropy. */
  readonly loss: number
  readonly accuracy: number
  /** C×C, row-major: how many samples of a class (row) were taken for each class (column). */
  readonly confusion: Int32Array
}

/** Test samples that are run at once. */
const BATCH = 256

/**
 * Tests the aggregated body with the heads that clients have now: every client sees an equal share of the test set, as
 * its own data would come to it. Where all heads are equal this is the plain test.
 */
export async function evaluate(
  task: LearningTask,
  training: LocalTrainer,
  body: Float32Array,
  heads: HeadStore,
): Promise<Evaluation> {
  const { dataset, testRows, operations } = task
  const { tf } = operations
  const { classes } = dataset
  const { labels } = testRows.samples
  const confusion = new Int32Array(classes * classes)
  let lossSum = 0
  training.body.load(body)
  for (const { owner, indices } of shares(task, heads)) {
    const head = task.trainsHeads ? training.headOf(task.structureOf[owner]) : undefined
    head?.load(heads.weights(owner))
    for (let start = 0; start < indices.length; start += BATCH) {
      const batch = indices.subarray(start, start + BATCH)
      const rows = new Float32Array(batch.length * testRows.length)
      await testRows.read(batch, owner, rows, 0)
      const logits = new Float32Array(batch.length * classes)
      tf.tidy(() => {
        const x = tf.tensor(rows, [batch.length, ...testRows.shape])
        logits.set(training.body.apply(head ? head.apply(x) : x).dataSync() as Float32Array)
      })
      for (let i = 0; i < batch.length; i++) {
        const own = logits.subarray(i * classes, (i + 1) * classes)
        const label = labels[batch[i]]
        confusion[label * classes + largestOf(own)]++
        lossSum += crossEntropy(own, label)
      }
    }
  }
  let right = 0
  for (let label = 0; label < classes; label++) right += confusion[label * classes + label]
  return { loss: lossSum / labels.length, accuracy: right / labels.length, confusion }
}

/** The test set by whose head sees it; clients with equal heads go together. */
function shares(task: LearningTask, heads: HeadStore): { owner: number; indices: Int32Array }[] {
  const { count } = task.testRows.samples
  const clients = task.parts.length
  const all = Int32Array.from({ length: count }, (_, i) => i)
  if (task.model.head.layers.length === 0) return [{ owner: 0, indices: all }]
  const byHead = new Map<unknown, { owner: number; indices: number[] }>()
  for (const index of all) {
    const client = index % clients
    const key = heads.weights(client)
    const share = byHead.get(key)
    if (share) share.indices.push(index)
    else byHead.set(key, { owner: client, indices: [index] })
  }
  return [...byHead.values()].map(({ owner, indices }) => ({ owner, indices: Int32Array.from(indices) }))
}

function largestOf(values: Float32Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}

/** −log softmax(logits)[label], without overflow. */
function crossEntropy(logits: Float32Array, label: number): number {
  const top = logits[largestOf(logits)]
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - top)
  return Math.log(sum) + top - logits[label]
}
