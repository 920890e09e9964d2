import { loadFollowsModel } from '../schema/learning-section.js'
import type { Diagnostic } from '../tree/diagnostic.js'

/** What variables that are opened need of the rest of a scenario. */
export function checkDecisions(read: (key: string) => unknown): Diagnostic[] {
  const opened = (name: string) => {
    const found = read(`decisions.${name}`)
    return found !== undefined && found !== null
  }
  const needs = (name: string, holds: boolean, message: string): Diagnostic[] =>
    !opened(name) || holds ? [] : [{ path: ['decisions', name], message }]
  const zero = (key: string) => read(key) === 0
  const noClock = read('network.clients.clockHz') === null
  return [
    ...needs(
      'share',
      read('network.access') !== 'channels',
      'slots are whole channels; expected network.access: fdma or tdma',
    ),
    ...needs('clock', !noClock, 'clients have no clock; expected network.clients.clockHz'),
    ...needs('turn', read('dynamics') !== 'dynamic', 'turns are those of dynamics: static; found dynamic'),
    ...needs(
      'grants',
      read('dynamics') !== 'dynamic',
      'several slots a client take dynamics: static; found dynamic',
    ),
    ...needs(
      'edgeShare',
      read('dynamics') !== 'dynamic',
      'shares of a server take dynamics: static; found dynamic',
    ),
    ...needs(
      'deadline',
      read('dynamics') !== 'static',
      'a deadline that is decided takes dynamics: dynamic; found static',
    ),
    ...learningChecks(read, opened),
    ...sameNames(read),
    ...(zero('network.clients.cyclesPerRound') &&
    read('network.clients.switchedCapacitance') !== undefined &&
    !zero('network.clients.switchedCapacitance')
      ? [
          {
            path: ['network', 'clients', 'switchedCapacitance'],
            message: 'expected cyclesPerRound beside it: what takes energy at a clock',
          },
        ]
      : []),
    ...(noClock &&
    !zero('network.clients.cyclesPerRound') &&
    read('network.clients.cyclesPerRound') !== undefined
      ? [
          {
            path: ['network', 'clients', 'cyclesPerRound'],
            message: 'expected clockHz beside it: how fast cycles go',
          },
        ]
      : []),
  ]
}

/** Cuts, or payloads, that nobody could tell apart in tables. */
function sameNames(read: (key: string) => unknown): Diagnostic[] {
  return ['cut', 'payload'].flatMap((variable) => {
    const listed = read(`decisions.${variable}`)
    if (!Array.isArray(listed)) return []
    const names = listed.map((each: unknown) => {
      const { name, topK } = Object(each) as { name?: unknown; topK?: unknown }
      return typeof each === 'string' ? each : (name ?? (topK === undefined ? undefined : `top-${topK}`))
    })
    return names.flatMap((name, i) =>
      name !== undefined && names.indexOf(name) < i
        ? [
            {
              path: ['decisions', variable, String(i)],
              message: `there is a ${variable} ${String(name)} before it; expected another name`,
            },
          ]
        : [],
    )
  })
}

const LOADS_OF_SAMPLE = new Set(['headFlops', 'bodyFlops', 'uplinkBits', 'downlinkBits'])

/** Precisions that a training knows. */
const PRECISIONS = new Set<unknown>(['fp32', 'fp16', 'int8'])

/** What is decided of how numbers are sent, and of where a model is cut, has to reach the training, or not to bear on it. */
function learningChecks(read: (key: string) => unknown, opened: (name: string) => boolean): Diagnostic[] {
  if ((read('learning') ?? null) === null) return []
  const protocol = read('learning.protocol') ?? 'collaborative'
  const refuse = (name: string, message: string) => [{ path: ['decisions', name], message }]
  return [
    ...(opened('payload')
      ? (payloadFlaw(read, protocol)?.flatMap((why) => refuse('payload', why)) ?? [])
      : []),
    ...(opened('cut') ? (cutFlaw(read, protocol)?.flatMap((why) => refuse('cut', why)) ?? []) : []),
    ...(opened('cut') ? statedLoads(read) : []),
  ]
}

/** Numbers of a sample that the model which is learned has of its own; what a round takes beside is the scenario's to state. */
function statedLoads(read: (key: string) => unknown): Diagnostic[] {
  const cuts = read('decisions.cut')
  if (!Array.isArray(cuts)) return []
  if (!loadFollowsModel({ learning: read('learning'), workload: read('workload') })) return []
  return cuts.flatMap((cut: unknown, i) =>
    Object.entries(Object(cut))
      .filter(([key, value]) => LOADS_OF_SAMPLE.has(key) && value !== 0)
      .map(([key]) => ({
        path: ['decisions', 'cut', String(i), key],
        message: 'follows from the model that is learned; expected none, or learning.sizes: workload',
      })),
  )
}

function payloadFlaw(read: (key: string) => unknown, protocol: unknown): [string] | undefined {
  const payloads = read('decisions.payload')
  // What is no list is the schema's to refuse.
  if (!Array.isArray(payloads)) return undefined
  if (protocol === 'centralized')
    return ['clients send their samples as they are where all are in one place; expected null']
  if (!payloads.every((payload) => PRECISIONS.has(payload)))
    return [
      'what a client learns from what it sends is known for precisions alone, not for shares of the bits; expected fp32, fp16 or int8',
    ]
  if ((read('learning.precision') ?? 'fp32') !== 'fp32')
    return ['decides how numbers are sent, as learning.precision does; expected learning.precision: fp32']
  if (protocol !== 'federated' && read('learning.head.trained') === false)
    return [
      'what heads that are not trained make of a sample is worked out once, in one precision; expected learning.head.trained: true',
    ]
  return undefined
}

function cutFlaw(read: (key: string) => unknown, protocol: unknown): [string] | undefined {
  if (protocol === 'federated' || protocol === 'centralized')
    return [`nothing is cut under learning.protocol: ${protocol}; expected null, or splitfed-v1`]
  if (protocol !== 'splitfed-v1')
    return [
      `clients train one body together under learning.protocol: ${protocol}, which cannot begin behind another layer for each; expected null, or splitfed-v1, where each has its own`,
    ]
  const other = (key: string, usual: unknown) => {
    const found = read(key)
    return found === undefined || JSON.stringify(found) === JSON.stringify(usual)
      ? []
      : [`${key}: ${JSON.stringify(usual)}`]
  }
  const plugin = (key: string) => {
    const found = read(key) as { plugin?: unknown } | string | undefined
    const name = typeof found === 'object' ? found?.plugin : found
    return name === undefined || name === 'fedavg' ? [] : [`${key}: fedavg`]
  }
  // Only so is it the same training wherever the model is cut.
  const needed = [
    ...plugin('learning.aggregation.body'),
    ...plugin('learning.aggregation.head'),
    ...other('learning.precision', 'fp32'),
    ...other('decisions.payload', null),
    ...(read('learning.optimiser.kind') === 'sgd' ? [] : ['learning.optimiser.kind: "sgd"']),
    ...other('learning.privacy', null),
    ...other('learning.head.optimiser', null),
    ...other('learning.head.structures', []),
    ...other('learning.head.trained', true),
  ]
  if (needed.length > 0)
    return [
      `what is learned is the same wherever a model is cut only where heads and bodies are averaged alike, by optimisers that carry nothing on, and numbers sent as they are; expected ${needed.join(', ')}`,
    ]
  return undefined
}
