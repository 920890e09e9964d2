import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'
import { type Histogram, WeightedValues } from './weighted-values.js'

/** Weighted moments, updated one value at a time without cancellation (West, CACM 22(9), 1979). */
class Moments {
  weight = 0
  minimum = Infinity
  maximum = -Infinity
  /** Of the finite values. */
  #mean = 0
  #squares = 0
  /** The sum of the infinite values: 0 without any, not a number with some of either sign. */
  #infinite = 0

  add(value: number, weight: number): void {
    if (value < this.minimum) this.minimum = value
    if (value > this.maximum) this.maximum = value
    if (weight === 0) return
    this.weight += weight
    if (!Number.isFinite(value)) {
      this.#infinite += value
      return
    }
    const difference = value - this.#mean
    const step = (difference * weight) / this.weight
    // Where that is more than the greatest number, the mean of both is not.
    if (Number.isFinite(step)) this.#mean += step
    else this.#mean = this.#mean * (1 - weight / this.weight) + value * (weight / this.weight)
    this.#squares += weight * difference * (value - this.#mean)
  }

  get mean(): number {
    return this.#infinite === 0 ? this.#mean : this.#infinite
  }

  /** Mean square distance from the mean; not a number where that is infinite. */
  get variance(): number {
    return this.squares / this.weight
  }

  get squares(): number {
    return this.#infinite === 0 ? this.#squares : Number.NaN
  }
}

/** Observations one by one, each with the same weight: waiting times, sizes. */
export class Tally {
  #moments = new Moments()
  readonly #samples: WeightedValues | undefined

  /** Without `history` memory stays constant, but quantiles and histograms are not to be had. */
  constructor(options: { readonly history?: boolean } = {}) {
    this.#samples = options.history === false ? undefined : new WeightedValues()
  }

  /** Adds an observation. */
  record(value: number): void {
    if (Number.isNaN(value)) throw new KernelError('an observation is a number, not NaN')
    this.#moments.add(value, 1)
    this.#samples?.add(value, 1)
  }

  get count(): number {
    return this.#moments.weight
  }

  /** NaN without observations, as are the other statistics. */
  get mean(): number {
    return this.count === 0 ? Number.NaN : this.#moments.mean
  }

  /** Unbiased sample variance. */
  get variance(): number {
    return this.count < 2 ? Number.NaN : this.#moments.squares / (this.count - 1)
  }

  get standardDeviation(): number {
    return Math.sqrt(this.variance)
  }

  get minimum(): number {
    return this.count === 0 ? Number.NaN : this.#moments.minimum
  }

  get maximum(): number {
    return this.count === 0 ? Number.NaN : this.#moments.maximum
  }

  /** The least observation with at least the fraction q of all at or below it. */
  quantile(q: number): number {
    return keeping(this.#samples).quantile(q)
  }

  /** Observations in each bin; `keep` must have been asked for. */
  histogram(bins: number | ArrayLike<number>): Histogram {
    return keeping(this.#samples).histogram(bins)
  }

  /** Forgets everything, for instance after a warm-up. */
  reset(): void {
    this.#moments = new Moments()
    this.#samples?.clear()
  }
}

/** A quantity that keeps its value until it changes, weighted by the time it does so: queue lengths, power. */
export class LevelMonitor {
  readonly #simulation: Simulation
  readonly #samples: WeightedValues | undefined
  #moments = new Moments()
  #level: number
  #since: number

  /** Starts at the present time; without `history` memory stays constant, but quantiles are not to be had. */
  constructor(
    simulation: Simulation,
    options: { readonly initial?: number; readonly history?: boolean } = {},
  ) {
    this.#simulation = simulation
    this.#samples = options.history === false ? undefined : new WeightedValues()
    this.#level = options.initial ?? 0
    this.#since = simulation.now
  }

  get level(): number {
    return this.#level
  }

  /** Sets the level from now on. */
  record(level: number): void {
    if (Number.isNaN(level)) throw new KernelError('a level is a number, not NaN')
    this.#update()
    this.#level = level
  }

  /** Raises the level from now on, or lowers it if the amount is negative. */
  add(amount: number): void {
    this.record(this.#level + amount)
  }

  /** Time observed so far. */
  get duration(): number {
    return this.#updated().weight
  }

  /** Time average up to now; the level itself as long as no time has passed. */
  get mean(): number {
    const moments = this.#updated()
    return moments.weight === 0 ? this.#level : moments.mean
  }

  /** Mean square distance from the mean over time. */
  get variance(): number {
    const moments = this.#updated()
    return moments.weight === 0 ? 0 : moments.variance
  }

  get standardDeviation(): number {
    return Math.sqrt(this.variance)
  }

  /** The integral of the level over time. */
  get integral(): number {
    const moments = this.#updated()
    return moments.mean * moments.weight
  }

  get minimum(): number {
    return Math.min(this.#updated().minimum, this.#level)
  }

  get maximum(): number {
    return Math.max(this.#updated().maximum, this.#level)
  }

  /** The least level at or below which it was for at least the fraction q of the time. */
  quantile(q: number): number {
    this.#update()
    return keeping(this.#samples).quantile(q)
  }

  /** Time spent in each bin. */
  histogram(bins: number | ArrayLike<number>): Histogram {
    this.#update()
    return keeping(this.#samples).histogram(bins)
  }

  /** Forgets the past, for instance after a warm-up, but not the level. */
  reset(): void {
    this.#moments = new Moments()
    this.#samples?.clear()
    this.#since = this.#simulation.now
  }

  #updated(): Moments {
    this.#update()
    return this.#moments
  }

  #update(): void {
    const elapsed = this.#simulation.now - this.#since
    if (elapsed === 0) return
    this.#since = this.#simulation.now
    this.#moments.add(this.#level, elapsed)
    this.#samples?.add(this.#level, elapsed)
  }
}

/** Counts what happens, and how often per unit of time. */
export class Counter {
  readonly #simulation: Simulation
  #count = 0
  #since: number

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#since = simulation.now
  }

  get count(): number {
    return this.#count
  }

  /** Per unit of time since the start or the last reset; NaN as long as no time has passed. */
  get rate(): number {
    return this.#count / (this.#simulation.now - this.#since)
  }

  /** Counts on. */
  increment(by = 1): void {
    this.#count += by
  }

  /** Starts again from 0. */
  reset(): void {
    this.#count = 0
    this.#since = this.#simulation.now
  }
}

function keeping(samples: WeightedValues | undefined): WeightedValues {
  if (samples === undefined)
    throw new KernelError('quantiles and histograms need a monitor that keeps its history')
  return samples
}
