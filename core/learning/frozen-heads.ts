import type { TensorOperations } from '../plugin/model-contracts.js'
import { type Precision, roundTo } from './precision.js'
import type { ComputeRows } from './sample-rows.js'
import type { TrainedPart } from './trained-part.js'

/** Samples that are run at once. */
const BATCH = 256
/** Batches are filled up to a multiple of this: products of very few rows add up in another order. */
const FULL = 16

/** What heads that are never trained make of samples, as it arrives at the server. */
export function frozenHeads(
  { tf }: TensorOperations,
  /** The tensors of an owner's head; whichever was there before. */
  partOf: (owner: number) => TrainedPart,
  weightsOf: (owner: number) => Float32Array,
  sampleShape: readonly number[],
  precision: Precision,
): ComputeRows {
  const loaded = new Map<TrainedPart, Float32Array>()
  return (samples, count, owner) => {
    const head = partOf(owner)
    const weights = weightsOf(owner)
    if (loaded.get(head) !== weights) {
      head.load(weights)
      loaded.set(head, weights)
    }
    const length = head.part.outputShape.reduce((product, each) => product * each, 1)
    const sampleLength = samples.length / Math.max(1, count)
    const rows = new Float32Array(count * length)
    for (let start = 0; start < count; start += BATCH) {
      const end = Math.min(count, start + BATCH)
      const padded = FULL * Math.ceil((end - start) / FULL)
      const batch = new Float32Array(padded * sampleLength)
      batch.set(samples.subarray(start * sampleLength, end * sampleLength))
      // Nothing but tensors may leave a tidy: it would look through every element of an array.
      tf.tidy(() => {
        const features = head.apply(tf.tensor(batch, [padded, ...sampleShape]))
        rows.set((features.dataSync() as Float32Array).subarray(0, (end - start) * length), start * length)
      })
    }
    return roundTo(precision, rows, length)
  }
}
