import { carriedBy, type LearningProtocol } from '../../plugin/learning-protocols.js'
import { resolveReference } from '../../plugin/options.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import { asReference } from './references.js'

type Read = (key: string) => unknown

type Mapping = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isZero = (value: unknown): boolean => value === 0

/** What a client's turn can have of its own. */
const decidable = ['power', 'serverPower', 'clock', 'share', 'cut', 'payload', 'samples', 'steps', 'deadline']

const holdsNothingElse = (value: unknown): boolean =>
  Object.entries(value ?? {}).every(([name, each]) => each === null || decidable.includes(name))

/** What can be learned under the protocol that a value names, its own first; undefined where it names none that there is. */
function carried(protocol: unknown, registry: PluginRegistry): readonly LearningProtocol[] | undefined {
  const { plugin: name, options } = asReference(protocol)
  if (typeof name !== 'string' || !isMapping(options)) return undefined
  const plugin = registry.find('protocol', name)
  return (
    plugin && carriedBy(plugin, resolveReference(registry, 'protocol', { plugin: name, options }).options)
  )
}

/** A scenario as it was written, learning by its protocol's own `learning.protocol` where it names none. */
export function withOwnLearningProtocol(value: unknown, registry: PluginRegistry): Mapping {
  const written = isMapping(value) ? value : {}
  const { protocol = null, learning = null } = written
  if (protocol === null || !isMapping(learning) || Object.hasOwn(learning, 'protocol')) return written
  const [own] = carried(protocol, registry) ?? []
  return own === undefined ? written : { ...written, learning: { ...learning, protocol: own } }
}

const ofRounds: Diagnostic = {
  path: ['network', 'backhaul'],
  message: 'takes a protocol; in rounds Stage II is free, as in the paper',
}

/** Whether nothing on the backhaul takes time or energy. */
function isFree(backhaul: unknown): boolean {
  if (!isMapping(backhaul)) return true
  const { bitsPerSecond = null, latencySeconds = 0, aggregationSeconds = 0, joulesPerBit = 0 } = backhaul
  return bitsPerSecond === null && [latencySeconds, aggregationSeconds, joulesPerBit].every(isZero)
}

/** What a protocol of processes does not go with. */
export function checkProtocol(read: Read, registry: PluginRegistry): Diagnostic[] {
  const protocol = read('protocol') ?? null
  if (protocol === null) return isFree(read('network.backhaul')) ? [] : [ofRounds]
  if (read('dynamics') === 'static') return []
  const rules: readonly [key: string, fits: (value: unknown) => boolean, expected: string][] = [
    ['round.deadlineSeconds', (value) => value === null, 'null: deadlines are options of the protocol'],
    ['record.coherenceTimesSeconds', (value) => Array.isArray(value) && value.length === 0, '[]'],
    ['objective.unserved', isZero, '0: who is not in a row is in another'],
    ['objective.unservedSample', isZero, '0: who is not in a row is in another'],
    ['objective.terms', (value) => Array.isArray(value) && value.length === 0, '[]: they go by rounds'],
    ['decisions', holdsNothingElse, `${decidable.join(', ')} at most: what else is decided goes by rounds`],
    ['constraints.onViolation', (value) => value === 'error', 'error: clients take turns on a slot'],
  ]
  const found = rules.flatMap(([key, fits, expected]): Diagnostic[] => {
    const value = read(key)
    if (value === undefined || fits(value)) return []
    return [
      { path: key.split('.'), message: `does not go with a protocol of processes; expected ${expected}` },
    ]
  })
  if (
    (read('network.backhaul.bitsPerSecond') || read('network.backhaul.joulesPerBit')) &&
    read('learning') === null &&
    read('network.backhaul.bodyBits') === null
  )
    found.push({
      path: ['network', 'backhaul', 'bodyBits'],
      message: 'nothing is learned that would tell what a body takes; expected a number of bits',
    })
  return [
    ...found,
    ...checkLoads(protocol, read('decisions'), registry),
    ...checkCarried(protocol, read('learning'), registry),
    ...checkWithoutCloud(protocol, read('learning'), registry),
  ]
}

/** What is decided of loads, where a protocol has loads of its own. */
function checkLoads(protocol: unknown, decisions: unknown, registry: PluginRegistry): Diagnostic[] {
  const { plugin: name } = asReference(protocol)
  if (typeof name !== 'string' || !isMapping(decisions) || !registry.find('protocol', name)?.ownLoads)
    return []
  return ['cut', 'payload', 'samples', 'steps']
    .filter((variable) => (decisions[variable] ?? null) !== null)
    .map((variable) => ({
      path: ['decisions', variable],
      message: `under the protocol ${name} clients send and compute amounts of its own; expected null`,
    }))
}

/** What a cloud would do, where there is none. */
function checkWithoutCloud(protocol: unknown, learning: unknown, registry: PluginRegistry): Diagnostic[] {
  const { plugin: name } = asReference(protocol)
  if (typeof name !== 'string' || !isMapping(learning)) return []
  if (!registry.find('protocol', name)?.withoutCloud) return []
  const { body, headParticipants = 'none' } = isMapping(learning.aggregation) ? learning.aggregation : {}
  const { plugin: aggregator } = asReference(body ?? 'fedavg')
  const of = (key: string, message: string): Diagnostic => ({
    path: ['learning', 'aggregation', key],
    message,
  })
  return [
    ...(aggregator === 'fedavg'
      ? []
      : [of('body', `under the protocol ${name} edge servers mix their bodies themselves; expected fedavg`)]),
    ...(headParticipants === 'none'
      ? []
      : [of('headParticipants', `under the protocol ${name} nobody puts heads together; expected none`)]),
  ]
}

/** Whether what is learned can be learned under the protocol. */
function checkCarried(protocol: unknown, learning: unknown, registry: PluginRegistry): Diagnostic[] {
  const learnable = carried(protocol, registry)
  if (!learnable || !isMapping(learning)) return []
  const { protocol: learned = 'collaborative' } = learning
  // What is no name is the schema's to refuse.
  if (typeof learned !== 'string' || learnable.some((name) => name === learned)) return []
  const message = `${learned} cannot be learned under the protocol ${String(asReference(protocol).plugin)}; expected ${learnable.join(' or ') || 'learning: null'}`
  return [{ path: ['learning', 'protocol'], message }]
}
