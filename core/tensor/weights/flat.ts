import * as tf from '@tensorflow/tfjs-core'

/** How many numbers the tensors hold together. */
export function flatLength(tensors: readonly tf.Tensor[]): number {
  return tensors.reduce((sum, { size }) => sum + size, 0)
}

/** The elements of all tensors behind one another, row-major: what is averaged, sent and stored. */
export function toFlat(tensors: readonly tf.Tensor[]): Float32Array {
  const flat = new Float32Array(flatLength(tensors))
  let at = 0
  for (const tensor of tensors) {
    flat.set(tensor.dataSync(), at)
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
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total !== flat.length) {
    throw new RangeError(`weights: ${flat.length} numbers for shapes that hold ${total}`)
  }
  let at = 0
  return shapes.map((shape, i) => {
    const values = flat.slice(at, at + sizes[i]!)
    at += sizes[i]!
    return tf.tensor(values, shape)
  })
}

/** Gives variables the elements of `toFlat`. @throws RangeError when the lengths differ */
export function assignFlat(variables: readonly tf.Variable[], flat: Float32Array): void {
  const values = fromFlat(
    flat,
    variables.map(({ shape }) => shape),
  )
  for (const [i, variable] of variables.entries()) variable.assign(values[i]!)
  tf.dispose(values)
}
