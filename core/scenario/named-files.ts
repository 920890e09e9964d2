import type { PluginRegistry } from '../plugin/registry.js'
import { itemSchema } from './checks/references.js'
import { formOf } from './checks/validate.js'
import type { Scenario } from './scenario.js'
import { asNode, type SchemaNode } from './schema/annotations.js'
import { scenarioFileSchema } from './schema/schema.js'
import type { ResolvedReference } from './schema/schema-parts.js'

/** The files of data that a scenario names, in plugin options too, as it names them; plugins and bases are not among them. */
export const namedFiles = (scenario: Scenario, registry: PluginRegistry): string[] => [
  ...new Set(collect(asNode(scenarioFileSchema), scenario, registry)),
]

function collect(schema: SchemaNode, value: unknown, registry: PluginRegistry): string[] {
  if (value === null || value === undefined) return []
  if (schema['x-file']) return typeof value === 'string' ? [value] : []
  const kind = schema['x-plugin']
  if (kind) {
    const { plugin, options } = value as ResolvedReference
    return collect(asNode(registry.get(kind, plugin).options), options, registry)
  }
  const forms = schema.anyOf ?? schema.oneOf
  if (forms) {
    const form = formOf(forms, value)
    return form ? collect(form, value, registry) : []
  }
  if (Array.isArray(value))
    return value.flatMap((item, index) => collect(itemSchema(schema, index) ?? {}, item, registry))
  if (typeof value !== 'object') return []
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
    collect(inner, (value as Record<string, unknown>)[key], registry),
  )
}
