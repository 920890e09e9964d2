import type * as tf from '@tensorflow/tfjs-core'
import type { RandomStream } from '../kernel/random-stream.js'
import type * as tensor from '../tensor/index.js'

/** Tensors of TensorFlow.js. */
export type Tensor = tf.Tensor

/** What a layer computes with: `cotwin/tensor`'s own operations, and TensorFlow.js as `tf`. */
export type TensorOperations = typeof tensor & { readonly tf: typeof tf }

/** How a parameter starts: a rule by name, or a function that gives its elements, row-major. */
export type Initialiser =
  | 'zeros'
  | 'ones'
  | 'glorot-uniform'
  | 'he-normal'
  | 'fan-in-uniform'
  | ((shape: readonly number[], random: RandomStream) => Float32Array)

/** One array of weights. */
export interface ModelParameter {
  /** Unique within the model, `LAYER/kernel` by custom; weights files go by it. */
  readonly name: string
  readonly shape: readonly number[]
  readonly initialise: Initialiser
  /** Whether training leaves it as it is, e.g. stored statistics of a normalisation. */
  readonly fixed?: true
}

/** A layer: behind each of them a model can be cut. */
export interface ModelLayer {
  readonly name: string
  /** Shape of what it gives for one sample. */
  readonly outputShape: readonly number[]
  readonly parameters: readonly ModelParameter[]
  /** Floating point operations of a forward pass of one sample; a multiplication and an addition are two. */
  readonly forwardFlops: number
  /** batch×input to batch×outputShape; differentiable, parameters in the order of `parameters`. */
  apply(operations: TensorOperations, x: Tensor, parameters: readonly Tensor[]): Tensor
}

/** Layers one behind the other; the last one gives a logit for each class. */
export interface LayeredModel {
  readonly layers: readonly ModelLayer[]
  /** Name of the layer that it is cut behind where a scenario does not say. */
  readonly cut: string
}

/** Builds a network for a task. */
export interface Model {
  /** Throws a `UserError` where samples of this shape do not suit it. */
  build(task: { readonly sampleShape: readonly number[]; readonly classes: number }): LayeredModel
}
