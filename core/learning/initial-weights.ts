import type { RandomStream } from '../kernel/random-stream.js'
import type { ModelParameter } from '../plugin/model-contracts.js'
import { type ModelPart, sizeOf } from './cut.js'

/** Weights that a part starts with, flat; `random` gives each parameter a stream of its own, by its name. */
export function initialWeights(part: ModelPart, random: (parameter: string) => RandomStream): Float32Array {
  const flat = new Float32Array(part.size)
  let at = 0
  for (const parameter of part.parameters) {
    flat.set(initialValues(parameter, random(parameter.name)), at)
    at += sizeOf(parameter.shape)
  }
  return flat
}

function initialValues({ initialise, shape }: ModelParameter, random: RandomStream): Float32Array {
  if (typeof initialise === 'function') return initialise(shape, random)
  const values = new Float32Array(sizeOf(shape))
  const { fanIn, fanOut } = fans(shape)
  switch (initialise) {
    case 'zeros':
      return values
    case 'ones':
      return values.fill(1)
    case 'glorot-uniform': {
      const limit = Math.sqrt(6 / (fanIn + fanOut))
      return values.map(() => random.uniform(-limit, limit))
    }
    case 'he-normal': {
      const deviation = Math.sqrt(2 / fanIn)
      return values.map(() => random.normal(0, deviation))
    }
    case 'fan-in-uniform': {
      const limit = 1 / Math.sqrt(fanIn)
      return values.map(() => random.uniform(-limit, limit))
    }
  }
}

/** Inputs and outputs of one unit; shapes: dense `I×O`, convolution `h×w×I×O`. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [inputs, outputs] = shape.length < 2 ? [shape[0] ?? 1, shape[0] ?? 1] : shape.slice(-2)
  const field = sizeOf(shape.slice(0, -2))
  return { fanIn: inputs * field, fanOut: outputs * field }
}
