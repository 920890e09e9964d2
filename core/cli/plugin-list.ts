import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import { type PluginKind, pluginFolders } from '../plugin/contracts.js'
import type { AnyPlugin } from '../plugin/definition.js'
import { resolveReference } from '../plugin/options.js'
import type { PluginRegistry } from '../plugin/registry.js'
import type { InformationTier } from '../plugin/tiers.js'
import { tierOf } from '../plugin/tiers.js'
import { asNode, type SchemaNode } from '../scenario/schema/annotations.js'
import { expectation, withArticle } from '../scenario/schema/expected.js'

/** A plugin as people and machines are told of it. */
export interface PluginDescription {
  readonly kind: PluginKind
  readonly name: string
  readonly summary: string
  /** What it gets to know with its default options; schedulers only. */
  readonly tier?: InformationTier
  /** Whether other options give it another tier. */
  readonly tierByOptions?: boolean
  readonly options: readonly OptionDescription[]
}

export interface OptionDescription {
  readonly name: string
  readonly description: string
  /** What it takes, in words: type, range and unit. */
  readonly expected: string
  /** Absent where it has none. */
  readonly default?: unknown
  readonly required: boolean
  /** JSON Schema. */
  readonly schema: SchemaNode
}

/** The plugins of a kind or of a name, or all of them; a `UserError` names the nearest where there is none. */
export function selectPlugins(registry: PluginRegistry, wanted?: string): AnyPlugin[] {
  if (wanted === undefined) return registry.list()
  const kinds = Object.keys(pluginFolders) as PluginKind[]
  const kind = kinds.find((each) => each === wanted || pluginFolders[each] === wanted)
  if (kind) return registry.list(kind)
  const named = registry.list().filter(({ name }) => name === wanted)
  if (named.length > 0) return named
  const suggestion = nearestName(wanted, [...kinds, ...registry.list().map(({ name }) => name)])
  throw new UserError({
    message: `there is neither a kind nor a plugin "${wanted}"; the kinds are ${kinds.join(', ')}`,
    ...(suggestion !== undefined && { suggestion }),
  })
}

/** Describes a plugin of the registry. */
export function describePlugin(plugin: AnyPlugin, registry: PluginRegistry): PluginDescription {
  const { kind, name, summary } = plugin
  const { properties = {}, required = [] } = asNode(plugin.options)
  const defaults = resolveReference(registry, kind, name).options
  return {
    kind,
    name,
    summary,
    ...(kind === 'scheduler' && {
      tier: tierOf(plugin, defaults),
      tierByOptions: typeof plugin.tier === 'function',
    }),
    options: Object.entries(properties).map(([option, schema]) => ({
      name: option,
      description: schema.description ?? '',
      expected: schema['x-plugin'] ? `${withArticle(schema['x-plugin'])} plugin` : expectation(schema),
      ...(schema.default !== undefined && { default: schema.default }),
      required: required.includes(option) && schema.default === undefined,
      schema,
    })),
  }
}
