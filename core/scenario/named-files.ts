import type { PluginRegistry } from '../plugin/registry.js'
import { asNode, type SchemaNode } from './annotations.js'
import { itemSchema } from './references.js'
import type { Scenario } from './scenario.js'
import { scenarioFileSchema } from './schema.js'
import type { ResolvedReference } from './schema-parts.js'
import { formOf } from './validate.js'

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
