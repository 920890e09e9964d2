import { type SavedState, UserError } from '../../../core/plugin/index.js'
import type { Scorer } from '../shared/onnx-runtime.js'

const activations = {
  relu: (x: number) => Math.max(0, x),
  tanh: Math.tanh,
  linear: (x: number) => x,
} as const

interface Layer {
  readonly weights: Float32Array
  readonly bias: Float32Array
  readonly act: (x: number) => number
}

/**
 * A multilayer perceptron as `cotwin.export_mlp` writes it: `0/weights` (outputs×inputs), `0/bias`, …, and the activation
 * after each layer in `activations`.
 */
export function perceptronScorer({ arrays, values }: SavedState, file: string, inputs: number): Scorer {
  const layers: Layer[] = []
  let width = inputs
  for (const [index, name] of String(values.activations).split(' ').entries()) {
    const weights = arrays[`${index}/weights`]
    const bias = arrays[`${index}/bias`]
    const act = activations[name as keyof typeof activations]
    if (!(weights instanceof Float32Array && bias instanceof Float32Array && act))
      throw new UserError({
        message: `has no layer ${index} with weights, bias and activation`,
        place: { file },
      })
    if (weights.length !== bias.length * width) {
      const message = `layer ${index} takes ${weights.length / bias.length} numbers, got ${width}: it was trained on another observation`
      throw new UserError({ message, place: { file } })
    }
    layers.push({ weights, bias, act })
    width = bias.length
  }
  return (observations, rows) => {
    let from = observations
    for (const layer of layers) from = forward(layer, from, rows)
    return from
  }
}

function forward({ weights, bias, act }: Layer, from: Float32Array, rows: number): Float32Array {
  const outputs = bias.length
  const inputs = weights.length / outputs
  const into = new Float32Array(rows * outputs)
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o]
      for (let i = 0; i < inputs; i++) sum += weights[o * inputs + i] * from[row * inputs + i]
      into[row * outputs + o] = act(sum)
    }
  return into
}
