import { type PluginKind, pluginFolders } from '../../plugin/contracts.js'
import type { AnyPlugin } from '../../plugin/definition.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { annotationKeys, asNode, isSection, type SchemaNode } from './annotations.js'
import { scenarioFileSchema } from './schema.js'
import { referenceForms } from './schema-parts.js'
import { asWritten, mapSchema } from './written-schema.js'

/**
 * The JSON Schema (draft 7) of scenario files, for editors.
 *
 * Wherever a plugin is chosen it offers the registry's names, and the options of the one that was chosen. Other names
 * pass, since a scenario can bring plugins of its own; `cotwin validate` knows those too.
 */
export const scenarioSchema = (registry: PluginRegistry): Record<string, unknown> =>
  editorSchema(asNode(scenarioFileSchema), registry, {
    name: 'scenario',
    description: 'A network, a learning task and the schedulers to compare.',
  })

/** The same of any file that chooses plugins as scenarios do. */
export function editorSchema(
  schema: SchemaNode,
  registry: PluginRegistry,
  { name, description }: { readonly name: string; readonly description: string },
): Record<string, unknown> {
  const kinds = Object.keys(pluginFolders) as PluginKind[]
  const all = new Map(kinds.map((kind) => [kind, anyReference(registry.list(kind))]))
  const written = published(schema)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `urn:cotwin:${name}`,
    title: `cotwin ${name}`,
    description,
    ...written,
    definitions: Object.fromEntries([...all].filter(([kind]) => reaches(written, kind, all))),
  }
}

/** Whether a schema refers to a kind of plugin, or one that it refers to does. */
function reaches(schema: unknown, kind: PluginKind, all: ReadonlyMap<PluginKind, unknown>): boolean {
  const seen = new Set<PluginKind>()
  const visit = (text: string): boolean =>
    [...text.matchAll(/"#\/definitions\/([\w-]+)"/g)].some(([, found]) => {
      const referred = found as PluginKind
      if (referred === kind) return true
      if (seen.has(referred)) return false
      seen.add(referred)
      return visit(JSON.stringify(all.get(referred)))
    })
  return visit(JSON.stringify(schema))
}

/** The schema with references to plugins, and to keys that others are like (`x-like`), by `$ref`, and without what only cotwin reads. */
const published = (schema: SchemaNode): SchemaNode =>
  mapSchema(asWritten(schema), (node) => {
    const kept = Object.entries(node).filter(([key]) => !(annotationKeys as readonly string[]).includes(key))
    const [kind, like] = [node['x-plugin'], node['x-like']]
    const referred =
      kind !== undefined
        ? `#/definitions/${kind}`
        : like !== undefined && schema.properties?.[like]
          ? `#/properties/${like}`
          : undefined
    if (referred === undefined)
      return { ...Object.fromEntries(kept), ...(isSection(node) && { type: ['object', 'null'] }) }
    const { description, default: initial } = node
    return {
      ...(description !== undefined && { description }),
      ...(initial !== undefined && { default: initial }),
      allOf: [{ $ref: referred }],
    }
  })

function anyReference(plugins: readonly AnyPlugin[]): unknown {
  const allocate =
    plugins[0]?.kind === 'scheduler'
      ? { type: 'array', items: { $ref: '#/definitions/allocator' } }
      : undefined
  const [bareName, longForm] = referenceForms
  const { label } = longForm.properties
  const names = plugins.map(({ name, summary }) => ({ const: name, description: summary }))
  const ownPlugin = { ...bareName, description: 'A plugin of your own, from a file named in plugins.' }
  return {
    anyOf: [
      ...names,
      ownPlugin,
      {
        ...longForm,
        properties: {
          ...longForm.properties,
          label: published(label),
          plugin: { anyOf: [...names, ownPlugin] },
          ...(allocate && { allocate }),
        },
        ...(plugins.length > 0 && { allOf: plugins.map(optionsWhereChosen) }),
      },
    ],
  }
}

const optionsWhereChosen = ({ name, options }: AnyPlugin): unknown => ({
  if: { properties: { plugin: { const: name } }, required: ['plugin'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { properties: { options: published(asNode(options)) } },
})
