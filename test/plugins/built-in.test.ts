import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { pluginFolders } from '../../core/plugin/contracts.js'
import { type AnyPlugin, informationTiers, type PluginKind } from '../../core/plugin/index.js'
import { check } from '../../core/scenario/checks/validate.js'
import { asNode, type SchemaNode } from '../../core/scenario/schema/annotations.js'
import { builtInPlugins } from '../../plugins/index.js'

const root = fileURLToPath(new URL('../../plugins', import.meta.url))

/** Options that have to be given, since nothing can stand for them, each with some value that its schema accepts. */
function requiredOptions(plugin: AnyPlugin): Record<string, unknown> {
  const { required = [], properties = {} } = asNode(plugin.options)
  const without = required.filter((name) => properties[name].default === undefined)
  return Object.fromEntries(without.map((name) => [name, sampleOf(properties[name])]))
}

function sampleOf({ type, items, minItems = 1 }: SchemaNode): unknown {
  if (type === 'string') return 'positions.csv'
  if (type !== 'array') return 1
  return Array.from({ length: minItems }, () => sampleOf(items as SchemaNode))
}

const optionsOf = (plugin: AnyPlugin): [string, SchemaNode][] =>
  Object.entries(asNode(plugin.options).properties ?? {})

describe.each(builtInPlugins.list().map((plugin) => [`${plugin.kind}/${plugin.name}`, plugin] as const))(
  '%s',
  (_, plugin) => {
    const given = requiredOptions(plugin)

    test('is the default export of the file of its name', async () => {
      const file = join(root, pluginFolders[plugin.kind], `${plugin.name}.ts`)
      expect((await import(file)).default).toBe(plugin)
      expect(plugin.name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    })

    test('is summed up in a line', () => {
      expect(plugin.summary).toMatch(/^[^\n]{10,}$/)
      expect(plugin.summary).not.toMatch(/\.$/)
    })

    test('describes each of its options', () => {
      for (const [name, option] of optionsOf(plugin))
        expect(option.description ?? '', name).toMatch(/\S.{5,}/)
    })

    test('has defaults that its own schema accepts', () => {
      const defaults = Object.fromEntries(
        optionsOf(plugin).flatMap(([name, option]) =>
          option.default === undefined ? [] : [[name, option.default]],
        ),
      )
      expect(check(asNode(plugin.options), { ...defaults, ...given })).toEqual([])
      // What has a default may be left out.
      expect(check(asNode(plugin.options), given)).toEqual([])
    })

    test('refuses an option that it does not have', () => {
      const [diagnostic, ...others] = check(asNode(plugin.options), { ...given, surprise: 1 })
      expect(diagnostic.message).toMatch(/^unknown key "surprise"/)
      expect(others).toEqual([])
    })

    test('is frozen', () => {
      expect(Object.isFrozen(plugin)).toBe(true)
    })

    test('declares an information tier if it is a scheduler, and only then', () => {
      if (plugin.kind !== 'scheduler') expect(plugin.tier).toBeUndefined()
      else if (typeof plugin.tier !== 'function') expect(informationTiers).toContain(plugin.tier)
    })
  },
)

test.each(Object.entries(pluginFolders) as [PluginKind, string][])(
  'every file of a %s is one plugin, plugins/%s, and in the index',
  async (kind, folder) => {
    const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts'))
    const modules = await Promise.all(files.map((file) => import(join(root, folder, file))))
    // A file that is no plugin has no default and is not in the list either.
    expect(new Set(modules.map((module) => module.default as unknown))).toEqual(
      new Set(builtInPlugins.list(kind)),
    )
    expect(builtInPlugins.list(kind)).toHaveLength(files.length)
  },
)

test.each(Object.values(pluginFolders))('folders of plugins/%s are a plugin’s own, or shared', (folder) => {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  const plugins = entries.filter((entry) => entry.isFile()).map(({ name }) => name.replace(/\.ts$/, ''))
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  expect(folders.filter((name) => name !== 'shared' && !plugins.includes(name))).toEqual([])
})
