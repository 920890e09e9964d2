import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.js'

let attached: Heap | undefined

/** Remembers the heap that the kernels are attached to: there is one, as TensorFlow.js has one WASM backend. */
export function setHeap(heap: Heap): void {
  attached = heap
}

/** The heap with our kernels when the WASM backend is in force, else nothing. */
export function currentHeap(): Heap | undefined {
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
