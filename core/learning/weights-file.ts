import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from '../errors.js'
import { readBytes } from '../files/read-file.js'
import { readSafetensors, type StoredTensor } from '../files/safetensors.js'
import { nearestName } from '../nearest.js'
import type { ModelParameter } from '../plugin/model-contracts.js'
import { type ModelPart, sizeOf } from './cut.js'

/** Weights by name, as a file has them. */
export type StoredWeights = ReadonlyMap<string, StoredTensor>

/**
 * Reads the weights of a safetensors file, or of a folder or `model.json` in TensorFlow.js Layers format.
 *
 * Throws a `UserError` that names the file where it is missing or damaged.
 */
export function readWeights(path: string): StoredWeights {
  if (!existsSync(path))
    throw new UserError({ message: 'the weights file is missing', place: { file: path } })
  try {
    if (statSync(path).isDirectory()) return readLayersModel(join(path, 'model.json'))
    if (path.endsWith('.json')) return readLayersModel(path)
    return readSafetensors(readBytes(path)).tensors
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError({
      message: `the weights cannot be read: ${error instanceof Error ? error.message : error}`,
      place: { file: path },
    })
  }
}

interface LayersManifest {
  readonly weightsManifest: readonly {
    readonly paths: readonly string[]
    readonly weights: readonly { readonly name: string; readonly shape: number[]; readonly dtype: string }[]
  }[]
}

function readLayersModel(path: string): StoredWeights {
  const { weightsManifest } = JSON.parse(readFileSync(path, 'utf8')) as LayersManifest
  const stored = new Map<string, StoredTensor>()
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(paths.map((file) => readBytes(join(dirname(path), file))))
    let at = 0
    for (const { name, shape, dtype } of weights) {
      if (dtype !== 'float32') throw new Error(`${name} is ${dtype}; expected float32`)
      const length = 4 * sizeOf(shape)
      if (at + length > bytes.length) throw new Error(`${name} is cut off`)
      const values = new Float32Array(Uint8Array.from(bytes.subarray(at, at + length)).buffer)
      stored.set(name, { shape, values })
      at += length
    }
  }
  return stored
}

/**
 * The weights of a part, flat, from those of a file; undefined where the file has none of its parameters.
 *
 * Parameters are found by their own names, or by those PyTorch gives them (`conv1.weight` for `conv1/kernel`), whose
 * arrays are put in our order. Throws a `UserError` where some are missing or of another shape: it is another model's.
 */
export function storedPart(stored: StoredWeights, part: ModelPart, file: string): Float32Array | undefined {
  const found = part.parameters.map((parameter) => lookUp(stored, parameter))
  if (found.every((values) => values === undefined)) return undefined
  const flat = new Float32Array(part.size)
  let at = 0
  for (const [i, parameter] of part.parameters.entries()) {
    const values = found[i]
    if (values === undefined) throw anotherModel(`it has no ${parameter.name}`, parameter.name, stored, file)
    if (typeof values === 'string') throw anotherModel(values, parameter.name, stored, file)
    flat.set(values, at)
    at += values.length
  }
  return flat
}

function anotherModel(why: string, name: string, stored: StoredWeights, file: string): UserError {
  const suggestion = nearestName(name, [...stored.keys()])
  return new UserError({
    message: `these are the weights of another model: ${why}`,
    place: { file },
    ...(suggestion !== undefined && suggestion !== name && { suggestion }),
  })
}

/** The elements of a parameter; a text says what is wrong with them. */
function lookUp(stored: StoredWeights, { name, shape }: ModelParameter): Float32Array | string | undefined {
  const own = stored.get(name)
  if (own)
    return sameShape(own.shape, shape) ? Float32Array.from(own.values, Number) : wrong(name, own, shape)
  const torch = torchNames(name)
  const tensors = torch.flatMap((each) => stored.get(each) ?? [])
  if (tensors.length === 0) return undefined
  return tensors.reduce<Float32Array | string | undefined>((sum, tensor) => {
    if (typeof sum === 'string') return sum
    const values = fromTorch(tensor, shape)
    if (!values) return wrong(torch.join(' + '), tensor, shape)
    // PyTorch's memories have two biases that are added up.
    return sum ? sum.map((value, i) => value + values[i]) : values
  }, undefined)
}

const wrong = (name: string, { shape: found }: StoredTensor, shape: readonly number[]): string =>
  `its ${name} is ${found.join('×')}; expected ${shape.join('×')}`

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((length, i) => length === b[i])

/** What PyTorch calls a parameter. */
function torchNames(name: string): string[] {
  const cut = name.lastIndexOf('/')
  const layer = name.slice(0, cut).replaceAll('/', '.')
  switch (name.slice(cut + 1)) {
    case 'kernel':
      return [`${layer}.weight`, `${layer}.weight_ih_l0`]
    case 'recurrent_kernel':
      return [`${layer}.weight_hh_l0`]
    case 'bias':
      return [`${layer}.bias`, `${layer}.bias_ih_l0`, `${layer}.bias_hh_l0`]
    case 'gamma':
      return [`${layer}.weight`]
    case 'beta':
      return [`${layer}.bias`]
    case 'moving_mean':
      return [`${layer}.running_mean`]
    case 'moving_variance':
      return [`${layer}.running_var`]
    default:
      return []
  }
}

/** PyTorch has outputs first: `O×I×h×w` for our `h×w×I×O`, `O×I` for `I×O`. */
function fromTorch(
  { shape: found, values }: StoredTensor,
  shape: readonly number[],
): Float32Array | undefined {
  const elements = Float32Array.from(values, Number)
  if (shape.length < 2) return sameShape(found, shape) ? elements : undefined
  const [inputs, outputs] = shape.slice(-2)
  const field = sizeOf(shape.slice(0, -2))
  if (!sameShape(found, [outputs, inputs, ...shape.slice(0, -2)])) return undefined
  const ours = new Float32Array(elements.length)
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let at = 0; at < field; at++)
        ours[(at * inputs + i) * outputs + o] = elements[(o * inputs + i) * field + at]
  return ours
}
