import type { RandomSource } from '../../plugin/needs.js'
import type { PerNodeValue, Scenario } from '../scenario.js'
import { asNode, type NodeKind, type SchemaNode } from './annotations.js'
import { realise } from './distribution.js'
import { scenarioFileSchema } from './schema.js'

/** A key of the scenario that takes a value for each client or server. */
export interface PerNodeKey {
  readonly path: readonly string[]
  readonly nodes: NodeKind
  /** The schema of one number: its limits and unit. */
  readonly number: SchemaNode
}

/** Every key that takes a value for each node. */
export const perNodeKeys: readonly PerNodeKey[] = collect(asNode(scenarioFileSchema), [])

function collect(schema: SchemaNode, path: readonly string[]): PerNodeKey[] {
  const nodes = schema['x-per']
  const number = schema.anyOf?.find(({ type }) => type === 'number' || type === 'integer')
  if (nodes && number) return [{ path, nodes, number }]
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => collect(inner, [...path, key]))
}

/**
 * The values of one key, e.g. `network.clients.powerDbm`, length N or M; null where the scenario sets no limit.
 *
 * Each node draws from the stream of that name and its index.
 */
export function realiseKey(scenario: Scenario, key: string, random: RandomSource): Float64Array | null {
  const found = perNodeKeys.find(({ path }) => path.join('.') === key)
  if (!found) throw new RangeError(`the scenario has no values per node at ${key}`)
  const { path, nodes, number } = found
  const value = path.reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], scenario)
  if (value === null) return null
  const { minimum, exclusiveMinimum, maximum, type, 'x-unit': unit } = number
  return realise(value as PerNodeValue, scenario.network[nodes].count, (node) => random.stream(key, node), {
    path: key,
    noun: nodes.slice(0, -1),
    whole: type === 'integer',
    ...(minimum !== undefined && { minimum }),
    ...(exclusiveMinimum !== undefined && { exclusiveMinimum }),
    ...(maximum !== undefined && { maximum }),
    ...(unit !== undefined && { unit }),
  })
}
