import { visibleText } from '../../label.js'
import type { NodeKind, SchemaNode } from './annotations.js'

/** How many clients and servers there are, where that is known. */
export type NodeCounts = Partial<Record<NodeKind, number>>

/** `a scheduler`, `an aggregator`. */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`

/** What a schema asks for, in words: "a number above 0 (Hz)". */
export function expectation(schema: SchemaNode, counts: NodeCounts = {}, found?: unknown): string {
  const words = form(schema, counts, found)
  // The forms of a union carry the unit themselves.
  return schema['x-unit'] && !schema.anyOf ? `${words} (${schema['x-unit']})` : words
}

function form(schema: SchemaNode, counts: NodeCounts, found: unknown): string {
  if (schema['x-expected']) return schema['x-expected']
  if (schema['x-plugin'])
    return `the name of ${withArticle(schema['x-plugin'])} plugin or { plugin, label, options }`
  if (schema.const !== undefined) return quoted(schema.const)
  if (schema.enum) return alternatives(schema.enum.map(quoted))
  const branches = schema.anyOf ?? schema.oneOf
  if (branches)
    return alternatives(
      branches.map((branch) => perNodeList(branch, schema, counts) ?? expectation(branch, counts, found)),
    )
  const types = [schema.type ?? []].flat()
  return types.length > 0
    ? alternatives(types.map((type) => ofType(type, schema, counts, found)))
    : 'another value'
}

function ofType(type: string, schema: SchemaNode, counts: NodeCounts, found: unknown): string {
  switch (type) {
    case 'integer':
      return `a whole number${limits(schema, found)}`
    case 'number':
      return `a number${limits(schema, found)}`
    case 'string':
      return schema.minLength ? 'a text that is not empty' : 'a text'
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'null'
    case 'array':
      return list(schema, counts)
    default:
      return mapping(Object.keys(schema.properties ?? {}), 'a mapping')
  }
}

function limits(
  { minimum, exclusiveMinimum, maximum, exclusiveMaximum }: SchemaNode,
  found: unknown,
): string {
  // The largest exact integer is no limit that a user thinks of, unless they pass it.
  const tooLarge = typeof found === 'number' && found > Number.MAX_SAFE_INTEGER
  const most = maximum === Number.MAX_SAFE_INTEGER && !tooLarge ? undefined : maximum
  if (minimum !== undefined && most !== undefined) return ` from ${minimum} to ${most}`
  const parts = [
    minimum !== undefined && `of at least ${minimum}`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    most !== undefined && `of at most ${most}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
  ].filter(Boolean)
  return parts.length > 0 ? ` ${parts.join(' and ')}` : ''
}

function list({ items, minItems, maxItems, uniqueItems }: SchemaNode, counts: NodeCounts): string {
  const length = Array.isArray(items) ? items.length : minItems === maxItems ? minItems : undefined
  const first = (Array.isArray(items) ? items[0] : items) as SchemaNode | undefined
  const what = plural(first, counts)
  const different = uniqueItems ? 'different ' : ''
  if (length !== undefined) return `a list of ${length} ${different}${what}`
  const least = minItems === 1 ? 'one or more ' : minItems ? `at least ${minItems} ` : ''
  return `a list of ${least}${different}${what}`
}

function plural(schema: SchemaNode | undefined, counts: NodeCounts): string {
  if (schema?.['x-plugin']) return `${schema['x-plugin']} plugins`
  if (schema?.type === 'number') return `numbers${limits(schema, undefined)}`
  if (schema?.type === 'integer') return `whole numbers${limits(schema, undefined)}`
  if (schema?.type === 'string') return 'texts'
  return schema ? `values, each ${form(schema, counts, undefined)}` : 'values'
}

/** "a list of 16 numbers", where the number of nodes is known. */
function perNodeList(
  branch: SchemaNode,
  { 'x-per': nodes }: SchemaNode,
  counts: NodeCounts,
): string | undefined {
  if (branch.type !== 'array' || !nodes) return undefined
  return `a list of ${counts[nodes] ?? `as many numbers as there are ${nodes}`}${counts[nodes] === undefined ? '' : ' numbers'}`
}

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value))

const alternatives = (parts: readonly string[]): string =>
  parts.length > 1 ? `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}` : (parts[0] ?? '')

export const keyList = (keys: readonly string[]): string => alternatives(keys)

const mapping = (keys: readonly string[], empty: string): string =>
  keys.length > 0 ? `a mapping with ${keyList(keys)}` : empty

/** A value as the user wrote it, cut short. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'number')
    return Number.isFinite(value)
      ? String(value)
      : Number.isNaN(value)
        ? '.nan'
        : `${value < 0 ? '-' : ''}.inf`
  if (typeof value === 'string')
    return visibleText(value.length > 60 ? `${JSON.stringify(value.slice(0, 57))}…` : JSON.stringify(value))
  if (Array.isArray(value)) {
    const short = JSON.stringify(value)
    return short.length <= 40 ? short : `a list of ${value.length}`
  }
  if (typeof value === 'object') {
    return mapping(Object.keys(value).slice(0, 6), 'an empty mapping')
  }
  return String(value)
}
