import { UserError } from '../errors.js'
import type { Initialiser, ModelLayer, ModelParameter, Tensor, TensorOperations } from './model-contracts.js'

/** Layers that models are put together from; FLOPs count a multiplication and an addition as two. */

type Shape = readonly number[]
type Activation = 'linear' | 'relu' | 'sigmoid' | 'tanh'
/** Zeros around an image: as many as keep its size, none, or so many on each side. */
type Padding = 'same' | 'valid' | number

const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1)

const parameter = (
  layer: string,
  name: string,
  shape: Shape,
  initialise: Initialiser,
  fixed = false,
): ModelParameter => ({ name: `${layer}/${name}`, shape, initialise, ...(fixed && { fixed: true }) })

/** Rows of a batch seen as another shape; the number of rows follows from the size. */
const rowsOf = ({ tf }: TensorOperations, x: Tensor, shape: Shape): Tensor =>
  tf.reshape(x, [x.size / Math.max(1, sizeOf(shape)), ...shape])

/** All of a sample in one row. */
export function flatten(name: string, input: Shape): ModelLayer {
  const outputShape = [sizeOf(input)]
  return {
    name,
    outputShape,
    parameters: [],
    forwardFlops: 0,
    apply: (operations, x) => rowsOf(operations, x, outputShape),
  }
}

/** activation(x·kernel + bias) over the last axis; input `…×I`. */
export function denseLayer(
  name: string,
  input: Shape,
  units: number,
  activation: Activation = 'linear',
): ModelLayer {
  const [inputs] = input.slice(-1)
  const rows = sizeOf(input.slice(0, -1))
  return {
    name,
    outputShape: [...input.slice(0, -1), units],
    parameters: [
      parameter(name, 'kernel', [inputs, units], activation === 'relu' ? 'he-normal' : 'glorot-uniform'),
      parameter(name, 'bias', [units], 'zeros'),
    ],
    forwardFlops: rows * 2 * inputs * units,
    apply: ({ dense }, x, [kernel, bias]) => dense(x, kernel, bias, activation),
  }
}

/** Filters of a convolution, their size, stride and padding. */
export interface ConvolutionShape {
  readonly filters: number
  readonly size: number
  readonly stride?: number
  readonly pad?: Padding
  readonly activation?: Activation
}

/** Height, width and channels of an image; frames before them are images of their own. */
function imageOf(name: string, input: Shape): { frames: Shape; image: [number, number, number] } {
  if (input.length < 3) {
    const found = input.length === 0 ? 'a number' : input.join('×')
    throw new UserError(`layer ${name} takes images, height × width × channels; found samples of ${found}`)
  }
  return { frames: input.slice(0, -3), image: input.slice(-3) as [number, number, number] }
}

/** Length of an axis after a window has gone over it. */
export function windowed(length: number, size: number, stride: number, pad: Padding): number {
  if (pad === 'same') return Math.ceil(length / stride)
  const around = pad === 'valid' ? 0 : pad
  return Math.max(0, Math.floor((length + 2 * around - size) / stride) + 1)
}

function checkRoom(name: string, height: number, width: number, input: Shape): void {
  if (height >= 1 && width >= 1) return
  throw new UserError(
    `layer ${name} has no room in images of ${input.slice(-3).join('×')}; expected larger ones`,
  )
}

/** activation(convolution + bias); input `…×H×W×C`, each of the images before H on its own. */
export function convolutionLayer(name: string, input: Shape, shape: ConvolutionShape): ModelLayer {
  const { filters, size, stride = 1, pad = 'same', activation = 'relu' } = shape
  const { frames, image } = imageOf(name, input)
  const [height, width] = [windowed(image[0], size, stride, pad), windowed(image[1], size, stride, pad)]
  checkRoom(name, height, width, input)
  const outputShape = [...frames, height, width, filters]
  return {
    name,
    outputShape,
    parameters: [
      parameter(name, 'kernel', [size, size, image[2], filters], 'he-normal'),
      parameter(name, 'bias', [filters], 'zeros'),
    ],
    forwardFlops: sizeOf(frames) * height * width * filters * 2 * size * size * image[2],
    apply(operations, x, [kernel, bias]) {
      const images = rowsOf(operations, x, image) as Parameters<TensorOperations['convolution']>[0]
      const filter = kernel as Parameters<TensorOperations['convolution']>[1]
      const y = operations.convolution(
        images,
        filter,
        bias as Parameters<TensorOperations['convolution']>[2],
        {
          strides: stride,
          pad,
          activation,
        },
      )
      return rowsOf(operations, y, outputShape)
    },
  }
}

