import type { SchemaNode } from './annotations.js'
import type { Diagnostic } from './diagnostic.js'
import type { Path } from './source-node.js'

/** The ranges ([low, high], `x-range`) of a mapping that are the wrong way round. */
export function checkRanges(schema: SchemaNode, value: object, path: Path): Diagnostic[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const node = schema.properties?.[key]
    if (!node) return []
    const at = [...path, key]
    if (node['x-range'] && Array.isArray(inner)) {
      const [low, high]: unknown[] = inner
      const turned = typeof low === 'number' && typeof high === 'number' && low > high
      return turned ? [{ path: at, message: `expected [low, high], found [${low}, ${high}]` }] : []
    }
    return typeof inner === 'object' && inner !== null ? checkRanges(node, inner, at) : []
  })
}
