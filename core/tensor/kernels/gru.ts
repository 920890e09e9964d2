import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { ACTIVATIONS } from './activation.js'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'
import { packedWeights, startingWith, stateOutput } from './recurrence.js'

export const GRU = 'cotwin/GRU'
export const GRU_GRADIENT = 'cotwin/GRUGradient'

interface GruInputs {
  readonly x: TensorInfo
  readonly kernel: TensorInfo
  readonly recurrent: TensorInfo
  readonly bias: TensorInfo
  readonly recurrentBias: TensorInfo
  readonly state?: TensorInfo
}

interface GruGradientInputs {
  readonly dy: TensorInfo
  readonly recurrent: TensorInfo
  readonly gates: TensorInfo
  readonly products: TensorInfo
  readonly states: TensorInfo
}

export interface GruAttributes {
  readonly returnSequences: boolean
}

/** `GRU` gives the output and, time-major, what its gradient needs: inputs, gates, recurrent products, states. */
export function gruKernels(heap: KernelHeap): KernelConfig[] {
  const at = (tensor: TensorInfo) => heap.address(tensor)
  return [
    defineKernel(GRU, (inputs: GruInputs, { returnSequences }: GruAttributes) => {
      const { x, kernel, recurrent, bias, recurrentBias, state } = inputs
      const [batch, steps, features] = x.shape as [number, number, number]
      const units = recurrent.shape[0]!
      const timeMajor = heap.output([steps, batch, features])
      heap.kernels.swapAxes(at(x), at(timeMajor), batch, steps, features)
      const gates = heap.output([steps, batch, 3 * units])
      const [rows, columns] = [steps * batch, 3 * units]
      heap.kernels.matmul(
        ...([at(timeMajor), at(kernel), at(gates), at(bias), 1, 0, 0, 0] as const),
        ...([rows, columns, features, false, false, ACTIVATIONS.linear, false] as const),
      )
      const products = heap.output(gates.shape)
      const states = startingWith(heap, state, steps, batch, units)
      const packed = packedWeights(heap, units, 3 * units)
      heap.kernels.gruForward(
        ...([at(recurrent), at(recurrentBias), at(packed), at(gates), at(products), at(states)] as const),
        ...([steps, batch, units] as const),
      )
      heap.release(packed)
      return [stateOutput(heap, states, returnSequences), timeMajor, gates, products, states]
    }),
    defineKernel(
      GRU_GRADIENT,
      ({ dy, recurrent, gates, products, states }: GruGradientInputs, { returnSequences }: GruAttributes) => {
        const [blocks, batch, units] = states.shape as [number, number, number]
        const steps = blocks - 1
        const dStates = returnSequences ? heap.output([steps, batch, units]) : dy
        if (returnSequences) heap.kernels.swapAxes(at(dy), at(dStates), batch, steps, units)
        const [dGates, dProducts] = [heap.output(gates.shape), heap.output(gates.shape)]
        const dState = heap.output([batch, units])
        const packed = packedWeights(heap, 3 * units, units)
        heap.kernels.gruBackward(
          ...([at(recurrent), at(packed), at(gates), at(products), at(states)] as const),
          ...([at(dStates), returnSequences, at(dGates), at(dProducts), at(dState)] as const),
          ...([steps, batch, units] as const),
        )
        heap.release(packed)
        if (returnSequences) heap.release(dStates)
        return [dGates, dProducts, dState]
      },
    ),
  ]
}
