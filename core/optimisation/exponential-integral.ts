/** E₁(x) = ∫ₓ^∞ e⁻ᵗ/t dt for x > 0: its series to 1, its continued fraction beyond (Abramowitz & Stegun, 5.1); Infinity at 0. */
export function exponentialIntegral(x: number): number {
  if (!(x >= 0)) return Number.NaN
  if (x === 0) return Number.POSITIVE_INFINITY
  return x <= 1 ? series(x) : Math.exp(-x) * fraction(x)
}

/** Mean of log2(1 + γ) over a SINR γ of exponential law (Rayleigh fading): e^{1/γ̄} E₁(1/γ̄) / ln 2, bit/s/Hz. */
export function ergodicRayleighEfficiency(meanSinr: number): number {
  if (meanSinr === 0) return 0
  const x = 1 / meanSinr
  return (x <= 1 ? Math.exp(x) * series(x) : fraction(x)) / Math.LN2
}

const EULER = 0.577_215_664_901_532_9

function series(x: number): number {
  let sum = -EULER - Math.log(x)
  let term = 1
  for (let k = 1; k < 60; k++) {
    term *= -x / k
    sum -= term / k
    if (Math.abs(term) < 1e-18) break
  }
  return sum
}

/** eˣ E₁(x), by the modified method of Lentz. */
function fraction(x: number): number {
  let b = x + 1
  let c = Number.MAX_VALUE
  let d = 1 / b
  let value = d
  for (let i = 1; i < 400; i++) {
    const a = -i * i
    b += 2
    d = 1 / (a * d + b)
    c = b + a / c
    const change = c * d
    value *= change
    if (Math.abs(change - 1) < 1e-16) break
  }
  return value
}
