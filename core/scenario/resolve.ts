import { isAbsolute, relative, resolve as resolvePath, sep } from 'node:path'
import type { PluginRegistry } from '../plugin/registry.js'
import { asReference, itemSchema } from './checks/references.js'
import { formOf } from './checks/validate.js'
import { asNode, type SchemaNode } from './schema/annotations.js'
import { find, type Path, type SourceNode } from './tree/source-node.js'

/** What defaults and paths are resolved with. */
export interface ResolveContext {
  readonly registry: PluginRegistry
  /** What was written, to know which file named a path. */
  readonly tree: SourceNode
  /** The scenario's own directory, absolute. */
  readonly directory: string
}

/**
 * A checked value with every default filled in and plugins as `{ plugin, label, options }`, frozen.
 *
 * Keys come in the order of the schema, so equal scenarios are equal text however they were written.
 */
export function resolve(
  schema: SchemaNode,
  value: unknown,
  context: ResolveContext,
  path: Path = [],
): unknown {
  const kind = schema['x-plugin']
  if (kind) {
    const { plugin, label = plugin, options, allocate } = asReference(value)
    const optionsSchema = asNode(context.registry.get(kind, String(plugin)).options)
    return Object.freeze({
      plugin,
      label,
      options: resolve(optionsSchema, options, context, [...path, 'options']),
      ...(Array.isArray(allocate) &&
        allocate.length > 0 && {
          allocate: allocate.map((each, i) =>
            resolve({ 'x-plugin': 'allocator' }, each, context, [...path, 'allocate', String(i)]),
          ),
        }),
    })
  }
  if (schema['x-file'] && typeof value === 'string') return fileFromScenario(value, context, path)
  const forms = schema.anyOf ?? schema.oneOf
  if (forms) {
    const form = formOf(forms, value)
    if (form) return resolve(form, value, context, path)
  }
  if (Array.isArray(value)) {
    return Object.freeze(
      value.map((item, index) =>
        resolve(itemSchema(schema, index) ?? {}, item, context, [...path, String(index)]),
      ),
    )
  }
  if (typeof value !== 'object' || value === null) return value
  return resolveMapping(schema, value as Record<string, unknown>, context, path)
}

function resolveMapping(
  schema: SchemaNode,
  value: Record<string, unknown>,
  context: ResolveContext,
  path: Path,
): unknown {
  const properties = schema.properties ?? {}
  const others = Object.keys(value).filter((key) => !Object.hasOwn(properties, key))
  const entries = [...Object.keys(properties), ...others].flatMap((key) => {
    const inner = (Object.hasOwn(properties, key) && properties[key]) || {}
    const given = Object.hasOwn(value, key) ? value[key] : inner.default
    return given === undefined ? [] : [[key, resolve(inner, given, context, [...path, key])]]
  })
  return Object.freeze(Object.fromEntries(entries))
}

/** A path that another file of the chain wrote, as seen from the scenario's own directory. */
function fileFromScenario(written: string, { tree, directory }: ResolveContext, path: Path): string {
  const own = find(tree, path)
  // What a job does not say is as the scenario says.
  const from = (own ?? (path[0] === 'jobs' ? find(tree, path.slice(2)) : undefined))?.origin.source.directory
  return from === undefined ? written : pathSeenFrom(directory, from, written)
}

/** `written` is relative to `from`; the same file relative to `to`. */
export function pathSeenFrom(to: string, from: string, written: string): string {
  if (isAbsolute(written) || from === to) return written
  const seen = relative(to, resolvePath(from, written)).split(sep).join('/')
  return seen.startsWith('.') ? seen : `./${seen}`
}
