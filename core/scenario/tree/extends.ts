import { dirname, isAbsolute, join, resolve } from 'node:path'
import { sha256Of } from '../../files/hash.js'
import { readText, UnreadableFile } from '../../files/read-text.js'
import type { SchemaNode } from '../schema/annotations.js'
import type { PlacedProblem } from './diagnostic.js'
import {
  type MapEntry,
  type MapNode,
  mapOf,
  type Origin,
  type Source,
  type SourceNode,
} from './source-node.js'
import { parseYaml } from './yaml-tree.js'

/** A file that a scenario was read from. */
interface ReadFile {
  readonly source: Source
  /** Absolute. */
  readonly path: string
  readonly sha256: string
}

/** A scenario file with all that it extends. */
export interface Chain {
  /** The files merged, the first over those it extends; absent where the first cannot be read. */
  readonly tree?: MapNode
  readonly files: readonly ReadFile[]
  /** Whether a file that it extends cannot be read. */
  readonly partial?: boolean
  readonly problems: readonly PlacedProblem[]
}

/** These say what one file is, so a file that extends it does not inherit them. */
const NOT_INHERITED = new Set(['name', 'description', 'extends'])

/** Reads a scenario file and, through `extends`, those it builds on. */
export async function readChain(file: string, schema: SchemaNode): Promise<Chain> {
  const source = { name: file, directory: dirname(resolve(file)) }
  try {
    return await parseChain(await readText(file), file, schema)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    return { files: [], problems: [unreadable({ source }, error)] }
  }
}

/** Like `readChain`, with the text of the first file given. */
export async function parseChain(
  text: string,
  file: string,
  schema: SchemaNode,
  above: readonly string[] = [],
): Promise<Chain> {
  const path = resolve(file)
  const source: Source = { name: file, directory: dirname(path) }
  const read: ReadFile = { source, path, sha256: sha256Of(text) }
  const { tree: whole, rest, problems } = parseYaml(text, source)
  const tree = whole ?? rest
  if (!tree) return { files: [read], problems }
  if (tree.kind !== 'map') return { files: [read], problems: [...problems, notAMapping(tree)] }
  const base = await readBase(tree, source, schema, [...above, path])
  return {
    tree: base.tree ? merge(base.tree, tree, schema, NOT_INHERITED) : tree,
    files: [read, ...base.files],
    problems: [...problems, ...base.problems],
    ...(((tree.entries.has('extends') && !base.tree) || base.partial) && { partial: true }),
  }
}

async function readBase(
  tree: MapNode,
  source: Source,
  schema: SchemaNode,
  above: readonly string[],
): Promise<Chain> {
  const named = tree.entries.get('extends')?.value
  if (named?.kind !== 'scalar' || typeof named.value !== 'string') return { files: [], problems: [] }
  const shown = isAbsolute(named.value) ? named.value : join(dirname(source.name), named.value)
  const path = resolve(source.directory, named.value)
  if (above.includes(path)) {
    const circle = [...above.slice(above.indexOf(path)), path].map((each) =>
      each.slice(dirname(each).length + 1),
    )
    return {
      files: [],
      problems: [{ origin: named.origin, message: `extends goes in a circle: ${circle.join(' → ')}` }],
    }
  }
  try {
    return await parseChain(await readText(path), shown, schema, above)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    return { files: [], problems: [unreadable(named.origin, error, `extends "${named.value}": `)] }
  }
}

/** Sections are merged key by key; everything else, lists and plugins included, replaces what the base says. */
function merge(base: MapNode, over: MapNode, schema: SchemaNode, skipped?: ReadonlySet<string>): MapNode {
  const entries = new Map([...base.entries].filter(([key]) => !skipped?.has(key)))
  for (const [key, entry] of over.entries) {
    const inherited = entries.get(key)?.value
    const inner = sectionOf(schema.properties?.[key])
    const mergeable = inner && inherited?.kind === 'map' && entry.value.kind === 'map'
    // Of a section, null says that nothing of the base holds.
    entries.set(key, mergeable ? { ...entry, value: merge(inherited, entry.value, inner) } : entry)
  }
  if (skipped) joinPlugins(entries, base, over)
  return mapOf(over.origin, entries)
}

/** A mapping of named keys, or one that may be left out with null. */
function sectionOf(schema: SchemaNode | undefined): SchemaNode | undefined {
  if (schema?.properties) return schema
  const [nothing, mapping, ...others] = schema?.anyOf ?? []
  return nothing?.type === 'null' && mapping?.properties && others.length === 0 ? mapping : undefined
}

/** What another file says over a scenario whose name and description stay. */
export function mergeOver(base: MapNode, over: MapNode, schema: SchemaNode): MapNode {
  const entries = new Map(merge(base, over, schema).entries)
  joinPlugins(entries, base, over)
  return mapOf(base.origin, entries)
}

/** What the base chooses may come from its plugins, so those of the base stay beside those of this file. */
function joinPlugins(entries: Map<string, MapEntry>, base: MapNode, over: MapNode): void {
  const theirs = base.entries.get('plugins')?.value
  const ours = over.entries.get('plugins')
  if (theirs?.kind !== 'list' || ours?.value.kind !== 'list') return
  entries.set('plugins', { ...ours, value: { ...ours.value, items: [...theirs.items, ...ours.value.items] } })
}

function notAMapping(tree: SourceNode): PlacedProblem {
  if (tree.kind === 'scalar' && tree.value === null) {
    return {
      origin: tree.origin,
      message: 'this file is empty; expected keys such as network and schedulers',
    }
  }
  // What the file says is not repeated: it is another file than was meant, and may be private.
  const found = tree.kind === 'list' ? 'a list' : 'a text'
  return { origin: tree.origin, message: `expected keys such as network and schedulers, found ${found}` }
}

const unreadable = (origin: Origin, { message, suggestion }: UnreadableFile, prefix = ''): PlacedProblem => ({
  origin,
  message: prefix + message,
  ...(suggestion !== undefined && { suggestion }),
})
