import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'

export const DUELING = 'cotwin/Dueling'
export const DUELING_GRADIENT = 'cotwin/DuelingGradient'
export const GREEDY_ACTIONS = 'cotwin/GreedyActions'
export const DOUBLE_Q_TARGETS = 'cotwin/DoubleQTargets'
export const TEMPORAL_DIFFERENCE = 'cotwin/TemporalDifference'

interface DoubleQInputs {
  readonly online: TensorInfo
  readonly target: TensorInfo
  readonly rewards: TensorInfo
  readonly discounts: TensorInfo
}

interface TemporalDifferenceInputs {
  readonly q: TensorInfo
  readonly actions: TensorInfo
  readonly targets: TensorInfo
}

export function qLearningKernels(heap: KernelHeap): KernelConfig[] {
  const at = (tensor: TensorInfo) => heap.address(tensor)
  return [
    defineKernel(DUELING, ({ head }: { head: TensorInfo }) => {
      const { leading, rows, last } = split(head)
      const q = heap.output([...leading, last - 1])
      heap.kernels.dueling(at(head), at(q), rows, last - 1)
      return q
    }),
    defineKernel(DUELING_GRADIENT, ({ dq }: { dq: TensorInfo }) => {
      const { leading, rows, last } = split(dq)
      const dHead = heap.output([...leading, last + 1])
      heap.kernels.duelingGradient(at(dq), at(dHead), rows, last)
      return dHead
    }),
    defineKernel(GREEDY_ACTIONS, ({ q }: { q: TensorInfo }) => {
      const { leading, rows, last } = split(q)
      const actions = heap.output(leading, 'int32')
      heap.kernels.greedyActions(at(q), at(actions), rows, last)
      return actions
    }),
    defineKernel(DOUBLE_Q_TARGETS, ({ online, target, rewards, discounts }: DoubleQInputs) => {
      const { leading, rows, last } = split(online)
      const targets = heap.output(leading)
      heap.kernels.doubleQTargets(at(online), at(target), at(rewards), at(discounts), at(targets), rows, last)
      return targets
    }),
    defineKernel(
      TEMPORAL_DIFFERENCE,
      ({ q, actions, targets }: TemporalDifferenceInputs, { delta }: { delta: number }) => {
        const { leading, rows, last } = split(q)
        const samples = leading.at(-1) ?? 1
        const loss = heap.output([])
        const dq = heap.output(q.shape)
        heap.kernels.temporalDifference(
          ...([at(q), at(actions), at(targets), at(loss), at(dq)] as const),
          ...([samples === 0 ? 0 : rows / samples, samples, last, delta] as const),
        )
        return [loss, dq]
      },
    ),
  ]
}

function split({ shape }: TensorInfo): { leading: number[]; rows: number; last: number } {
  const leading = shape.slice(0, -1)
  return { leading, rows: leading.reduce((product, size) => product * size, 1), last: shape.at(-1)! }
}
