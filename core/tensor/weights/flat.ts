import * as tf from '@tensorflow/tfjs-core'
import { currentHeap } from '../kernels/current.js'

/** How many numbers the tensors hold together. */
export function flatLength(tensors: readonly tf.Tensor[]): number {
  return tensors.reduce((sum, { size }) => sum + size, 0)
}

/** The elements of all tensors behind one another, row-major: what is averaged, sent and stored. */
export function toFlat(tensors: readonly tf.Tensor[]): Float32Array {
  const flat = new Float32Array(flatLength(tensors))
  const heap = currentHeap()
  let at = 0
  for (const tensor of tensors) {
    flat.set(heap?.elements(tensor) ?? tensor.dataSync(), at)
    at += tensor.size
  }
  return flat
}

/**
 * New tensors of the given shapes from the elements of `toFlat`.
 *
 * @throws RangeError when the lengths differ
 */
export function fromFlat(flat: Float32Array, shapes: readonly number[][]): tf.Tensor[] {
  const sizes = shapes.map((shape) => tf.util.sizeFromShape(shape))
  checkLength(
    flat,
    sizes.reduce((sum, size) => sum + size, 0),
  )
  let at = 0
  return shapes.map((shape, i) => {
    const values = flat.slice(at, at + sizes[i]!)
    at += sizes[i]!
    return tf.tensor(values, shape)
  })
}

/**
 * Gives variables the elements of `toFlat`, in place unless another tensor shares a variable's elements.
 *
 * @throws RangeError when the lengths differ
 */
export function assignFlat(variables: readonly tf.Variable[], flat: Float32Array): void {
  checkLength(flat, flatLength(variables))
  const heap = currentHeap()
  let at = 0
  for (const variable of variables) {
    const values = flat.subarray(at, at + variable.size)
    at += variable.size
    if (heap !== undefined && heap.references(variable) === 1) heap.elements(variable).set(values)
    else tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape)))
  }
}

function checkLength(flat: Float32Array, length: number): void {
  if (length === flat.length) return
  throw new RangeError(`weights: ${flat.length} numbers for shapes that hold ${length}`)
}
