import { UserError } from '../errors.js'
import type { ContractOf, PluginKind } from './contracts.js'

/** What a plugin's `create` has to return at least: the members that its contract does not leave out. */
const required: { readonly [K in PluginKind]: readonly (keyof ContractOf[K] & string)[] } = {
  scheduler: ['decide'],
  placement: ['position'],
  propagation: ['meanGain'],
  fading: ['fill'],
  mobility: ['trajectory'],
  gains: ['fill'],
  churn: ['timeline'],
  'compute-time': ['factor'],
  dataset: ['sampleShape', 'classes', 'train', 'test'],
  partition: ['split'],
  aggregator: ['aggregate'],
  model: ['build'],
}

/** What was created, if it has what its kind needs; throws a `UserError` that names what is missing. */
export function withRequiredMembers(kind: PluginKind, name: string, created: unknown): unknown {
  const members: readonly string[] = required[kind]
  const has = (member: string) => (created as Record<string, unknown> | null)?.[member] !== undefined
  const isObject = typeof created === 'object' && created !== null
  if (isObject && members.every(has)) return created
  const missing = members.filter((member) => !isObject || !has(member))
  const found = isObject
    ? `it lacks ${missing.join(', ')}`
    : `it returned ${created === undefined || created === null ? 'nothing' : `a ${typeof created}`}`
  throw new UserError(
    `${kind} plugin "${name}": create() has to return an object with ${members.join(', ')}; ${found}`,
  )
}