/** The largest, or the mean, of each window; input `…×H×W×C`. */
export function poolLayer(
  name: string,
  input: Shape,
  {
    size,
    stride = size,
    kind,
    pad = 'valid',
  }: {
    size: number
    stride?: number
    kind: 'max' | 'mean'
    pad?: Padding
  },
): ModelLayer {
  const { frames, image } = imageOf(name, input)
  const [height, width] = [windowed(image[0], size, stride, pad), windowed(image[1], size, stride, pad)]
  checkRoom(name, height, width, input)
  const outputShape = [...frames, height, width, image[2]]
  return {
    name,
    outputShape,
    parameters: [],
    forwardFlops: sizeOf(outputShape) * size * size,
    apply(operations, x) {
      const images = rowsOf(operations, x, image) as Parameters<TensorOperations['tf']['maxPool']>[0]
      const pool = kind === 'max' ? operations.tf.maxPool : operations.tf.avgPool
      return rowsOf(operations, pool(images, size, stride, pad), outputShape)
    },
  }
}

/** The mean of each channel over an image; input `…×H×W×C`. */
export function globalMeanPool(name: string, input: Shape): ModelLayer {
  const { frames, image } = imageOf(name, input)
  const outputShape = [...frames, image[2]]
  return {
    name,
    outputShape,
    parameters: [],
    forwardFlops: sizeOf(input),
    apply: (operations, x) =>
      rowsOf(
        operations,
        operations.tf.avgPool(
          rowsOf(operations, x, image) as Parameters<TensorOperations['tf']['avgPool']>[0],
          [image[0], image[1]],
          1,
          'valid',
        ),
        outputShape,
      ),
  }
}

/** The last state of a long short-term memory over the first axis; input `T×I`, what lies behind T as one row. */
export function lstmLayer(name: string, input: Shape, units: number): ModelLayer {
  if (input.length < 2) {
    throw new UserError(
      `layer ${name} takes sequences, steps × features; found samples of ${input.join('×')}`,
    )
  }
  const [steps] = input
  const inputs = sizeOf(input.slice(1))
  return {
    name,
    outputShape: [units],
    parameters: [
      parameter(name, 'kernel', [inputs, 4 * units], 'glorot-uniform'),
      parameter(name, 'recurrent_kernel', [units, 4 * units], 'glorot-uniform'),
      // Gates open at first: what a memory forgets from the start it cannot learn to keep.
      parameter(name, 'bias', [4 * units], ([length]) =>
        Float32Array.from({ length }, (_, i) => (i >= units && i < 2 * units ? 1 : 0)),
      ),
    ],
    forwardFlops: steps * 2 * (inputs + units) * 4 * units,
    apply(operations, x, parameters) {
      const sequence = operations.tf.reshape(x, [x.shape[0], steps, inputs])
      const [kernel, recurrent, bias] = parameters as [Tensor, Tensor, Tensor]
      type Step = Parameters<TensorOperations['lstm']>
      return operations.lstm(sequence as Step[0], kernel as Step[1], recurrent as Step[2], bias as Step[3])
    },
  }
}

/**
 * Several layers as one, with no cut inside, e.g. a residual block.
 *
 * `combine` says how: `run(x, from, to)` applies the layers from one place to before another.
 */
export function blockLayer(
  name: string,
  layers: readonly ModelLayer[],
  combine: (
    run: (x: Tensor, from: number, to: number) => Tensor,
    x: Tensor,
    operations: TensorOperations,
  ) => Tensor,
): ModelLayer {
  const parameters = layers.flatMap((layer) => layer.parameters)
  const starts = layers.map((_, i) =>
    layers.slice(0, i).reduce((sum, layer) => sum + layer.parameters.length, 0),
  )
  return {
    name,
    outputShape: layers.at(-1)!.outputShape,
    parameters,
    forwardFlops: layers.reduce((sum, layer) => sum + layer.forwardFlops, 0),
    apply(operations, x, given) {
      const run = (start: Tensor, from: number, to: number) =>
        layers
          .slice(from, to)
          .reduce(
            (y, layer, i) =>
              layer.apply(
                operations,
                y,
                given.slice(starts[from + i], starts[from + i] + layer.parameters.length),
              ),
            start,
          )
      return combine(run, x, operations)
    },
  }
}
