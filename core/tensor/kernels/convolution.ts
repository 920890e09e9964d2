import * as tf from '@tensorflow/tfjs-core'
import { ACTIVATIONS, type Activation, isFusedActivation } from './activation.js'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'

export const CONVOLUTION = 'cotwin/Convolution'

type Geometry = tf.backend_util.Conv2DInfo

/** What TensorFlow.js passes to its convolution kernels, as far as it matters here. */
interface ConvolutionAttributes {
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  readonly dilations?: number | [number, number]
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly filterShape?: Shape4D
  readonly inputShape?: Shape4D
}

export interface FusedConvolutionAttributes extends ConvolutionAttributes {
  readonly activation: Activation
  readonly hasBias: boolean
}

type Shape4D = [number, number, number, number]

/** Most parts a batch is cut into for the filter's gradient; fixed, so that sums do not depend on the threads. */
const MOST_PARTS = 8
const FEWEST_PIXELS_A_PART = 512

/** Rows and columns of a register tile. */
const ROWS = 4
const COLUMNS = 8
/** Elements of an image up to which channels one by one are faster than patches. */
const LARGEST_SMALL_IMAGE = 2048
const FEWEST_IMAGES = 8
/** Elements of an image, and of a filter, up to which those that are read together stay in the caches. */
const LARGEST_IMAGE = 65_536
const LARGEST_FILTER = 65_536

interface ConvolutionInputs {
  readonly x: tf.TensorInfo
  readonly filter: tf.TensorInfo
  readonly bias?: tf.TensorInfo
}

export function convolutionKernels(heap: KernelHeap): tf.KernelConfig[] {
  const shippedFused = tf.getKernel(tf.FusedConv2D, 'wasm')
  const shippedInput = tf.getKernel(tf.Conv2DBackpropInput, 'wasm')
  return [
    defineKernel(tf.Conv2D, ({ x, filter }: ConvolutionInputs, attributes: ConvolutionAttributes) =>
      convolve(heap, x, filter, undefined, attributes, 'linear'),
    ),
    defineKernel(
      CONVOLUTION,
      ({ x, filter, bias }: ConvolutionInputs, attributes: FusedConvolutionAttributes) =>
        convolve(heap, x, filter, bias, attributes, attributes.activation),
    ),
    {
      kernelName: tf.FusedConv2D,
      backendName: 'wasm',
      kernelFunc: (call) => {
        const { x, filter, bias } = call.inputs as unknown as ConvolutionInputs
        const attributes = call.attrs as unknown as ConvolutionAttributes & { activation: string }
        const channels = filter.shape[3]!
        const fits = bias === undefined || tf.util.sizeFromShape(bias.shape) === channels
        if (!fits || !isFusedActivation(attributes.activation)) return shippedFused.kernelFunc(call)
        return convolve(heap, x, filter, bias, attributes, attributes.activation)
      },
    },
    defineKernel(
      tf.Conv2DBackpropFilter,
      ({ x, dy }: { x: tf.TensorInfo; dy: tf.TensorInfo }, attributes: ConvolutionAttributes) =>
        filterGradient(heap, x, dy, geometry(x.shape as Shape4D, attributes.filterShape!, attributes)),
    ),
    {
      kernelName: tf.Conv2DBackpropInput,
      backendName: 'wasm',
      kernelFunc: (call) => {
        const { dy, filter } = call.inputs as unknown as { dy: tf.TensorInfo; filter: tf.TensorInfo }
        const attributes = call.attrs as unknown as ConvolutionAttributes
        const sizes = geometry(attributes.inputShape!, filter.shape as Shape4D, attributes)
        // Ours forms whole patches in scratch memory.
        if (patchLength(sizes) > heap.kernels.PATCH_FLOATS.value) return shippedInput.kernelFunc(call)
        return inputGradient(heap, dy, filter, sizes)
      },
    },
  ]
}

function convolve(
  heap: KernelHeap,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  bias: tf.TensorInfo | undefined,
  attributes: ConvolutionAttributes,
  activation: Activation,
): tf.TensorInfo {
  const sizes = geometry(x.shape as Shape4D, filter.shape as Shape4D, attributes)
  const out = heap.output(sizes.outShape)
  const packed = packedFilter(heap, sizes.outChannels, patchLength(sizes))
  setGeometry(heap, sizes)
  const biasAt = bias === undefined ? 0 : heap.address(bias)
  const { convolution, directConvolution } = heap.kernels
  const kernel = isDirect(sizes) ? directConvolution : convolution
  kernel(
    ...([heap.address(x), heap.address(filter), biasAt, heap.address(out)] as const),
    ...([ACTIVATIONS[activation], heap.address(packed)] as const),
  )
  heap.release(packed)
  return out
}

