import { expect } from 'vitest'

/** Set to run the statistical tests at full length, ten times the default. */
export const scale = process.env.COTWIN_LONG ? 10 : 1

/** Student's t for a two-sided confidence of 99.9 % with 19 degrees of freedom. */
const STUDENT_19 = 3.883
const REPLICATIONS = 20

/** The means of independent replications of a run that gives several figures. */
export function replicate(run: (replication: number) => number[]): number[][] {
  const runs = Array.from({ length: REPLICATIONS }, (_, replication) => run(replication))
  return runs[0].map((_, figure) => runs.map((figures) => figures[figure]))
}

/**
 * Expects a closed form within the 99.9 % confidence interval that the replications themselves give.
 *
 * The interval must also be narrower than a tenth of the value, or else the test could hardly fail.
 */
export function expectWithinConfidence(figures: number[], expected: number): void {
  const mean = figures.reduce((a, b) => a + b) / figures.length
  const variance = figures.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (figures.length - 1)
  const half = STUDENT_19 * Math.sqrt(variance / figures.length)
  expect(half, 'half width of the confidence interval').toBeLessThan(0.1 * expected)
  expect(mean).toBeGreaterThan(expected - half)
  expect(mean).toBeLessThan(expected + half)
}
