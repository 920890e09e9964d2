import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { lackOfMemory } from '../../memory.js'
import { isSlipOf, nearestName } from '../../nearest.js'
import type { PluginKind } from '../../plugin/contracts.js'
import type { AnyPlugin, NetworkSizes } from '../../plugin/definition.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { asNode, type SchemaNode } from '../schema/annotations.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import { type MapNode, originOf, type Path } from '../tree/source-node.js'
import { check, formMeant } from './validate.js'

/** What references are checked with besides the plugins there are. */
interface Within {
  /** Where given, what options would keep in memory is checked. */
  readonly sizes?: NetworkSizes
  readonly nesting?: number
  /** What is wrong with a file that is named, where files are to be there already. */
  readonly violationOfFile?: (written: string, path: Path) => FileViolation | undefined
}

/** Why a file cannot be used. */
export interface FileViolation {
  readonly message: string
  readonly suggestion?: string
}

/** Plugins that take plugins that take plugins: beyond this a default must lead back to itself. */
const DEEPEST_NESTING = 8

/**
 * What is wrong with the plugins that a value names, defaults included: unknown names, and their options.
 *
 * The value may be wrong in other ways: what can be told from the rest of it is told.
 */
export function checkReferences(
  schema: SchemaNode,
  value: unknown,
  registry: PluginRegistry,
  path: Path = [],
  within: Within = {},
): Diagnostic[] {
  const { sizes, nesting = 0, violationOfFile } = within
  if (schema['x-file']) {
    const violation = typeof value === 'string' && value !== '' ? violationOfFile?.(value, path) : undefined
    return violation ? [{ path, ...violation }] : []
  }
  const kind = schema['x-plugin']
  if (kind) {
    const { plugin: name, options, allocate } = asReference(value)
    if (typeof name !== 'string') return []
    const known = registry.find(kind, name)
    const unknown = known ? [] : [unknownPlugin(registry, kind, name, value, path)]
    // Options of a name with a slip in it are those of the plugin that was meant.
    const plugin = known ?? meantBy(registry, kind, name)
    if (!plugin || !isMapping(options)) return unknown
    if (nesting > DEEPEST_NESTING) return [{ path, message: 'plugins are nested too deeply in options' }]
    const inside = [...path, 'options']
    const optionsSchema = asNode(plugin.options)
    const wrong = check(optionsSchema, options, inside)
    return [
      ...unknown,
      ...wrong,
      ...checkRanges(optionsSchema, options, inside),
      ...(wrong.length === 0 ? lackingMemory(plugin, options, inside, sizes) : []),
      ...checkReferences(optionsSchema, options, registry, inside, {
        ...within,
        nesting: nesting + 1,
      }),
      ...(Array.isArray(allocate) ? allocate : []).flatMap((each, i) =>
        checkReferences(
          { 'x-plugin': 'allocator' },
          each,
          registry,
          [...path, 'allocate', String(i)],
          within,
        ),
      ),
    ]
  }
  const forms = schema.anyOf ?? schema.oneOf
  if (forms) {
    const form = formMeant(forms, value)
    return form ? checkReferences(form, value, registry, path, within) : []
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const inner = itemSchema(schema, index)
      return inner ? checkReferences(inner, item, registry, [...path, String(index)], within) : []
    })
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const given = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : inner.default
    return given === undefined ? [] : checkReferences(inner, given, registry, [...path, key], within)
  })
}

/** What options ask for that the machine has no memory for. */
function lackingMemory(
  plugin: AnyPlugin,
  options: object,
  path: Path,
  sizes: NetworkSizes | undefined,
): Diagnostic[] {
  if (!plugin.memory || !sizes) return []
  const { properties = {} } = asNode(plugin.options)
  const defaults = Object.entries(properties).map(([key, inner]) => [key, inner.default])
  const whole: unknown = { ...Object.fromEntries(defaults), ...options }
  return plugin.memory(whole, sizes).flatMap(({ option, ...need }) => {
    const lack = lackOfMemory(need)
    return lack === undefined
      ? []
      : [{ path: [...path, option], message: `${lack}; expected a smaller number` }]
  })
}

const isMapping = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function unknownPlugin(
  registry: PluginRegistry,
  kind: PluginKind,
  name: string,
  value: unknown,
  path: Path,
): Diagnostic {
  return { path: typeof value === 'string' ? path : [...path, 'plugin'], ...registry.unknown(kind, name) }
}

function meantBy(registry: PluginRegistry, kind: PluginKind, name: string) {
  const { suggestion } = registry.unknown(kind, name)
  return suggestion !== undefined && isSlipOf(name, suggestion) ? registry.find(kind, suggestion) : undefined
}

/** The long form of a reference as it was written. */
export function asReference(value: unknown): {
  plugin: unknown
  label: unknown
  options: unknown
  allocate: unknown
} {
  if (typeof value !== 'object' || value === null)
    return { plugin: value, label: undefined, options: {}, allocate: undefined }
  const { plugin, label, options = {}, allocate } = value as Record<string, unknown>
  return { plugin, label, options, allocate }
}

/** The schema of a list's item. */
export function itemSchema({ items }: SchemaNode, index: number): SchemaNode | undefined {
  return Array.isArray(items) ? items[index] : (items as SchemaNode | undefined)
}

/** The ranges ([low, high], `x-range`) of a mapping that are the wrong way round. */
function checkRanges(schema: SchemaNode, value: object, path: Path): Diagnostic[] {
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

/** What is wrong with a file that a scenario names at a path, as seen from the file that names it; undefined where it is there. */
export const violationOfFileIn =
  (tree: MapNode) =>
  (written: string, path: Path): FileViolation | undefined => {
    const file = resolve(originOf(tree, path).source.directory, written)
    if (existsSync(file)) return undefined
    const directory = dirname(file)
    const suggestion = nearestName(basename(file), existsSync(directory) ? readdirSync(directory) : [])
    const message = `there is no file ${JSON.stringify(written)}`
    return { message, ...(suggestion !== undefined && { suggestion }) }
  }
