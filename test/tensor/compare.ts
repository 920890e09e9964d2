import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { type TensorBackend, usableBackends } from '../../core/tensor/index.js'

/** Numbers to fill tensors with: drawn once, so that every backend sees the same. */
function values(shape: readonly number[], seed: number, scale = 1): Float32Array {
  const random = new RandomStreams(seed).stream('values')
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal(0, scale))
}

export function tensor(shape: readonly number[], seed: number, scale = 1): tf.Tensor {
  return tf.tensor(values(shape, seed, scale), shape as number[])
}

export interface Computed {
  readonly shape: number[]
  readonly values: Float32Array | Int32Array | Uint8Array
}

/** What a computation gives on a backend; nothing it made is left behind. */
async function on(backend: TensorBackend, compute: () => tf.Tensor[]): Promise<Computed[]> {
  await tf.setBackend(backend)
  const results = tf.tidy(() =>
    compute().map((result) => ({ shape: result.shape, values: result.dataSync() })),
  )
  await tf.setBackend('wasm')
  return results
}

/** All backends that compute here but ours: TensorFlow.js's CPU backend, and TensorFlow where its binding is. */
export const others = (await usableBackends()).filter((backend) => backend !== 'wasm')

/** Expects the same from our kernels as from every other backend, up to rounding relative to the greatest. */
export async function expectAgreement(compute: () => tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const ours = await on('wasm', compute)
  for (const backend of others) {
    const theirs = await on(backend, compute)
    expect(ours.map(({ shape }) => shape)).toEqual(theirs.map(({ shape }) => shape))
    for (const [i, { values }] of ours.entries()) expectClose(values, theirs[i]!.values, tolerance)
  }
}

/** Expects numbers that differ by no more than the tolerance times the greatest of them (or times 1). */
export function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length)
  let greatest = 1
  for (let i = 0; i < want.length; i++) greatest = Math.max(greatest, Math.abs(want[i]!))
  for (let i = 0; i < want.length; i++) {
    if (Object.is(got[i], want[i]) || Math.abs(got[i]! - want[i]!) <= tolerance * greatest) continue
    expect.fail(
      `element ${i} of ${want.length} is ${got[i]}, not ${want[i]} (tolerance ${tolerance * greatest})`,
    )
  }
}

/** The values and the gradients with respect to all inputs of an operation, weighted so that every element counts. */
export function valueAndGradients(
  inputs: readonly tf.Tensor[],
  operation: (...inputs: tf.Tensor[]) => tf.Tensor,
): tf.Tensor[] {
  const value = operation(...inputs)
  const weights = tensor(value.shape, 99)
  const gradients = tf.grads((...x) => tf.sum(tf.mul(operation(...x), weights)))([...inputs])
  return [value, ...gradients]
}

/** Expects gradients that agree with central differences along a random direction for each input. */
export function expectFiniteDifferences(
  inputs: readonly tf.Tensor[],
  operation: (...inputs: tf.Tensor[]) => tf.Tensor,
  tolerance = 5e-3,
): void {
  tf.tidy(() => {
    const step = 1e-2
    const weights = tensor(operation(...inputs).shape, 98)
    const loss = (x: readonly tf.Tensor[]) => tf.sum(tf.mul(operation(...x), weights)).dataSync()[0]!
    const gradients = tf.grads((...x) => tf.sum(tf.mul(operation(...x), weights)))([...inputs])
    for (const [i, gradient] of gradients.entries()) {
      const direction = tensor(inputs[i]!.shape, 50 + i, 1 / Math.sqrt(inputs[i]!.size))
      const moved = (by: number) =>
        inputs.map((input, j) => (j === i ? tf.add(input, tf.mul(direction, by)) : input))
      const difference = (loss(moved(step)) - loss(moved(-step))) / (2 * step)
      const slope = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!
      const scale = Math.max(1, Math.abs(slope), Math.abs(difference))
      expect(Math.abs(slope - difference) / scale, `input ${i}: ${slope} against ${difference}`).toBeLessThan(
        tolerance,
      )
    }
  })
}

/** Runs a property over generated cases; few, since each runs two backends. */
export function forAll<T>(
  arbitrary: fc.Arbitrary<T>,
  property: (value: T) => Promise<void>,
  numRuns = 40,
): Promise<void> {
  return fc.assert(fc.asyncProperty(arbitrary, property), { numRuns, seed: 4 }) as Promise<void>
}
