/** What (ε, δ) a Rényi guarantee comes to, and at which order. */
export interface Guarantee {
  readonly epsilon: number
  readonly order: number
}

/** How a Rényi guarantee of one order is turned into ε at some δ. */
export type Conversion = (order: number, rdp: number, delta: number) => number

/**
 * ε = r + ln(1 − 1/α) − ln(δα) / (α − 1) (Canonne, Kamath and Steinke, 2020, Proposition 12; Balle et al., 2020).
 *
 * What TensorFlow Privacy and Opacus use. Never larger than the classic one.
 */
export const improvedConversion: Conversion = (order, rdp, delta) => {
  // Total variation alone may give δ already (Bretagnolle and Huber).
  if (delta * delta + Math.expm1(-rdp) > 0) return 0
  // The limit: a divergence of order ∞ bounds the ratio of probabilities itself, whatever δ.
  if (order === Number.POSITIVE_INFINITY) return rdp
  // As α tends to 1 the terms cancel worse and worse, and the bound is of no use there.
  if (order < 1.01) return Number.POSITIVE_INFINITY
  return Math.max(0, rdp + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1))
}

/** ε = r + ln(1/δ) / (α − 1) (Mironov, 2017, Proposition 3). */
export const classicConversion: Conversion = (order, rdp, delta) => rdp - Math.log(delta) / (order - 1)

/** The least ε that any of the orders gives at δ. */
export function bestGuarantee(
  orders: readonly number[],
  rdp: ArrayLike<number>,
  delta: number,
  convert: Conversion = improvedConversion,
): Guarantee {
  let best: Guarantee = { epsilon: Number.POSITIVE_INFINITY, order: orders[0] }
  for (const [i, order] of orders.entries()) {
    const epsilon = convert(order, rdp[i], delta)
    if (epsilon < best.epsilon) best = { epsilon, order }
  }
  return best
}
