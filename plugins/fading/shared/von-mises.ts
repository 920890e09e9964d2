import { power, type RandomStream } from '../../../core/plugin/index.js'

/** Beyond this concentration the law is a normal one to double precision, and the rejection would lose its digits. */
const nearlyNormal = 1e6

/** Beyond this the series of `meanCosine` for large concentrations has every digit. */
const LARGE = 500

/** E[cos θ] of that law, I₁ / I₀ of the modified Bessel functions: their continued fraction, or the series at infinity. */
export function meanCosine(concentration: number): number {
  const k = concentration
  if (k > LARGE) return 1 - 1 / (2 * k) - 1 / (8 * k ** 2) - 1 / (8 * power(k, 3)) - 25 / (128 * power(k, 4))
  let ratio = 0
  for (let order = Math.ceil(k) + 40; order >= 1; order--) ratio = k / (2 * order + k * ratio)
  return ratio
}

/** An angle in [-π, π] with density proportional to exp(concentration · cos θ) (Best and Fisher, 1979). */
export function vonMises(concentration: number, random: RandomStream): number {
  if (concentration < 1e-8) return random.uniform(-Math.PI, Math.PI)
  if (concentration > nearlyNormal) return random.normal(0, 1 / Math.sqrt(concentration))
  const tau = 1 + Math.sqrt(1 + 4 * concentration * concentration)
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * concentration)
  const r = (1 + rho * rho) / (2 * rho)
  for (;;) {
    const z = Math.cos(Math.PI * random.next())
    const f = (1 + r * z) / (r + z)
    const c = concentration * (r - f)
    const u = 1 - random.next()
    if (c * (2 - c) <= u && Math.log(c / u) + 1 < c) continue
    const angle = Math.acos(Math.max(-1, Math.min(1, f)))
    return random.next() < 0.5 ? -angle : angle
  }
}
