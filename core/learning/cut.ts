import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import type {
  LayeredModel,
  ModelLayer,
  ModelParameter,
  Tensor,
  TensorOperations,
} from '../plugin/model-contracts.js'

/** Layers that stay together: the head of a model, or its body. */
export interface ModelPart {
  readonly layers: readonly ModelLayer[]
  /** Of all layers, in their order; flat weights have the same. */
  readonly parameters: readonly ModelParameter[]
  /** How many numbers its parameters hold. */
  readonly size: number
  readonly inputShape: readonly number[]
  readonly outputShape: readonly number[]
  /** Of one sample; a multiplication and an addition are two. */
  readonly forwardFlops: number
}

/** A model in two: what the client runs, possibly nothing, and what the edge server does. */
export interface CutModel {
  readonly head: ModelPart
  readonly body: ModelPart
}

/** How many numbers a tensor of this shape has. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1)

/**
 * Cuts a model behind a layer, given by its name or by how many layers the head has; null for the model's own cut.
 *
 * Throws a `UserError` where there is no such layer, or nothing would be left for the body.
 */
export function cutModel(
  { layers, cut: ownCut }: LayeredModel,
  cut: string | number | null,
  sampleShape: readonly number[],
): CutModel {
  const headLayers = typeof cut === 'number' ? cut : layersUpTo(layers, cut ?? ownCut)
  if (headLayers < 0 || headLayers >= layers.length) {
    throw new UserError(
      `a cut behind layer ${headLayers} is none of this model's; expected from 0 to ${layers.length - 1} layers in the ` +
        `head: ${namesOf(layers.slice(0, -1))}`,
    )
  }
  const head = partOf(layers.slice(0, headLayers), sampleShape)
  return { head, body: partOf(layers.slice(headLayers), head.outputShape) }
}

function layersUpTo(layers: readonly ModelLayer[], name: string): number {
  const names = layers.map((layer) => layer.name)
  const index = names.indexOf(name)
  if (index >= 0 && index < names.length - 1) return index + 1
  const cuts = names.slice(0, -1)
  const suggestion = nearestName(name, cuts)
  const message =
    index >= 0
      ? `the model cannot be cut behind its last layer, "${name}"; expected one of ${cuts.join(', ')}`
      : `the model has no layer "${name}" to cut behind; expected one of ${cuts.join(', ')}`
  throw new UserError({ message, ...(suggestion !== undefined && { suggestion }) })
}

const namesOf = (layers: readonly ModelLayer[]): string => layers.map(({ name }) => name).join(', ')

function partOf(layers: readonly ModelLayer[], inputShape: readonly number[]): ModelPart {
  const parameters = layers.flatMap((layer) => layer.parameters)
  return {
    layers,
    parameters,
    size: parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    inputShape,
    outputShape: layers.at(-1)?.outputShape ?? inputShape,
    forwardFlops: layers.reduce((sum, layer) => sum + layer.forwardFlops, 0),
  }
}

/** Runs a batch through a part: batch×inputShape to batch×outputShape. */
export function applyPart(
  part: ModelPart,
  operations: TensorOperations,
  x: Tensor,
  parameters: readonly Tensor[],
): Tensor {
  let at = 0
  return part.layers.reduce((y, layer) => {
    const own = parameters.slice(at, at + layer.parameters.length)
    at += layer.parameters.length
    return layer.apply(operations, y, own)
  }, x)
}
