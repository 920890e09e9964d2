import type { Samples } from '../plugin/learning-contracts.js'

/** Computes rows from samples: for these, given their owner; writes one behind the other. */
export type ComputeRows = (samples: Float32Array, count: number, owner: number) => Float32Array

/**
 * What goes into the part of the model that is trained, sample by sample: the samples themselves, or what a frozen head
 * makes of them. Rows are kept as far as memory allows, first come, so that most are read and computed once; samples that
 * are quick to read are not kept.
 */
export class SampleRows {
  readonly shape: readonly number[]
  readonly length: number
  readonly samples: Samples
  readonly #sampleLength: number
  readonly #compute: ComputeRows | undefined
  /** Whether samples are read where they are wanted, and none is kept. */
  readonly #direct: boolean
  readonly #kept: Float32Array
  /** Where each sample's row is kept, or -1. */
  readonly #place: Int32Array
  #keptRows = 0

  constructor(
    samples: Samples,
    sampleLength: number,
    shape: readonly number[],
    { compute, bytes }: { compute?: ComputeRows; bytes: number },
  ) {
    this.samples = samples
    this.shape = shape
    this.length = shape.reduce((product, length) => product * length, 1)
    this.#sampleLength = sampleLength
    this.#compute = compute
    const most = Math.floor(bytes / 4 / Math.max(1, this.length))
    this.#direct = compute === undefined && samples.quick === true
    const rows = this.#direct ? 0 : Math.min(samples.count, most)
    this.#kept = new Float32Array(rows * this.length)
    this.#place = new Int32Array(samples.count).fill(-1)
  }

  /** Writes the rows of these samples of one owner into `into`, from row `start`. */
  async read(indices: Int32Array, owner: number, into: Float32Array, start: number): Promise<void> {
    const { length } = this
    if (this.#direct) {
      return this.samples.read(indices, into.subarray(start * length, (start + indices.length) * length))
    }
    const missing: number[] = []
    for (let i = 0; i < indices.length; i++) {
      const place = this.#place[indices[i]]
      if (place < 0) missing.push(i)
      else into.set(this.#kept.subarray(place * length, (place + 1) * length), (start + i) * length)
    }
    if (missing.length === 0) return
    const rows = await this.#make(
      Int32Array.from(missing, (i) => indices[i]),
      owner,
    )
    const room = this.#kept.length / Math.max(1, length)
    for (const [j, i] of missing.entries()) {
      const row = rows.subarray(j * length, (j + 1) * length)
      into.set(row, (start + i) * length)
      if (this.#keptRows === room || this.#place[indices[i]] >= 0) continue
      this.#kept.set(row, this.#keptRows * length)
      this.#place[indices[i]] = this.#keptRows++
    }
  }

  async #make(indices: Int32Array, owner: number): Promise<Float32Array> {
    const samples = new Float32Array(indices.length * this.#sampleLength)
    await this.samples.read(indices, samples)
    return this.#compute ? this.#compute(samples, indices.length, owner) : samples
  }
}
