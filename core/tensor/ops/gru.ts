import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel, runTaped } from '../kernels/current.js'
import { GRU, GRU_GRADIENT, type GruAttributes } from '../kernels/gru.js'
import { columnSums } from './dense.js'
import { timeSteps } from './time-steps.js'

/** Weights of a gated recurrent unit. */
export interface GruParameters {
  /** `I×3H`; gates in the order update, reset, candidate. */
  readonly kernel: tf.Tensor2D
  /** `H×3H` */
  readonly recurrent: tf.Tensor2D
  /** `3H` */
  readonly bias: tf.Tensor1D
  /** `3H`, added to the recurrent product before the reset gate. */
  readonly recurrentBias: tf.Tensor1D
}

/** How a gated recurrent unit is run over its steps. */
export interface GruOptions {
  /** The output of every step, `B×T×H`, instead of the last one's, `B×H`. */
  readonly returnSequences?: boolean
  /** State to start from, `B×H`; zero otherwise. */
  readonly initial?: tf.Tensor2D
}

/**
 * A gated recurrent layer over whole sequences, as one operation: Keras's order of gates, and the reset gate after the
 * product, as in PyTorch and Keras 2 (Cho et al., 2014, with the change of cuDNN). Shapes: x `B×T×I`.
 */
export function gru(x: tf.Tensor3D, parameters: GruParameters, options: GruOptions = {}): tf.Tensor {
  const { returnSequences = false, initial } = options
  if (!hasKernel(GRU) || x.shape[1] === 0) return composed(x, parameters, options)
  const attributes: GruAttributes = { returnSequences }
  // Spelt out: what else a caller keeps beside the parameters is no input.
  const { kernel, recurrent, bias, recurrentBias } = parameters
  const given = { x, kernel, recurrent, bias, recurrentBias }
  const inputs: Record<string, tf.Tensor> = initial === undefined ? given : { ...given, state: initial }
  const [output] = runTaped({
    inputs,
    forward: (save) => {
      const [y, ...kept] = runKernel(GRU, inputs, attributes)
      save([kernel, recurrent, ...kept])
      return [y!]
    },
    backward: (dy, saved) => {
      const [kernel, recurrent, timeMajor, gates, products, states] = saved as tf.Tensor3D[]
      const from = { dy, recurrent: recurrent!, gates: gates!, products: products!, states: states! }
      const [dGates, dProducts, dState] = runKernel(GRU_GRADIENT, from, attributes)
      const [steps, batch, features] = timeMajor!.shape
      const units = states!.shape[2]
      const rows = tf.reshape(dGates!, [steps * batch, 3 * units])
      const recurrentRows = tf.reshape(dProducts!, [steps * batch, 3 * units])
      return {
        x: () =>
          tf.transpose(
            tf.reshape(tf.matMul(rows, kernel!, false, true), [steps, batch, features]),
            [1, 0, 2],
          ),
        kernel: () => tf.matMul(tf.reshape(timeMajor!, [steps * batch, features]), rows, true, false),
        recurrent: () => {
          const before = tf.slice(states!, [0, 0, 0], [steps, batch, units])
          return tf.matMul(tf.reshape(before, [steps * batch, units]), recurrentRows, true, false)
        },
        bias: () => columnSums(rows),
        recurrentBias: () => columnSums(recurrentRows),
        state: () => dState!,
      }
    },
  })
  return output!
}

function composed(x: tf.Tensor3D, parameters: GruParameters, options: GruOptions): tf.Tensor {
  const { kernel, recurrent, bias, recurrentBias } = parameters
  const { returnSequences = false, initial } = options
  const [batch] = x.shape
  const units = recurrent.shape[0]
  let state: tf.Tensor = initial ?? tf.zeros([batch, units])
  const states: tf.Tensor[] = []
  const gatesOf = (rows: tf.Tensor, weights: tf.Tensor2D, offset: tf.Tensor1D) =>
    tf.split(tf.add(tf.matMul(rows as tf.Tensor2D, weights), offset), 3, 1) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ]
  for (const input of timeSteps(x)) {
    const [xz, xr, xn] = gatesOf(input, kernel, bias)
    const [hz, hr, hn] = gatesOf(state, recurrent, recurrentBias)
    const update = tf.sigmoid(tf.add(xz, hz))
    const candidate = tf.tanh(tf.add(xn, tf.mul(tf.sigmoid(tf.add(xr, hr)), hn)))
    state = tf.add(tf.mul(update, tf.sub(state, candidate)), candidate)
    states.push(state)
  }
  if (!returnSequences) return state
  return states.length === 0 ? tf.zeros([batch, 0, units]) : tf.stack(states, 1)
}
