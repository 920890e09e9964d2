import Type from 'typebox'
import type { PluginKind } from './contracts.js'
import type { PluginReference } from './needs.js'
import type { PluginRegistry } from './registry.js'

interface OptionsSchema {
  readonly properties?: Readonly<Record<string, { readonly default?: unknown }>>
}

/** A reference with the plugin's own defaults where it leaves options out; a bare name takes them all. */
export function resolveReference(
  registry: PluginRegistry,
  kind: PluginKind,
  reference: string | PluginReference,
): Required<PluginReference> {
  const { plugin: name, options = {} } = typeof reference === 'string' ? { plugin: reference } : reference
  const { properties = {} } = registry.get(kind, name).options as OptionsSchema
  const defaults = Object.entries(properties).filter(([, option]) => option.default !== undefined)
  return {
    plugin: name,
    options: { ...Object.fromEntries(defaults.map(([key, option]) => [key, option.default])), ...options },
  }
}

/**
 * Option schema of another plugin: its bare name or `{ plugin, options }`.
 *
 * `x-plugin` implies that form; the name and the options are checked with the scenario, against that plugin's own schema.
 */
export const pluginReference = (kind: PluginKind, description: string, defaultName?: string) =>
  Type.Unsafe<PluginReference>({
    description: `${description} A ${kind} plugin: its name, or { plugin, options }.`,
    'x-plugin': kind,
    ...(defaultName !== undefined && { default: defaultName }),
  })
