import type { SourcePlace } from '../../errors.js'

/** A file, or an option of the command line, that scenario values come from. */
export interface Source {
  /** As shown to the user: a path as they gave it, or `--set a.b=c`. */
  readonly name: string
  /** Where relative paths written here start, absolute. */
  readonly directory: string
}

/** Where a value or a key was written; no line where the source is an option of the command line. */
export interface Origin {
  readonly source: Source
  readonly line?: number
  readonly column?: number
}

/** A value that knows where it was written. */
export type SourceNode = ScalarNode | ListNode | MapNode

interface ScalarNode {
  readonly kind: 'scalar'
  readonly origin: Origin
  readonly value: unknown
}

interface ListNode {
  readonly kind: 'list'
  readonly origin: Origin
  readonly items: readonly SourceNode[]
}

export interface MapNode {
  readonly kind: 'map'
  readonly origin: Origin
  readonly entries: ReadonlyMap<string, MapEntry>
}

export interface MapEntry {
  /** Where the key stands. */
  readonly key: Origin
  readonly value: SourceNode
}

/** Keys and list indices from the root to a value. */
export type Path = readonly string[]

/** The plain value, without its places. */
export function plain(node: SourceNode): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plain)
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]))
}

/** A plain value as if all of it were written in one place. */
export function nodeAt(origin: Origin, value: unknown): SourceNode {
  if (Array.isArray(value)) return { kind: 'list', origin, items: value.map((item) => nodeAt(origin, item)) }
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', origin, value }
  return mapOf(
    origin,
    Object.entries(value).map(([key, inner]) => [key, { key: origin, value: nodeAt(origin, inner) }]),
  )
}

/** A map of these entries that stands at one place. */
export const mapOf = (origin: Origin, entries: Iterable<readonly [string, MapEntry]>): MapNode => ({
  kind: 'map',
  origin,
  entries: new Map(entries),
})

/** The map with one entry set or replaced. */
export const withEntry = (map: MapNode, key: string, entry: MapEntry): MapNode => ({
  ...map,
  entries: new Map(map.entries).set(key, entry),
})

/** The value at a path, where one was written. */
export function find(root: SourceNode, path: Path): SourceNode | undefined {
  let node: SourceNode | undefined = root
  for (const step of path) node = node && child(node, step)
  return node
}

/** Where the value at a path was written, or the innermost thing around it that was. */
export function originOf(root: SourceNode, path: Path, onKey = false): Origin {
  if (onKey) {
    const parent = find(root, path.slice(0, -1))
    const entry = parent?.kind === 'map' ? parent.entries.get(path.at(-1) ?? '') : undefined
    if (entry) return entry.key
  }
  let node = root
  for (const step of path) {
    const next = child(node, step)
    if (!next) break
    node = next
  }
  return node.origin
}

function child(node: SourceNode, step: string): SourceNode | undefined {
  if (node.kind === 'map') return node.entries.get(step)?.value
  if (node.kind === 'list') return node.items[Number(step)]
  return undefined
}

/** The place to show for an origin. */
export const placeOf = ({ source, line, column }: Origin): SourcePlace => ({
  file: source.name,
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
})

/** `network.clients.powerDbm[3]` */
export const showPath = (path: Path): string =>
  path.map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : index ? `.${step}` : step)).join('')
