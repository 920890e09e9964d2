import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { ACTIVATIONS } from './activation.js'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'
import { packedWeights, startingWith, stateOutput } from './recurrence.js'

export const LSTM = 'cotwin/LSTM'
export const LSTM_GRADIENT = 'cotwin/LSTMGradient'

interface LstmInputs {
  readonly x: TensorInfo
  readonly kernel: TensorInfo
  readonly recurrent: TensorInfo
  readonly bias: TensorInfo
  readonly state?: TensorInfo
  readonly cell?: TensorInfo
}

interface LstmGradientInputs {
  readonly dy: TensorInfo
  readonly recurrent: TensorInfo
  readonly gates: TensorInfo
  readonly cells: TensorInfo
  readonly squashed: TensorInfo
}

export interface LstmAttributes {
  readonly returnSequences: boolean
}

/** `LSTM` gives the output and, time-major, what its gradient needs: inputs, gates, states, cells, tanh of cells. */
export function lstmKernels(heap: KernelHeap): KernelConfig[] {
  const at = (tensor: TensorInfo) => heap.address(tensor)
  return [
    defineKernel(
      LSTM,
      ({ x, kernel, recurrent, bias, state, cell }: LstmInputs, attributes: LstmAttributes) => {
        const [batch, steps, features] = x.shape as [number, number, number]
        const units = recurrent.shape[0]!
        const inputs = heap.output([steps, batch, features])
        heap.kernels.swapAxes(at(x), at(inputs), batch, steps, features)
        const gates = heap.output([steps, batch, 4 * units])
        const [rows, columns] = [steps * batch, 4 * units]
        heap.kernels.matmul(
          ...([at(inputs), at(kernel), at(gates), at(bias), 1, 0, 0, 0] as const),
          ...([rows, columns, features, false, false, ACTIVATIONS.linear, false] as const),
        )
        const states = startingWith(heap, state, steps, batch, units)
        const cells = startingWith(heap, cell, steps, batch, units)
        const squashed = heap.output([steps, batch, units])
        const packed = packedWeights(heap, units, 4 * units)
        heap.kernels.lstmForward(
          ...([at(recurrent), at(packed), at(gates), at(states), at(cells), at(squashed)] as const),
          ...([steps, batch, units] as const),
        )
        heap.release(packed)
        const y = stateOutput(heap, states, attributes.returnSequences)
        return [y, inputs, gates, states, cells, squashed]
      },
    ),
    defineKernel(
      LSTM_GRADIENT,
      ({ dy, recurrent, gates, cells, squashed }: LstmGradientInputs, attributes: LstmAttributes) => {
        const [steps, batch, units] = squashed.shape as [number, number, number]
        const { returnSequences } = attributes
        const dStates = returnSequences ? heap.output([steps, batch, units]) : dy
        if (returnSequences) heap.kernels.swapAxes(at(dy), at(dStates), batch, steps, units)
        const dGates = heap.output(gates.shape)
        const dState = heap.output([batch, units])
        const dCell = heap.output([batch, units])
        const packed = packedWeights(heap, 4 * units, units)
        heap.kernels.lstmBackward(
          ...([at(recurrent), at(packed), at(gates), at(cells), at(squashed)] as const),
          ...([
            at(dStates),
            returnSequences,
            at(dGates),
            at(dState),
            at(dCell),
            steps,
            batch,
            units,
          ] as const),
        )
        heap.release(packed)
        if (returnSequences) heap.release(dStates)
        return [dGates, dState, dCell]
      },
    ),
  ]
}