/** Room for the filter packed in panels of eight columns. */
function packedFilter(heap: KernelHeap, columns: number, depth: number): tf.TensorInfo {
  return heap.output([depth, COLUMNS * Math.ceil(columns / COLUMNS)])
}

/** Whether to compute without patches: as soon as there are enough images to fill register tiles with one pixel of each. */
function isDirect(sizes: Geometry): boolean {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = sizes
  const image = Math.max(inHeight * inWidth * inChannels, outHeight * outWidth * outChannels)
  const filter = patchLength(sizes) * outChannels
  return batchSize >= FEWEST_IMAGES && image <= LARGEST_IMAGE && filter <= LARGEST_FILTER
}

/** Whether the filter's gradient is made of whole tiles: four channels of the input by eight of the output; small images do without. */
function hasWholeTiles({ inHeight, inWidth, inChannels, outChannels }: Geometry): boolean {
  const small = inHeight * inWidth * inChannels <= LARGEST_SMALL_IMAGE
  return outChannels % COLUMNS === 0 && (small || inChannels % ROWS === 0)
}

function patchLength({ filterHeight, filterWidth, inChannels }: Geometry): number {
  return filterHeight * filterWidth * inChannels
}

function filterGradient(
  heap: KernelHeap,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  sizes: Geometry,
): tf.TensorInfo {
  if (isDirect(sizes) && hasWholeTiles(sizes)) {
    const gradient = heap.output(sizes.filterShape)
    setGeometry(heap, sizes)
    heap.kernels.directConvolutionFilter(heap.address(x), heap.address(dy), heap.address(gradient))
    return gradient
  }
  const pixels = sizes.batchSize * sizes.outHeight * sizes.outWidth
  const parts = Math.max(1, Math.min(MOST_PARTS, Math.floor(pixels / FEWEST_PIXELS_A_PART)))
  const gradient = heap.output(sizes.filterShape)
  const partial = heap.output([parts - 1, ...sizes.filterShape])
  setGeometry(heap, sizes)
  heap.kernels.convolutionFilter(
    ...([heap.address(x), heap.address(dy), heap.address(gradient), heap.address(partial), parts] as const),
  )
  heap.release(partial)
  return gradient
}

function inputGradient(
  heap: KernelHeap,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  sizes: Geometry,
): tf.TensorInfo {
  const direct = isDirect(sizes)
  const taps = sizes.filterHeight * sizes.filterWidth
  const packed = direct
    ? packedFilter(heap, sizes.inChannels, taps * sizes.outChannels)
    : packedFilter(heap, patchLength(sizes), sizes.outChannels)
  const gradient = heap.output(sizes.inShape)
  setGeometry(heap, sizes)
  const { convolutionInput, directConvolutionInput } = heap.kernels
  const kernel = direct ? directConvolutionInput : convolutionInput
  kernel(...([heap.address(dy), heap.address(filter), heap.address(gradient), heap.address(packed)] as const))
  heap.release(packed)
  return gradient
}

/** Sizes, strides and padding; the kernels know channels-last only, like TensorFlow.js's WASM backend. */
function geometry(inputShape: Shape4D, filterShape: Shape4D, attributes: ConvolutionAttributes): Geometry {
  const { strides, pad, dilations = 1, dataFormat = 'NHWC', dimRoundingMode } = attributes
  if (dataFormat !== 'NHWC')
    throw new Error(`conv2d: the WASM backend has no data format ${dataFormat}, only NHWC`)
  const arrange = tf.backend_util.computeConv2DInfo
  return arrange(inputShape, filterShape, strides, dilations, pad, dimRoundingMode, false, 'channelsLast')
}

function setGeometry(heap: KernelHeap, sizes: Geometry): void {
  heap.kernels.convolutionGeometry(
    ...([sizes.batchSize, sizes.inHeight, sizes.inWidth, sizes.inChannels] as const),
    ...([sizes.outHeight, sizes.outWidth, sizes.outChannels, sizes.filterHeight, sizes.filterWidth] as const),
    ...([sizes.strideHeight, sizes.strideWidth, sizes.dilationHeight, sizes.dilationWidth] as const),
    ...([sizes.padInfo.top, sizes.padInfo.left] as const),
  )
}
