import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'

/** A WASM kernel from its inputs by name and its attributes, typed by whoever calls it. */
export function defineKernel<Inputs, Attributes>(
  kernelName: string,
  compute: (inputs: Inputs, attributes: Attributes) => TensorInfo | TensorInfo[],
): KernelConfig {
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => compute(inputs as Inputs, attrs as Attributes),
  }
}
