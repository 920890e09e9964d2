/**
 * Rényi divergence of order α between what two neighbouring inputs give, of the Gaussian mechanism that each record is
 * in with probability `sampling` (Poisson sampling), per release.
 *
 * `noiseMultiplier` is the standard deviation over the L2 sensitivity, where neighbours differ in the presence of one
 * record. Exact at all orders above 1, whole or not (Mironov, Talwar and Zhang, 2019, Theorem 4); infinite without noise.
 */
export function gaussianRdp(order: number, noiseMultiplier: number, sampling = 1): number {
  if (sampling === 0) return 0
  if (noiseMultiplier === 0 || order === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
  // Without sampling the closed form of Mironov (2017), Proposition 7.
  if (sampling === 1) return order / (2 * noiseMultiplier * noiseMultiplier)
  const logExcess = Number.isInteger(order)
    ? logExcessWhole(order, noiseMultiplier, sampling)
    : logExcessAny(order, noiseMultiplier, sampling)
  return logOnePlusExp(logExcess) / (order - 1)
}

/** ln(1 + e^x), whatever the size of x. */
const logOnePlusExp = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))

/** ln(e^a + e^b). */
function logAdd(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a]
  return low === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high))
}

/** ln(e^x − 1) for x > 0. */
const logExpMinusOne = (x: number): number => x + Math.log(-Math.expm1(-x))

/**
 * ln(A − 1) for a whole order, with A = Σ_k C(α, k)·(1 − q)^(α − k)·q^k·exp((k² − k) / 2σ²).
 *
 * The binomial probabilities sum to 1, so that A − 1 is the sum of the same terms with exp(…) − 1 in place of exp(…):
 * all of them positive, and no digits are lost where sampling is rare.
 */
function logExcessWhole(order: number, sigma: number, sampling: number): number {
  let logBinomial = Math.log(order)
  let sum = Number.NEGATIVE_INFINITY
  for (let k = 2; k <= order; k++) {
    logBinomial += Math.log((order - k + 1) / k)
    const probability = logBinomial + k * Math.log(sampling) + (order - k) * Math.log1p(-sampling)
    sum = logAdd(sum, probability + logExpMinusOne((k * k - k) / (2 * sigma * sigma)))
  }
  return sum
}

/**
 * ln(A − 1) for any order: A = E[(1 + t)^α] over x normal with deviation σ, t = q·(exp((2x − 1) / 2σ²) − 1), E[t] = 0.
 *
 * So A − 1 = E[(1 + t)^α − 1 − αt], nowhere negative. The trapezoidal rule converges exponentially on it; the
 * step stays well below πσ², the distance to the nearest branch point in the complex plane.
 */
function logExcessAny(order: number, sigma: number, sampling: number): number {
  const step = sigma * Math.min(1 / 8, sigma / 4)
  // Most of it lies around 0 or, tilted by α, around α.
  const from = -40 * sigma
  const steps = Math.ceil((order + 80 * sigma) / step)
  const variance = sigma * sigma
  let sum = Number.NEGATIVE_INFINITY
  for (let i = 0; i <= steps; i++) {
    const x = from + i * step
    const excess = logConvexExcess(order, sampling, (2 * x - 1) / (2 * variance))
    sum = logAdd(sum, excess - (x * x) / (2 * variance))
  }
  return sum + Math.log(step / (sigma * Math.sqrt(2 * Math.PI)))
}

/** ln((1 + t)^α − 1 − αt) with t = q·(e^u − 1). */
function logConvexExcess(order: number, sampling: number, u: number): number {
  // ln(1 + t) = ln(1 − q + q·e^u), which does not overflow.
  const logBase =
    u < 30 ? Math.log1p(sampling * Math.expm1(u)) : logAdd(Math.log1p(-sampling), Math.log(sampling) + u)
  const logPower = order * logBase
  // 1 + αt is then lost in (1 + t)^α, or nearly.
  if (logPower > 30 || u >= 30) {
    const logLine = Math.log(order) + Math.log(sampling) + u
    return logLine < logPower
      ? logPower + Math.log1p(-Math.exp(logLine - logPower))
      : Number.NEGATIVE_INFINITY
  }
  const t = sampling * Math.expm1(u)
  const scaled = Math.abs(order * t)
  // Where the difference would be rounding error, its series.
  const excess =
    scaled < 1e-3
      ? ((order * (order - 1)) / 2) * t * t * (1 + ((order - 2) / 3) * t * (1 + ((order - 3) / 4) * t))
      : Math.expm1(logPower) - order * t
  return excess > 0 ? Math.log(excess) : Number.NEGATIVE_INFINITY
}
