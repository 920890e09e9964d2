import { type Problem, UserError } from '../errors.js'
import { lackOfMemory, type MemoryNeed, MOST_IN_ONE_PIECE } from '../memory.js'
import type { CutModel, ModelPart } from './cut.js'
import { sizeOf } from './cut.js'
import type { LearningSection } from './settings.js'

const PER_NUMBER = 4
/** Of what is trained: weights, their gradient and what is kept of them aside. */
const COPIES = 3

/** What of a scenario a model's size follows from, and where it is told. */
interface Batches {
  readonly section: Pick<LearningSection, 'batchSize'>
  /** D_n, length N. */
  readonly samplesPerRound: Float64Array
  problemAt(key: string, message: string): Problem
}

/** Refuses a model that there is no memory for, before any of its weights is drawn: a `UserError` at `learning.model`. */
export function checkModelSize(
  { section, samplesPerRound, problemAt }: Batches,
  { head, body }: CutModel,
): void {
  const most = samplesPerRound.reduce((largest, each) => Math.max(largest, each), 0)
  const batch = Math.min(section.batchSize, most)
  const needs = [...partNeeds(head, batch), ...partNeeds(body, batch)]
  const lack = needs.map((need) => lackOfMemory(need, need.thereIs)).find((each) => each !== undefined)
  if (lack === undefined) return
  throw new UserError(problemAt('learning.model', `${lack}; expected a smaller model`))
}

function partNeeds({ layers, size }: ModelPart, batch: number): (MemoryNeed & { thereIs?: number })[] {
  const ofLayers = layers.flatMap(({ name, outputShape, parameters }) => [
    {
      what: `what layer ${name} makes of a batch of ${batch}`,
      bytes: batch * sizeOf(outputShape) * PER_NUMBER,
      thereIs: MOST_IN_ONE_PIECE,
    },
    ...parameters.map(({ name: parameter, shape }) => ({
      what: `the weights ${parameter}, ${shape.join('×')},`,
      bytes: sizeOf(shape) * PER_NUMBER,
      thereIs: MOST_IN_ONE_PIECE,
    })),
  ])
  return [{ what: `a model of ${size} weights`, bytes: size * PER_NUMBER * COPIES }, ...ofLayers]
}
