import { nearestName } from '../../nearest.js'
import { asNode, isSection, type SchemaNode } from './annotations.js'
import { expectation } from './expected.js'
import { scenarioFileSchema } from './schema.js'

/** A key of a scenario as people and machines are told of it. */
export interface KeyDescription {
  /** `network.clients.count`; `[]` stands for an entry of a list. */
  readonly key: string
  /** What it takes, in words: type, range and unit. */
  readonly expected: string
  readonly unit?: string
  /** Absent where it has none. */
  readonly default?: unknown
  readonly description: string
  /** Whether it is a group of the keys that follow. */
  readonly section: boolean
}

/** Every key of a scenario in the order of its schema; options of plugins are theirs to tell. */
export const scenarioKeys: readonly KeyDescription[] = keysOf(asNode(scenarioFileSchema), '')

function keysOf(schema: SchemaNode, above: string): KeyDescription[] {
  const named = mappingsOf(schema).flatMap(({ properties = {} }) => Object.entries(properties))
  const seen = new Set<string>()
  return named.flatMap(([name, inner]) => {
    // Forms of a union may share a key; the first tells it.
    if (seen.has(name)) return []
    seen.add(name)
    const key = above === '' ? name : `${above}.${name}`
    return [describe(key, inner), ...keysOf(inner, key), ...keysOf(itemOf(inner), `${key}[]`)]
  })
}

/** The forms of a value that are mappings of named keys; not those that many keys take or that are told elsewhere. */
function mappingsOf(schema: SchemaNode): SchemaNode[] {
  return schema['x-per'] || schema['x-like']
    ? []
    : [schema, ...(schema.anyOf ?? [])].filter(({ properties }) => properties)
}

function itemOf({ items }: SchemaNode): SchemaNode {
  return Array.isArray(items) ? {} : ((items as SchemaNode | undefined) ?? {})
}

function describe(key: string, schema: SchemaNode): KeyDescription {
  const { description = '', 'x-unit': unit } = schema
  const section = isSection(schema)
  return {
    key,
    expected: section ? 'a group of keys' : expectation(schema),
    ...(unit !== undefined && { unit }),
    ...(schema.default !== undefined && !section && { default: schema.default }),
    description,
    section,
  }
}

/** The keys at and below a prefix, all without one; where there are none, the nearest key to what was meant. */
export function keysBelow(prefix = ''): { keys: readonly KeyDescription[]; nearest?: string } {
  const wanted = prefix.replace(/\[\d*\]/g, '[]')
  const keys = scenarioKeys.filter(
    ({ key }) =>
      wanted === '' || key === wanted || key.startsWith(`${wanted}.`) || key.startsWith(`${wanted}[]`),
  )
  const all = scenarioKeys.map(({ key }) => key)
  const last = wanted.split('.').at(-1) ?? ''
  const nearest = nearestName(wanted, all) ?? all.find((key) => last !== '' && key.split('.').at(-1) === last)
  return { keys, ...(keys.length === 0 && nearest !== undefined && { nearest }) }
}

/** A default as a file would say it. */
export const shownDefault = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '').replaceAll(',', ', ')

/** The page of all keys, in Markdown. */
export function keysPage(): string {
  const rows = scenarioKeys.map(({ key, expected, default: initial, description, section }) => {
    const cells = [
      `\`${key}\``,
      section ? '' : expected,
      initial === undefined ? '' : `\`${shownDefault(initial)}\``,
      description,
    ]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `# Keys of a scenario

Every key with what it takes, its unit and its default; \`cotwin keys network.clients\` tells those of a part. Written by
\`cotwin keys --markdown\` from the schema, and held to it by a test. What plugins take as options,
\`cotwin plugins NAME\` tells.

A key may be left out where it has a default. A section that is null (\`budgets:\`) has its defaults, whatever a scenario says
that is extended. YAML's merge key (\`<<: *anchor\`) is understood.

| key | takes | default | what it is |
|---|---|---|---|
${rows.join('\n')}
`
}
