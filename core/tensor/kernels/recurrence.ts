import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelHeap } from './heap.js'

/** Room for one block a step and one before, the first of which is given or zero. */
export function startingWith(
  heap: KernelHeap,
  initial: TensorInfo | undefined,
  steps: number,
  batch: number,
  units: number,
): TensorInfo {
  const all = heap.output([steps + 1, batch, units])
  const first = heap.elements(all).subarray(0, batch * units)
  if (initial === undefined) first.fill(0)
  else first.set(heap.elements(initial))
  return all
}

/** Room for recurrent weights packed in panels of eight columns. */
export function packedWeights(heap: KernelHeap, depth: number, columns: number): TensorInfo {
  return heap.output([depth, 8 * Math.ceil(columns / 8)])
}

/** The states after every step as `B×T×H`, or after the last one as `B×H`, from time-major ones that begin with the first. */
export function stateOutput(heap: KernelHeap, states: TensorInfo, everyStep: boolean): TensorInfo {
  const [blocks, batch, units] = states.shape as [number, number, number]
  const steps = blocks - 1
  const block = batch * units
  const y = heap.output(everyStep ? [batch, steps, units] : [batch, units])
  if (everyStep) heap.kernels.swapAxes(heap.address(states) + 4 * block, heap.address(y), steps, batch, units)
  else heap.kernels.swapAxes(heap.address(states) + 4 * steps * block, heap.address(y), 1, 1, block)
  return y
}
