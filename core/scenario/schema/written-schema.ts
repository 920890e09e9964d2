import type { SchemaNode } from './annotations.js'
import { formsOfReference } from './schema-parts.js'

/** The schema with a change made to every schema within it, innermost first. */
export function mapSchema(node: SchemaNode, change: (node: SchemaNode) => SchemaNode): SchemaNode {
  const inner = Object.entries(node).map(([key, value]) => [key, mapKeyword(key, value, change)])
  return change(Object.fromEntries(inner) as SchemaNode)
}

const holdsOneOrMore = new Set([
  'items',
  'additionalItems',
  'additionalProperties',
  'contains',
  'propertyNames',
])
const holdsConditions = new Set(['anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else'])
const holdsNamed = new Set(['properties', 'patternProperties', '$defs', 'definitions'])

function mapKeyword(key: string, value: unknown, change: (node: SchemaNode) => SchemaNode): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (holdsNamed.has(key)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, schema]) => [name, mapSchema(schema, change)]),
    )
  }
  if (!holdsOneOrMore.has(key) && !holdsConditions.has(key)) return value
  return Array.isArray(value)
    ? value.map((schema) => mapSchema(schema, change))
    : mapSchema(value as SchemaNode, change)
}

/** What a file may hold: a key with a default may be left out, and a plugin is named in one of two ways. */
export const asWritten = (schema: SchemaNode): SchemaNode =>
  mapSchema(schema, (node) => {
    if (node['x-plugin']) return { ...node, anyOf: formsOfReference(node['x-allocates'] ?? false) }
    if (!node.required) return node
    const { required, ...rest } = node
    const still = required.filter((key) => node.properties?.[key]?.default === undefined)
    return still.length > 0 ? { ...rest, required: still } : rest
  })
