import { UserError } from '../errors.js'
import { createPlugin } from '../plugin/create-plugin.js'
import type { Aggregator } from '../plugin/learning-contracts.js'
import type { TensorOperations } from '../plugin/model-contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import type { OptimiserOptions } from '../tensor/index.js'
import { type CutModel, cutModel, type ModelPart, sizeOf } from './cut.js'
import { frozenHeads } from './frozen-heads.js'
import type { HeadSharing } from './head-sharing.js'
import { initialWeights } from './initial-weights.js'
import type { LearningPlan } from './plan.js'
import { privateRelease } from './privacy/index.js'
import { bodyContributors, type Protocol, type ProtocolName, protocols } from './protocols.js'
import { SampleRows } from './sample-rows.js'
import type { LearningTask } from './task.js'
import { TrainedPart } from './trained-part.js'
import { storedPart } from './weights-file.js'

/** Share of the memory for rows that the test set may take. */
const TEST_SHARE = 0.25

/** What learners of a protocol start from; rows that another task makes alike are taken from it. */
export function createTask(
  plan: LearningPlan,
  protocolName: ProtocolName,
  operations: TensorOperations,
  alike?: LearningTask,
): LearningTask {
  const { dataset, parts, samplesPerRound, servers, context } = plan
  const protocol: Protocol = protocols[protocolName]
  const section = protocol.trainsAll
    ? { ...plan.section, head: { ...plan.section.head, trained: true } }
    : plan.section
  const random: RandomSource = {
    stream: (name, ...indices) => context.streams.stream(`learning/${name}`, ...indices),
  }
  // A whole model that is all trained has nothing in front.
  const cut = protocol.whole && section.head.trained ? cutModel(plan.model, 0, dataset.sampleShape) : plan.cut
  const headParts = protocol.whole ? [cut.head] : plan.headParts
  const structureOf = protocol.whole ? new Int32Array(parts.length) : plan.structureOf
  const trainsHeads =
    section.head.trained && headParts.some(({ parameters }) => parameters.some(({ fixed }) => !fixed))
  const isPrivate = section.head.initialisation === 'private' && !protocol.whole
  const initialHead = initialHeads(plan, random, headParts, structureOf, isPrivate)
  const headOptimiser = section.head.optimiser ?? section.optimiser
  const precision = protocol.whole ? 'fp32' : section.precision

  const sharing = headSharing(plan, random)
  const rows = () => {
    // Heads that have no layers, or that are trained, leave samples as they are.
    const raw = trainsHeads || cut.head.layers.length === 0
    const shape = raw ? dataset.sampleShape : cut.head.outputShape
    const compute = raw
      ? undefined
      : frozenHeads(
          operations,
          partsByStructure(operations, headParts, structureOf),
          initialHead,
          dataset.sampleShape,
          precision,
        )
    const sampleLength = sizeOf(dataset.sampleShape)
    const bytes = section.cacheMebibytes * 2 ** 20
    const testBytes = Math.min(TEST_SHARE * bytes, 4 * dataset.test.count * sizeOf(shape))
    const options = (own: number) => ({ bytes: own, ...(compute && { compute }) })
    return {
      trainRows: new SampleRows(dataset.train, sampleLength, shape, options(bytes - testBytes)),
      testRows: new SampleRows(dataset.test, sampleLength, shape, options(testBytes)),
    }
  }
  const bothRaw = alike !== undefined && hasRawRows(alike) && (trainsHeads || cut.head.layers.length === 0)
  const sameHeads =
    alike !== undefined &&
    !hasRawRows(alike) &&
    !trainsHeads &&
    cut === plan.cut &&
    section.precision === 'fp32' &&
    section.head.initialisation === 'shared'
  return {
    operations,
    settings: { ...section, protocol: protocolName, precision },
    headOptimiser,
    protocol,
    dataset,
    parts,
    samplesPerRound,
    servers,
    model: cut,
    cutAt: (name) => cutAt(plan, name),
    headParts,
    structureOf,
    trainsHeads,
    ...(bothRaw || sameHeads ? { trainRows: alike.trainRows, testRows: alike.testRows } : rows()),
    initialBody: startOf(plan, cut.body, (name) => random.stream(`initial/${name}`)),
    initialHead,
    createBodyAggregator: () => createBodyAggregator(plan, protocol),
    createHeadAggregator: (structure) => {
      const heads = headContributors(protocol, structureOf, sharing).filter((own) => own === structure).length
      // Where nobody shares a head there is nothing to put together, whatever it would be done with.
      return createAggregator(plan, 'head', headOptimiser, trainsHeads && heads > 0 ? heads : undefined)
    },
    headSharing: sharing,
    random,
  }
}

