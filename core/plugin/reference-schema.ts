import Type from 'typebox'
import type { PluginKind } from './contracts.js'
import type { PluginReference } from './needs.js'

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
