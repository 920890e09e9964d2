import type { RandomStream } from '../kernel/random-stream.js'

/**
 * QSGD: each value rounded at random to one of `levels` equal steps of the vector's norm, up or down so that its mean is kept (Alistarh et al., 2017).
 *
 * Q(x)_i = ‖x‖ sgn(x_i) ξ_i / s; unbiased, E‖Q(x) - x‖² ≤ min(d/s², √d/s) ‖x‖². Written in place.
 */
export function quantise(values: Float32Array, levels: number, random: RandomStream): void {
  let squares = 0
  for (const value of values) squares += value * value
  const norm = Math.sqrt(squares)
  if (norm === 0 || !Number.isFinite(norm)) return
  for (let i = 0; i < values.length; i++) {
    const scaled = (Math.abs(values[i]) / norm) * levels
    const below = Math.floor(scaled)
    const step = random.uniform(0, 1) < scaled - below ? below + 1 : below
    values[i] = Math.sign(values[i]) * ((norm * step) / levels)
  }
}

/** Keeps the values of largest magnitude, that share of all (one at least), and makes the others 0: top-k sparsification; in place. */
export function keepLargest(values: Float32Array, share: number): void {
  const kept = Math.max(1, Math.min(values.length, Math.round(share * values.length)))
  if (kept === values.length) return
  const order = Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b,
  )
  for (const i of order.slice(kept)) values[i] = 0
}
