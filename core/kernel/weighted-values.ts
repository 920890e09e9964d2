import { KernelError } from './failure.js'

/** How often values fell between two neighbouring edges. */
export interface Histogram {
  /** Bin edges, one more than bins; the last bin includes its upper edge. */
  readonly edges: Float64Array
  /** What fell into each bin: observations, or time. */
  readonly weights: Float64Array
}

/** Values with weights, kept to answer what moments cannot: quantiles and histograms. */
export class WeightedValues {
  #values = new Float64Array(64)
  #weights = new Float64Array(64)
  #length = 0

  add(value: number, weight: number): void {
    if (this.#length === this.#values.length) {
      this.#values = enlarge(this.#values)
      this.#weights = enlarge(this.#weights)
    }
    this.#values[this.#length] = value
    this.#weights[this.#length++] = weight
  }

  clear(): void {
    this.#length = 0
  }

  /** The least value such that at least the fraction q of all weight lies at or below it; NaN without any weight. */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new KernelError(`a quantile lies between 0 and 1, not at ${q}`)
    const values = this.#values
    const weights = this.#weights
    const order = Uint32Array.from({ length: this.#length }, (_, i) => i).sort(
      (a, b) => values[a] - values[b],
    )
    let total = 0
    for (let i = 0; i < this.#length; i++) total += weights[i]
    let sum = 0
    for (const i of order) {
      sum += weights[i]
      if (weights[i] > 0 && sum >= q * total) return values[i]
    }
    return Number.NaN
  }

  /** Weights in equal bins from the least to the greatest value, or between the given edges. */
  histogram(bins: number | ArrayLike<number>): Histogram {
    const edges = typeof bins === 'number' ? this.#edges(bins) : Float64Array.from(bins)
    const last = edges.length - 1
    const weights = new Float64Array(Math.max(0, last))
    for (let i = 0; i < this.#length; i++) {
      const value = this.#values[i]
      if (value < edges[0] || value > edges[last]) continue
      let bin = edges.findLastIndex((edge) => edge <= value)
      if (bin === last) bin--
      weights[bin] += this.#weights[i]
    }
    return { edges, weights }
  }

  #edges(bins: number): Float64Array {
    if (!(Number.isInteger(bins) && bins >= 1)) {
      throw new KernelError(`a histogram has a whole number of bins, at least 1, not ${bins}`)
    }
    let least = Infinity
    let greatest = -Infinity
    for (let i = 0; i < this.#length; i++) {
      least = Math.min(least, this.#values[i])
      greatest = Math.max(greatest, this.#values[i])
    }
    if (this.#length > 0 && !Number.isFinite(greatest - least)) {
      throw new KernelError(`values from ${least} to ${greatest} have no equal bins: give edges`)
    }
    return Float64Array.from({ length: bins + 1 }, (_, i) =>
      i === bins ? greatest : least + ((greatest - least) * i) / bins,
    )
  }
}

function enlarge(array: Float64Array): Float64Array<ArrayBuffer> {
  const enlarged = new Float64Array(array.length * 2)
  enlarged.set(array)
  return enlarged
}
