import type { CutLoad, NetworkParameters } from '../plugin/index.js'
import type { ModelTail } from '../plugin/protocol-contracts.js'
import { largestOf } from '../statistics/extremes.js'
import { sizeOf } from './cut.js'
import { bitsOf, type Precision } from './precision.js'
import type { LearningTask } from './task.js'

/** A backward pass costs two forward ones: gradients of what goes in, and of weights. */
const FORWARD_AND_BACKWARD = 3

/** What a body takes on its way to a cloud or to another server, bit: its weights as they are. */
export const bitsOfBody = ({ model }: LearningTask): number => bitsOf(model.body.size, 'fp32')

/** The last layers of a body, on one sample: bits that go into them, and what they take in all passes; undefined where it has no more than these. */
export function tailOf({ model, settings }: LearningTask, layers: number): ModelTail | undefined {
  const { body } = model
  const before = body.layers.at(-1 - layers)
  if (!before) return undefined
  const forward = body.layers.slice(-layers).reduce((sum, { forwardFlops }) => sum + forwardFlops, 0)
  return {
    bits: settings.passes * bitsOf(sizeOf(before.outputShape), settings.precision),
    flops: settings.passes * FORWARD_AND_BACKWARD * forward,
  }
}

/**
 * The network with the bits and FLOPs of what is learned in it, eqs. (5)-(16).
 *
 * Cut models send the tensor at the cut up and its gradient down; heads that are not trained cost no computing, and so no
 * energy for it. A whole model on the client is sent up and down once a round, however many samples: where all have as many, samples go into the
 * clients' speed and energy instead; where they differ, or somebody goes by them (`bySamples`), they are there. Where all samples are in one place,
 * clients send them up.
 */
export function withLoadOf(
  given: NetworkParameters,
  task: LearningTask,
  bySamples = false,
): NetworkParameters {
  const parameters = withSharesOf(given, task)
  const { protocol, model, settings } = task
  const bodyFlops = settings.passes * FORWARD_AND_BACKWARD * model.body.forwardFlops
  if (protocol.bodies === 'client' && protocol.whole) {
    const bits = bitsOf(model.body.size, 'fp32')
    const { clientSamples, bounds, clients, prices, bitsPerRound } = parameters
    const decided = bounds?.leastSamples !== undefined || bounds?.mostSteps !== undefined
    const unlike = clientSamples.some((samples) => samples !== clientSamples[0])
    if (decided || unlike || bySamples || prices?.sample) {
      // Computing goes by samples and passes, weights by the round.
      const ofRound = (beside?: Float64Array) =>
        Float64Array.from({ length: clients }, (_, client) => bits + (beside?.[client] ?? 0))
      return {
        ...parameters,
        bitsPerRound: { uplink: ofRound(bitsPerRound?.uplink), downlink: ofRound(bitsPerRound?.downlink) },
        load: { headFlops: bodyFlops, bodyFlops: 0, uplinkBits: 0, downlinkBits: 0 },
      }
    }
    return {
      ...parameters,
      clientSamples: clientSamples.map(() => 1),
      clientFlops: parameters.clientFlops.map((flops, client) => flops / clientSamples[client]),
      clientJoulesPerSample: parameters.clientJoulesPerSample.map(
        (joules, client) => joules * clientSamples[client],
      ),
      load: { headFlops: bodyFlops, bodyFlops: 0, uplinkBits: bits, downlinkBits: bits },
    }
  }
  if (protocol.whole) {
    const uplinkBits = bitsOf(sizeOf(task.dataset.sampleShape), 'fp32')
    return {
      ...parameters,
      clientJoulesPerSample: idle(parameters),
      load: { headFlops: 0, bodyFlops, uplinkBits, downlinkBits: 0 },
    }
  }
  const bits = settings.passes * bitsOf(sizeOf(model.head.outputShape), settings.precision)
  const flopsOf = task.headParts.map(({ forwardFlops }) =>
    task.trainsHeads ? settings.passes * FORWARD_AND_BACKWARD * forwardFlops : 0,
  )
  const headFlops = largestOf(flopsOf)
  return {
    ...parameters,
    ...(!task.trainsHeads && { clientJoulesPerSample: idle(parameters) }),
    // The load is one for all clients: a smaller head computes as much faster, and one without any work at once.
    clientFlops: parameters.clientFlops.map((flops, client) =>
      headFlops === 0 ? flops : (flops * headFlops) / flopsOf[task.structureOf[client]],
    ),
    load: { headFlops, bodyFlops, uplinkBits: bits, downlinkBits: bits },
    ...(parameters.cuts && { cuts: cutsOf(parameters.cuts, task) }),
  }
}

/** Payloads with the shares that what is sent of this model has in each precision. */
function withSharesOf(parameters: NetworkParameters, { protocol, model }: LearningTask): NetworkParameters {
  if (!parameters.payloads) return parameters
  const numbers = protocol.whole ? model.body.size : sizeOf(model.head.outputShape)
  return {
    ...parameters,
    payloads: parameters.payloads.map(({ name }) => {
      const share = bitsOf(numbers, name as Precision) / bitsOf(numbers, 'fp32')
      return { name, uplinkShare: share, downlinkShare: share }
    }),
  }
}

/**
 * Cuts, by the names of layers, with the load that a model has there: heads that are averaged learn the same wherever they are cut, as long as numbers are sent as
 * they are, so that a cut bears on what a round costs and on nothing else. What is stated of a round beside samples, e.g. a head's weights, stays.
 */
function cutsOf(cuts: readonly CutLoad[], task: LearningTask): readonly CutLoad[] {
  const { settings } = task
  return cuts.map((cut) => {
    const { head, body } = task.cutAt(cut.name)
    const bits = settings.passes * bitsOf(sizeOf(head.outputShape), 'fp32')
    const flops = settings.passes * FORWARD_AND_BACKWARD
    return {
      ...cut,
      headFlops: flops * head.forwardFlops,
      bodyFlops: flops * body.forwardFlops,
      uplinkBits: bits,
      downlinkBits: bits,
    }
  })
}

/** J a sample of clients that compute nothing. */
const idle = ({ clients }: NetworkParameters): Float64Array => new Float64Array(clients)
