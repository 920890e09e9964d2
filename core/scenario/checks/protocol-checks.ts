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

const holdsNothing = (value: unknown): boolean => Object.values(value ?? {}).every((each) => each === null)

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

/** What a protocol of processes does not go with. */
export function checkProtocol(read: Read, registry: PluginRegistry): Diagnostic[] {
  const protocol = read('protocol') ?? null
  if (protocol === null || read('dynamics') === 'static') return []
  const rules: readonly [key: string, fits: (value: unknown) => boolean, expected: string][] = [
    ['decisionTime', (value) => value === 'ignore', 'ignore'],
    ['twin', (value) => value === 'perfect', 'perfect'],
    ['round.deadlineSeconds', (value) => value === null, 'null: deadlines are options of the protocol'],
    ['record.coherenceTimesSeconds', (value) => Array.isArray(value) && value.length === 0, '[]'],
    ['network.access', (value) => value === 'channels', 'channels'],
    ['network.clients.waitingPowerW', isZero, '0: nobody waits for the slowest'],
    ['network.clients.receivePowerW', isZero, '0'],
    ['objective.unserved', isZero, '0: who is not in a row is in another'],
    ['objective.unservedSample', isZero, '0: who is not in a row is in another'],
    ['objective.terms', (value) => Array.isArray(value) && value.length === 0, '[]: they go by rounds'],
    ['decisions', holdsNothing, 'slots to be all that is decided'],
    ['constraints.onViolation', (value) => value === 'error', 'error: clients take turns on a slot'],
  ]
  const found = rules.flatMap(([key, fits, expected]): Diagnostic[] => {
    const value = read(key)
    if (value === undefined || fits(value)) return []
    return [
      { path: key.split('.'), message: `does not go with a protocol of processes; expected ${expected}` },
    ]
  })
  return [...found, ...checkCarried(protocol, read('learning'), registry)]
}

/** Whether what is learned can be learned under the protocol. */
function checkCarried(protocol: unknown, learning: unknown, registry: PluginRegistry): Diagnostic[] {
  const learnable = carried(protocol, registry)
  if (!learnable || !isMapping(learning)) return []
  const { protocol: learned = 'collaborative' } = learning
  if (learnable.some((name) => name === learned)) return []
  const message = `${String(learned)} cannot be learned under the protocol ${String(asReference(protocol).plugin)}; expected ${learnable.join(' or ')}`
  return [{ path: ['learning', 'protocol'], message }]
}
