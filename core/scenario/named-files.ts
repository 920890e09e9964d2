import type { PluginRegistry } from '../plugin/registry.js'
import { itemSchema } from './checks/references.js'
import { formOf } from './checks/validate.js'
import type { Scenario } from './scenario.js'
import { asNode, type SchemaNode } from './schema/annotations.js'
import { scenarioFileSchema } from './schema/schema.js'
import type { ResolvedReference } from './schema/schema-parts.js'

/** The files of data that a scenario names, in plugin options too, as it names them; plugins and bases are not among them. */
export function namedFiles(scenario: Scenario, registry: PluginRegistry): string[] {
  const names = new Set<string>()
  renameFiles(scenario, registry, (name) => {
    names.add(name)
    return name
  })
  return [...names]
}

/** The scenario with every file of data that it names called otherwise. */
export const renameFiles = (
  scenario: Scenario,
  registry: PluginRegistry,
  rename: (name: string) => string,
): Scenario => renamed(asNode(scenarioFileSchema), scenario, { registry, rename }) as Scenario

interface Renaming {
  readonly registry: PluginRegistry
  readonly rename: (name: string) => string
}

function renamed(schema: SchemaNode, value: unknown, renaming: Renaming): unknown {
  if (value === null || value === undefined) return value
  if (schema['x-file']) return typeof value === 'string' ? renaming.rename(value) : value
  const kind = schema['x-plugin']
  if (kind) {
    const reference = value as ResolvedReference
    const options = asNode(renaming.registry.get(kind, reference.plugin).options)
    const { allocate } = reference
    return {
      ...reference,
      options: renamed(options, reference.options, renaming),
      ...(allocate && {
        allocate: allocate.map((each) => renamed({ 'x-plugin': 'allocator' }, each, renaming)),
      }),
    }
  }
  const forms = schema.anyOf ?? schema.oneOf
  if (forms) {
    const form = formOf(forms, value)
    return form ? renamed(form, value, renaming) : value
  }
  if (Array.isArray(value))
    return value.map((item, index) => renamed(itemSchema(schema, index) ?? {}, item, renaming))
  if (typeof value !== 'object') return value
  const properties = schema.properties ?? {}
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      Object.hasOwn(properties, key) ? renamed(properties[key]!, inner, renaming) : inner,
    ]),
  )
}