function cutAt({ model, dataset, problemAt }: LearningPlan, name: string): CutModel {
  try {
    return cutModel(model, name, dataset.sampleShape)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(error.problems.map(({ message }) => problemAt('decisions.cut', message)))
  }
}

/** One body is taken as it is by what would need several. */
async function createBodyAggregator(plan: LearningPlan, protocol: Protocol): Promise<Aggregator> {
  const one = protocol.bodies === 'one'
  const contributors = one ? undefined : bodyContributors(protocol, plan)
  const aggregator = await createAggregator(plan, 'body', plan.section.optimiser, contributors)
  if (!one || (aggregator.leastUpdates ?? 1) <= 1) return aggregator
  return { aggregate: (_, [{ weights }]) => weights }
}

/** The structure of each head that is ever shared. */
const headContributors = (
  { heads }: Protocol,
  structureOf: Int32Array,
  { participants }: HeadSharing,
): number[] =>
  heads === 'handed on'
    ? []
    : [...structureOf].filter((_, client) => heads === 'averaged' || participants[client] === 1)

/**
 * Throws a `UserError` where its formula does not hold for what contributors are trained with, or takes more of them
 * than there are.
 */
async function createAggregator(
  { section, context, problemAt }: LearningPlan,
  part: 'body' | 'head',
  optimiser: OptimiserOptions,
  contributors: number | undefined,
): Promise<Aggregator> {
  const reference = section.aggregation[part]
  const aggregator = await createPlugin('aggregator', reference, `learning/aggregation/${part}`, context)
  const { leastUpdates = 1 } = aggregator
  const violation =
    contributors !== undefined && contributors < leastUpdates
      ? `takes at least ${leastUpdates} updates; there are never more than ${contributors} ${part === 'body' ? 'bodies' : 'heads'} to put together`
      : aggregator.violationOfOptimiser?.(optimiser)
  if (violation === undefined) return aggregator
  throw new UserError(problemAt(`learning.aggregation.${part}`, `${reference.plugin} ${violation}`))
}

const hasRawRows = ({ trainRows, dataset }: LearningTask): boolean => trainRows.shape === dataset.sampleShape

/** The tensors of frozen heads, one of each structure, made when they are first needed. */
function partsByStructure(
  operations: TensorOperations,
  headParts: readonly ModelPart[],
  structureOf: Int32Array,
): (owner: number) => TrainedPart {
  const made: (TrainedPart | undefined)[] = []
  return (owner) => {
    const structure = structureOf[owner]
    made[structure] ??= new TrainedPart(operations, headParts[structure], { kind: 'sgd', learningRate: 1 })
    return made[structure]
  }
}

/** The head that each client starts with: one array for all that start alike. */
function initialHeads(
  plan: LearningPlan,
  random: RandomSource,
  headParts: readonly ModelPart[],
  structureOf: Int32Array,
  isPrivate: boolean,
): (client: number) => Float32Array {
  const known = new Map<number, Float32Array>()
  return (client) => {
    const structure = structureOf[client]
    const key = isPrivate ? client : -1 - structure
    const drawn = known.get(key)
    if (drawn) return drawn
    const weights = startOf(plan, headParts[structure], (name) =>
      isPrivate ? random.stream(`initial/${name}`, client) : random.stream(`initial/${name}`),
    )
    known.set(key, weights)
    return weights
  }
}

function startOf(
  { weights }: LearningPlan,
  part: ModelPart,
  random: Parameters<typeof initialWeights>[1],
): Float32Array {
  const stored = weights && storedPart(weights.stored, part, weights.file)
  return stored ?? initialWeights(part, random)
}

function headSharing({ section, parts, rounds }: LearningPlan, random: RandomSource): HeadSharing {
  const clients = parts.length
  const { headParticipants: asked } = section.aggregation
  const participants = new Uint8Array(clients)
  if (asked === 'all') participants.fill(1)
  else if (Array.isArray(asked)) for (const client of asked) participants[client] = 1
  else if (typeof asked === 'object' && 'share' in asked) {
    const order = random.stream('participants').shuffle(Int32Array.from({ length: clients }, (_, i) => i))
    for (const client of order.subarray(0, Math.round(asked.share * clients))) participants[client] = 1
  }
  // Whoever sees a client's head knows that it took part: sampling amplifies nothing.
  return {
    participants,
    disturbance: section.privacy && privateRelease({ ...section.privacy, sampling: 1 }, rounds),
  }
}
