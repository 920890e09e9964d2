import * as tf from '@tensorflow/tfjs-core'
import type { KernelHeap } from './heap.js'

let attached: KernelHeap | undefined

/** Remembers the heap that the kernels are attached to: there is one, as TensorFlow.js has one WASM backend. */
export function setHeap(heap: KernelHeap): void {
  attached = heap
}

/** The heap with our kernels when the WASM backend is in force, else nothing. */
export function currentHeap(): KernelHeap | undefined {
  return tf.getBackend() === 'wasm' ? attached : undefined
}

/** Whether the backend in force has this kernel; the operation is otherwise composed of TensorFlow.js's own. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined
}

/** Runs a kernel of ours on the tape, so that its registered gradient is found. */
export function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: object = {},
): tf.Tensor[] {
  const outputs = tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as
    | tf.Tensor
    | tf.Tensor[]
  return Array.isArray(outputs) ? outputs : [outputs]
}

/** An operation made of several kernels, with a gradient of its own. */
export interface TapedOperation {
  readonly inputs: Record<string, tf.Tensor>
  /** The results, the first of which has a gradient; `save` keeps tensors for it, if it will be asked for. */
  forward(save: (tensors: tf.Tensor[]) => void): tf.Tensor[]
  /** Gradients by input, each computed only when needed. */
  backward(dy: tf.Tensor, saved: tf.Tensor[]): Record<string, () => tf.Tensor>
}

/**
 * Runs an operation with its own gradient, like `tf.customGrad`, which however computes the gradients of all inputs:
 * that of a first layer's data costs a third of the layer. This is the call beneath it.
 */
export function runTaped({ inputs, forward, backward }: TapedOperation): tf.Tensor[] {
  const engine = tf.engine() as unknown as {
    runKernelFunc(call: {
      inputs: Record<string, tf.Tensor>
      forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor[]
      backwardsFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => Record<string, () => tf.Tensor>
    }): tf.Tensor[]
  }
  return engine.runKernelFunc({
    inputs,
    forwardFunc: (_backend, save) => forward(save),
    backwardsFunc: (dy, saved) => backward(Array.isArray(dy) ? dy[0]! : dy, saved),
  })
}
