import type { Validation } from '../results/training-results.js'

/** How costs compare with those of the reference in the same rounds. */
export function validationOf(costs: Float64Array, reference: Float64Array): Validation {
  const cost = meanOf(costs)
  const logarithms = costs.map((each, round) => Math.log(each / reference[round]!))
  return { cost, ratio: cost / meanOf(reference), geometricRatio: Math.exp(meanOf(logarithms)) }
}

/** The mean; NaN of nothing. */
export const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
