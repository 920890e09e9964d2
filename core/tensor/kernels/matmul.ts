import * as tf from '@tensorflow/tfjs-core'
import { ACTIVATIONS, isFusedActivation } from './activation.js'
import type { KernelHeap } from './heap.js'

interface ProductAttributes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** A product C[batch] = op(A[batch])·op(B[batch]), its sizes found from shapes and transpositions. */
interface Product extends ProductAttributes {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly batchShape: number[]
  readonly aBatchShape: number[]
  readonly bBatchShape: number[]
}

export function matmulKernels(heap: KernelHeap): tf.KernelConfig[] {
  return [batchMatMul(heap), fusedMatMul(heap)]
}

function batchMatMul(heap: KernelHeap): tf.KernelConfig {
  const kernelName = tf.BatchMatMul
  const shipped = tf.getKernel(kernelName, 'wasm')
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const { a, b } = call.inputs as Record<'a' | 'b', tf.TensorInfo>
      if (a.dtype !== 'float32' || b.dtype !== 'float32') return shipped.kernelFunc(call)
      return multiply(heap, a, b, call.attrs as unknown as ProductAttributes)
    },
  }
}

function fusedMatMul(heap: KernelHeap): tf.KernelConfig {
  const kernelName = tf._FusedMatMul
  const shipped = tf.getKernel(kernelName, 'wasm')
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const { a, b, bias } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo }
      const { activation, ...attributes } = call.attrs as unknown as ProductAttributes & {
        activation: string
      }
      const n = b.shape[b.shape.length - (attributes.transposeB ? 2 : 1)]!
      const fits =
        isFusedActivation(activation) && (bias === undefined || tf.util.sizeFromShape(bias.shape) === n)
      if (!fits || a.dtype !== 'float32' || b.dtype !== 'float32') return shipped.kernelFunc(call)
      return multiply(heap, a, b, attributes, bias, ACTIVATIONS[activation])
    },
  }
}

/**
 * activation(A·B + bias) as a new tensor. `bias` has one element a column, or a row of them for every item of the batch.
 */
export function multiply(
  heap: KernelHeap,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  attributes: ProductAttributes,
  bias?: tf.TensorInfo,
  activation: number = ACTIVATIONS.linear,
): tf.TensorInfo {
  const { m, n, k, batchShape, aBatchShape, bBatchShape } = productOf(a, b, attributes)
  const { transposeA, transposeB } = attributes
  const c = heap.output([...batchShape, m, n])
  const batch = tf.util.sizeFromShape(batchShape)
  const aItems = tf.util.sizeFromShape(aBatchShape)
  const bItems = tf.util.sizeFromShape(bBatchShape)
  const [aAt, bAt, cAt] = [heap.address(a), heap.address(b), heap.address(c)]
  const biasAt = bias === undefined ? 0 : heap.address(bias)
  const biasBatch = bias !== undefined && batch > 1 && tf.util.sizeFromShape(bias.shape) === batch * n ? n : 0
  if ((aItems === batch || aItems === 1) && (bItems === batch || bItems === 1)) {
    if (bItems === 1 && aItems > 1 && !transposeA && biasBatch === 0) {
      // One right-hand side for all: the batch is so many more rows.
      heap.kernels.matmul(
        aAt,
        bAt,
        cAt,
        biasAt,
        1,
        0,
        0,
        0,
        batch * m,
        n,
        k,
        false,
        transposeB,
        activation,
        false,
      )
    } else {
      const aBatch = aItems === 1 ? 0 : m * k
      const bBatch = bItems === 1 ? 0 : k * n
      heap.kernels.matmul(
        ...([aAt, bAt, cAt, biasAt, batch, aBatch, bBatch, biasBatch] as const),
        ...([m, n, k, transposeA, transposeB, activation, false] as const),
      )
    }
    return c
  }
  const aItem = itemIndex(aBatchShape, batchShape)
  const bItem = itemIndex(bBatchShape, batchShape)
  for (let item = 0; item < batch; item++) {
    const aHere = aAt + 4 * m * k * aItem(item)
    const bHere = bAt + 4 * k * n * bItem(item)
    const cHere = cAt + 4 * m * n * item
    const biasHere = biasAt + 4 * biasBatch * item
    heap.kernels.matmul(
      aHere,
      bHere,
      cHere,
      biasHere,
      1,
      0,
      0,
      0,
      m,
      n,
      k,
      transposeA,
      transposeB,
      activation,
      false,
    )
  }
  return c
}

function productOf(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: ProductAttributes,
): Product {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number]
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number]
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns]
  const [depth, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns]
  if (k !== depth) {
    throw new Error(
      `matMul: inner sizes ${k} and ${depth} of shapes [${a.shape}] and [${b.shape}] differ ` +
        `(transposeA=${transposeA}, transposeB=${transposeB})`,
    )
  }
  const aBatchShape = a.shape.slice(0, -2)
  const bBatchShape = b.shape.slice(0, -2)
  const batchShape = tf.broadcast_util.assertAndGetBroadcastShape(aBatchShape, bBatchShape)
  return { m, n, k, batchShape, aBatchShape, bBatchShape, transposeA, transposeB }
}

/** From an item's place in the broadcast batch to its place in an operand's own batch. */
function itemIndex(shape: readonly number[], broadcast: readonly number[]): (item: number) => number {
  const offset = broadcast.length - shape.length
  return (item) => {
    let rest = item
    let index = 0
    let stride = 1
    for (let axis = broadcast.length - 1; axis >= 0; axis--) {
      const size = shape[axis - offset] ?? 1
      const coordinate = rest % broadcast[axis]!
      rest = Math.floor(rest / broadcast[axis]!)
      if (size > 1) index += coordinate * stride
      stride *= size
    }
    return index
  }
}
