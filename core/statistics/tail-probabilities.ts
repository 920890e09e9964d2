import { power } from '../kernel/power.js'

/** Probability that a standard normal variable exceeds z. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  if (z > 38.6) return 0
  return upperGamma(0.5, (z * z) / 2) / 2
}

/** Probability that a χ² variable with these degrees of freedom exceeds x. */
export const chiSquareTail = (x: number, degrees: number): number =>
  x <= 0 ? 1 : upperGamma(degrees / 2, x / 2)

/** Probability that Student's t with these degrees of freedom, a whole number, is further from 0 than t (either way). */
export function studentTails(t: number, degrees: number): number {
  // Abramowitz and Stegun (1964), 26.7.3 and 26.7.4: a sum over powers of the cosine, to the last that is not nothing.
  const angle = Math.atan(Math.abs(t) / Math.sqrt(degrees))
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const odd = degrees % 2 === 1
  let term = odd ? cosine : 1
  let sum = degrees === 1 ? 0 : term
  for (let k = odd ? 3 : 2; k < degrees && term > sum * 1e-17; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k
    sum += term
  }
  const within = odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
  return Math.max(0, 1 - within)
}

/** What Student's t with these degrees of freedom exceeds, either way, with this probability. */
export function studentQuantile(probability: number, degrees: number): number {
  let [low, high] = [0, 2]
  while (studentTails(high, degrees) > probability) high *= 2
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2
    if (studentTails(middle, degrees) > probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Quantile of the range of `groups` standard normal variables: the studentized range with infinite degrees of freedom.
 *
 * Found by bisection on k ∫ φ(z) (Φ(z) - Φ(z - q))^(k-1) dz.
 */
export function studentizedRangeQuantile(probability: number, groups: number): number {
  let low = 0
  let high = 20
  while (high - low > 1e-9) {
    const middle = (low + high) / 2
    if (rangeProbability(middle, groups) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function rangeProbability(range: number, groups: number): number {
  const steps = 800
  const from = -8
  const width = (8 + range - from) / steps
  // Simpson's rule; the largest of the variables is z.
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const z = from + i * width
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
    const between = normalTail(z - range) - normalTail(z)
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * density * power(between, groups - 1)
  }
  return (groups * sum * width) / 3
}

/** Regularised upper incomplete gamma function Q(a, x) of a half or whole a (Numerical Recipes 6.2). */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  const scale = Math.exp(-x + a * Math.log(x) - logGammaOfHalves(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < 1000 && term > sum * 1e-17; n++) {
      term *= x / (a + n)
      sum += term
    }
    return 1 - sum * scale
  }
  // Lentz's continued fraction.
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 1000; n++) {
    const step = -n * (n - a)
    b += 2
    d = 1 / (step * d + b)
    c = b + step / c
    fraction *= c * d
    if (Math.abs(c * d - 1) < 1e-16) break
  }
  return fraction * scale
}

/** ln Γ(a) for a = ½, 1, 1½, …, by the recurrence. */
function logGammaOfHalves(a: number): number {
  let result = Number.isInteger(a) ? 0 : Math.log(Math.PI) / 2
  for (let x = Number.isInteger(a) ? 1 : 0.5; x < a; x++) result += Math.log(x)
  return result
}
