import { isSection, type SchemaNode } from '../schema/annotations.js'
import { type MapNode, mapOf, type SourceNode } from './source-node.js'

/** The tree with every section that is null (`budgets:`, `budgets: null`) as one that says nothing: its defaults hold. */
export function withEmptySections(tree: MapNode, schema: SchemaNode): MapNode {
  const entries = [...tree.entries].map(([key, entry]) => {
    const inner = propertyOf(schema, key)
    return [key, inner ? { ...entry, value: emptied(entry.value, inner) } : entry] as const
  })
  return mapOf(tree.origin, entries)
}

function emptied(node: SourceNode, schema: SchemaNode): SourceNode {
  if (node.kind === 'map') return withEmptySections(node, schema)
  return node.kind === 'scalar' && node.value === null && isSection(schema) ? mapOf(node.origin, []) : node
}

/** The schema of a key of a mapping, or of the one mapping among the forms of a union. */
function propertyOf(schema: SchemaNode, key: string): SchemaNode | undefined {
  const named = [schema, ...(schema.anyOf ?? [])].find(({ properties }) => properties)?.properties ?? {}
  return Object.hasOwn(named, key) ? named[key] : undefined
}
