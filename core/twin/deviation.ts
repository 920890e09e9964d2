import { float64, noValues, statePart } from '../plugin/state-part.js'

/** Watches how far what the twin predicts is from what comes of it. */
export class DeviationMonitor {
  readonly #window: number
  readonly #threshold: number
  #deviations: number[] = []

  /** `threshold` Infinity never to tell. */
  constructor(window: number, threshold: number) {
    this.#window = window
    this.#threshold = threshold
  }

  /**
   * Adds a round: the mean of |ln(realised / predicted)| over the window where it is full and the mean beyond the
   * threshold, else null. Once told, the window starts anew.
   */
  add(predicted: number, realised: number): number | null {
    this.#deviations.push(Math.abs(Math.log(realised / predicted)))
    if (this.#deviations.length > this.#window) this.#deviations.shift()
    if (this.#deviations.length < this.#window) return null
    const mean = this.#deviations.reduce((sum, deviation) => sum + deviation, 0) / this.#window
    if (!(mean > this.#threshold)) return null
    this.#deviations = []
    return mean
  }

  readonly state = statePart({
    values: noValues,
    arrays: { deviations: float64() },
    save: () => ({ values: {}, arrays: { deviations: Float64Array.from(this.#deviations) } }),
    restore: ({ arrays }) => {
      this.#deviations = Array.from(arrays.deviations)
    },
  })
}
