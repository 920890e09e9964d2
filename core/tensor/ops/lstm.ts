import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel, runTaped } from '../kernels/current.js'
import { LSTM, LSTM_GRADIENT, type LstmAttributes } from '../kernels/lstm.js'
import { columnSums } from './dense.js'
import { timeSteps } from './time-steps.js'

/** How an LSTM is run over its steps. */
export interface LstmOptions {
  /** The output of every step, `B×T×H`, instead of the last one's, `B×H`. */
  readonly returnSequences?: boolean
  /** State and cell to start from, `B×H` each; zero otherwise. */
  readonly initial?: { readonly state: tf.Tensor2D; readonly cell: tf.Tensor2D }
}

/**
 * A long short-term memory layer over whole sequences, as one operation.
 *
 * Shapes: x `B×T×I`, kernel `I×4H`, recurrent `H×4H`, bias `4H`; gates in the order input, forget, cell, output, as in
 * Keras and PyTorch (which adds two biases).
 */
export function lstm(
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  recurrent: tf.Tensor2D,
  bias: tf.Tensor1D,
  options: LstmOptions = {},
): tf.Tensor {
  const { returnSequences = false, initial } = options
  if (!hasKernel(LSTM) || x.shape[1] === 0) return composed(x, kernel, recurrent, bias, options)
  const attributes: LstmAttributes = { returnSequences }
  const parameters = { x, kernel, recurrent, bias }
  const all: Record<string, tf.Tensor> =
    initial === undefined ? parameters : { ...parameters, state: initial.state, cell: initial.cell }
  const [output] = runTaped({
    inputs: all,
    forward: (save) => {
      const [y, ...kept] = runKernel(LSTM, all, attributes)
      save([kernel, recurrent, ...kept])
      return [y!]
    },
    backward: (dy, saved) => {
      const [kernel, recurrent, inputs, gates, states, cells, squashed] = saved as tf.Tensor3D[]
      const from = { dy, recurrent: recurrent!, gates: gates!, cells: cells!, squashed: squashed! }
      const [dGates, dState, dCell] = runKernel(LSTM_GRADIENT, from, attributes)
      const [steps, batch, features] = inputs!.shape
      const rows = tf.reshape(dGates!, [steps * batch, dGates!.shape[2]!])
      return {
        x: () => {
          const timeMajor = tf.reshape(tf.matMul(rows, kernel!, false, true), [steps, batch, features])
          return tf.transpose(timeMajor, [1, 0, 2])
        },
        kernel: () => tf.matMul(tf.reshape(inputs!, [steps * batch, features]), rows, true, false),
        recurrent: () => {
          const units = states!.shape[2]
          const before = tf.reshape(tf.slice(states!, [0, 0, 0], [steps, batch, units]), [
            steps * batch,
            units,
          ])
          return tf.matMul(before, rows, true, false)
        },
        bias: () => columnSums(rows),
        state: () => dState!,
        cell: () => dCell!,
      }
    },
  })
  return output!
}

function composed(
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  recurrent: tf.Tensor2D,
  bias: tf.Tensor1D,
  { returnSequences = false, initial }: LstmOptions,
): tf.Tensor {
  const [batch] = x.shape
  const units = recurrent.shape[0]
  let state: tf.Tensor = initial?.state ?? tf.zeros([batch, units])
  let cell: tf.Tensor = initial?.cell ?? tf.zeros([batch, units])
  const states: tf.Tensor[] = []
  for (const input of timeSteps(x)) {
    const z = tf.add(
      tf.add(tf.matMul(input as tf.Tensor2D, kernel), tf.matMul(state as tf.Tensor2D, recurrent)),
      bias,
    )
    const [i, f, g, o] = tf.split(z, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    cell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)))
    state = tf.mul(tf.sigmoid(o), tf.tanh(cell))
    states.push(state)
  }
  if (!returnSequences) return state
  return states.length === 0 ? tf.zeros([batch, 0, units]) : tf.stack(states, 1)
}
