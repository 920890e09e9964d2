import { power } from '../kernel/power.js'
import type { Tensor, TensorOperations } from '../plugin/model-contracts.js'

/** What numbers are sent as. */
const precisions = ['fp32', 'fp16', 'int8'] as const

export type Precision = (typeof precisions)[number]

/** Bits of so many numbers of one sample: int8 sends a scale with them. */
export function bitsOf(numbers: number, precision: Precision): number {
  if (precision === 'fp32') return 32 * numbers
  if (precision === 'fp16') return 16 * numbers
  return 8 * numbers + 32
}

/**
 * Rounds rows of so many numbers, in place, to what arrives when they are sent.
 *
 * fp16: to the nearest half-precision number, ties to even; beyond ±65504 to that. int8: each row in 127 steps either
 * side of zero up to its largest magnitude, so an error is at most half a step.
 */
export function roundTo(precision: Precision, values: Float32Array, rowLength: number): Float32Array {
  if (precision === 'fp16') for (let i = 0; i < values.length; i++) values[i] = nearestHalf(values[i])
  if (precision === 'int8')
    for (let start = 0; start < values.length; start += rowLength) roundRow(values, start, start + rowLength)
  return values
}

/**
 * What of a client's activations arrives at its server; on the way back, of their gradients times `scale` at the client.
 *
 * Rounding has the gradient of the identity (straight through: Bengio et al., 2013). Shapes: x batch×features.
 */
export function transmit({ tf }: TensorOperations, x: Tensor, precision: Precision, scale: number): Tensor {
  if (precision === 'fp32' && scale === 1) return x
  const sent = (values: Tensor): Tensor => {
    if (precision === 'fp32') return tf.clone(values)
    const elements = values.dataSync() as Float32Array
    const rounded = roundTo(precision, elements.slice(), values.size / Math.max(1, values.shape[0]))
    return tf.tensor(rounded, values.shape)
  }
  const across = tf.customGrad((y) => ({
    value: sent(y as Tensor),
    gradFunc: (dy) => sent(scale === 1 ? (dy as Tensor) : tf.mul(dy as Tensor, tf.scalar(scale))),
  }))
  return across(x)
}

const LARGEST_HALF = 65504
const SMALLEST_NORMAL_HALF = 2 ** -14

function nearestHalf(x: number): number {
  const magnitude = Math.abs(x)
  if (!(magnitude < LARGEST_HALF)) return Number.isNaN(x) ? x : Math.sign(x) * LARGEST_HALF
  const exponent = magnitude < SMALLEST_NORMAL_HALF ? -14 : Math.floor(Math.log2(magnitude))
  // The logarithm may round up to the next power of two; the step is then twice too long.
  const step = power(2, (power(2, exponent) > magnitude && exponent > -14 ? exponent - 1 : exponent) - 10)
  return Math.sign(x) * roundHalfToEven(magnitude / step) * step
}

function roundHalfToEven(x: number): number {
  const down = Math.floor(x)
  const rest = x - down
  if (rest !== 0.5) return Math.round(x)
  return down % 2 === 0 ? down : down + 1
}

function roundRow(values: Float32Array, start: number, end: number): void {
  let largest = 0
  for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i]))
  if (largest === 0 || !Number.isFinite(largest)) return
  const step = largest / 127
  for (let i = start; i < end; i++) values[i] = Math.round(values[i] / step) * step
}
