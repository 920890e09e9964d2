import type { RandomStream } from './random-stream.js'

/** Plane waves of a field: more come nearer to the normal law, of whose fourth cumulant 1.5 / WAVES is missing. */
const WAVES = 64

/**
 * A random field over the plane with standard normal values (nearly: `WAVES`) and correlation exp(-Δ), Δ in correlation
 * distances: a function of the place, so that who comes back finds what was there.
 *
 * A sum of plane waves of equal amplitude. Isotropic with that correlation is the field whose waves have uniform directions
 * and wavenumbers with P(k > q) = 1 / sqrt(1 + q²); both are stratified, so that a single field has the right variance over
 * space, and the mean over fields the right correlation exactly.
 */
export class RandomField {
  /** Of each wave: cycles per correlation distance along x and y, and where in its cycle it stands at the origin. */
  readonly #waves = new Float64Array(3 * WAVES)

  constructor(random: RandomStream) {
    const order = random.shuffle(Int32Array.from({ length: WAVES }, (_, i) => i))
    const turn = random.next()
    for (let i = 0; i < WAVES; i++) {
      const wavenumber = exponentialWavenumber((order[i] + 1 - random.next()) / WAVES)
      // Opposite directions are the same wave: half a turn holds them all.
      const angle = (Math.PI * (i + turn)) / WAVES
      this.#waves[3 * i] = (wavenumber * Math.cos(angle)) / (2 * Math.PI)
      this.#waves[3 * i + 1] = (wavenumber * Math.sin(angle)) / (2 * Math.PI)
      this.#waves[3 * i + 2] = random.next()
    }
  }

  /** The value at a place, coordinates in correlation distances. */
  at(x: number, y: number): number {
    const waves = this.#waves
    let sum = 0
    for (let i = 0; i < 3 * WAVES; i += 3)
      sum += cosineOfTurns(waves[i] * x + waves[i + 1] * y + waves[i + 2])
    return sum * AMPLITUDE
  }
}

const AMPLITUDE = Math.sqrt(2 / WAVES)

/** The wavenumber of a field with correlation exp(-Δ) at a quantile u in (0, 1]: P(k > q) = 1 / sqrt(1 + q²). */
export const exponentialWavenumber = (u: number): number => Math.sqrt(1 / (u * u) - 1)

/** cos(2πt) within 2e-7, in a fifth of the time of `Math.cos`: Taylor's series about the half turn. */
function cosineOfTurns(t: number): number {
  const x = t - Math.floor(t) - 0.5
  const y = x * x
  return -(1 + y * (C1 + y * (C2 + y * (C3 + y * (C4 + y * (C5 + y * (C6 + y * (C7 + y * C8))))))))
}

/** Coefficients (-1)^k (2π)^2k / (2k)!. */
const [C1, C2, C3, C4, C5, C6, C7, C8] = Array.from({ length: 8 }, (_, i) => {
  let value = 1
  for (let j = 1; j <= 2 * (i + 1); j++) value *= (2 * Math.PI) / j
  return i % 2 === 0 ? -value : value
})

/** Φ(x), the standard normal distribution, within 1e-15: series of the error function, or its continued fraction. */
export function normalProbability(x: number): number {
  const z = Math.abs(x)
  let upper: number
  if (z < 3) {
    let term = z
    let sum = z
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= (z * z) / (2 * n + 1)
      sum += term
    }
    upper = 0.5 - (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)
  } else {
    let fraction = z
    for (let n = 60; n >= 1; n--) fraction = z + n / fraction
    upper = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / fraction
  }
  return x > 0 ? 1 - upper : upper
}
