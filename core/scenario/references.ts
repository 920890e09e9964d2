import type { PluginRegistry } from '../plugin/registry.js'
import { asNode, type SchemaNode } from './annotations.js'
import type { Finding } from './finding.js'
import type { Path } from './located.js'
import { checkRanges } from './ranges.js'
import { check, formOf } from './validate.js'

/** Plugins that take plugins that take plugins: beyond this a default must lead back to itself. */
const DEEPEST_NESTING = 8

/** What is wrong with the plugins that a value names, defaults included: unknown names, and their options. */
export function checkReferences(
  schema: SchemaNode,
  value: unknown,
  registry: PluginRegistry,
  path: Path = [],
  nesting = 0,
): Finding[] {
  const kind = schema['x-plugin']
  if (kind) {
    const { plugin: name, options } = asReference(value)
    if (typeof name !== 'string') return []
    const plugin = registry.find(kind, name)
    if (!plugin)
      return [
        { path: typeof value === 'string' ? path : [...path, 'plugin'], ...registry.unknown(kind, name) },
      ]
    if (nesting > DEEPEST_NESTING) return [{ path, message: 'plugins are nested too deeply in options' }]
    if (typeof options !== 'object' || options === null) return []
    const inside = [...path, 'options']
    const optionsSchema = asNode(plugin.options)
    return [
      ...check(optionsSchema, options, inside),
      ...checkRanges(optionsSchema, options, inside),
      ...checkReferences(optionsSchema, options, registry, inside, nesting + 1),
    ]
  }
  const forms = schema.anyOf ?? schema.oneOf
  if (forms) {
    const form = formOf(forms, value)
    return form ? checkReferences(form, value, registry, path, nesting) : []
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const inner = itemSchema(schema, index)
      return inner ? checkReferences(inner, item, registry, [...path, String(index)], nesting) : []
    })
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const given = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : inner.default
    return given === undefined ? [] : checkReferences(inner, given, registry, [...path, key], nesting)
  })
}

/** The long form of a reference as it was written. */
export function asReference(value: unknown): { plugin: unknown; label: unknown; options: unknown } {
  if (typeof value !== 'object' || value === null) return { plugin: value, label: undefined, options: {} }
  const { plugin, label, options = {} } = value as Record<string, unknown>
  return { plugin, label, options }
}

/** The schema of a list's item. */
export function itemSchema({ items }: SchemaNode, index: number): SchemaNode | undefined {
  return Array.isArray(items) ? items[index] : (items as SchemaNode | undefined)
}
