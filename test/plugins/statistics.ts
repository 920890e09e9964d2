/** Largest distance between a sample's distribution and the one it should have (Kolmogorov and Smirnov). */
export function kolmogorovDistance(sample: Float64Array, distribution: (x: number) => number): number {
  const sorted = sample.toSorted()
  let largest = 0
  for (const [i, x] of sorted.entries()) {
    const expected = distribution(x)
    largest = Math.max(largest, expected - i / sorted.length, (i + 1) / sorted.length - expected)
  }
  return largest
}

/** The distance that a sample of the right distribution passes with probability `alpha` (asymptotic). */
export const criticalDistance = (size: number, alpha = 1e-3): number =>
  Math.sqrt(-Math.log(alpha / 2) / (2 * size))

export const mean = (sample: Float64Array): number => sample.reduce((sum, x) => sum + x, 0) / sample.length

export function variance(sample: Float64Array): number {
  const centre = mean(sample)
  return mean(sample.map((x) => (x - centre) ** 2))
}

export function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  return mean(a.map((x, i) => (x - meanA) * (b[i] - meanB))) / Math.sqrt(variance(a) * variance(b))
}

/** ln Γ(a) by Stirling's series, after moving up to where it is exact to double precision. */
function logGamma(a: number): number {
  let shift = 0
  let x = a
  for (; x < 20; x++) shift += Math.log(x)
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7)
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift
}

/** P(a, x), the regularised lower incomplete gamma function, by its series (DLMF 8.7.1): all terms are positive. */
export function incompleteGamma(a: number, x: number): number {
  if (x <= 0) return 0
  let term = 1
  let sum = 1
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= x / (a + n)
    sum += term
  }
  return Math.min(1, Math.exp(a * Math.log(x) - x - logGamma(a + 1)) * sum)
}

export const exponentialDistribution = (x: number): number => -Math.expm1(-x)

/** Power of Nakagami fading: gamma with shape m and unit mean. */
export const gammaDistribution =
  (m: number) =>
  (x: number): number =>
    incompleteGamma(m, m * x)

/** Power of Rician fading: 1 − Q₁(√2K, √2(K+1)x), as a Poisson mixture of gammas of whole shape. */
export const ricianDistribution =
  (k: number) =>
  (x: number): number => {
    const y = (k + 1) * x
    let weight = Math.exp(-k)
    let term = Math.exp(-y)
    // P(j + 1, y), by its recurrence in j.
    let gamma = -Math.expm1(-y)
    let sum = 0
    for (let j = 0; j < k + 12 * Math.sqrt(k) + 30; j++) {
      sum += weight * gamma
      weight *= k / (j + 1)
      term *= y / (j + 1)
      gamma -= term
    }
    return sum
  }

export const normalDistribution = (x: number): number =>
  0.5 * (1 + Math.sign(x) * incompleteGamma(0.5, (x * x) / 2))
