import type { SchemaNode } from '../schema/annotations.js'
import type { PlacedProblem } from './diagnostic.js'
import {
  type MapNode,
  mapOf,
  nodeAt,
  type Origin,
  type Path,
  plain,
  type Source,
  type SourceNode,
  showPath,
  withEntry,
} from './source-node.js'
import { parseYaml } from './yaml-tree.js'

interface Overridden {
  readonly tree: MapNode
  readonly sources: readonly Source[]
  readonly problems: readonly PlacedProblem[]
}

/** A setting that stands in another file than the scenario's. */
export interface PlacedSetting {
  /** `a.b[0].c` */
  readonly path: string
  /** Where the path is written. */
  readonly key: Origin
  readonly value: SourceNode
}

/** Puts settings, placed or as `a.b[0].c=value` with the value in YAML, and a seed over the tree; paths in the latter start at the working directory. */
export function override(
  tree: MapNode,
  settings: readonly (string | PlacedSetting)[],
  seed: number | undefined,
  schema: SchemaNode,
): Overridden {
  const sources: Source[] = []
  const problems: PlacedProblem[] = []
  let result = tree
  const apply = (origin: Origin, read: (origin: Origin) => { path: Path; value: SourceNode }) => {
    sources.push(origin.source)
    try {
      const { path, value } = read(origin)
      result = put(result, path, [], value, origin, schema) as MapNode
    } catch (error) {
      if (!(error instanceof UnusableSetting)) throw error
      problems.push({ origin, message: error.message })
    }
  }
  const onCommandLine = (name: string): Origin => ({ source: { name, directory: process.cwd() } })
  for (const setting of settings) {
    if (typeof setting === 'string') {
      apply(onCommandLine(`--set ${setting}`), (origin) => parseSetting(setting, origin))
    } else {
      apply(setting.key, () => ({ path: pathOf(setting.path), value: setting.value }))
    }
  }
  if (seed !== undefined) {
    apply(onCommandLine(`--seed ${seed}`), (origin) => ({ path: ['seed'], value: nodeAt(origin, seed) }))
  }
  return { tree: result, sources, problems }
}

class UnusableSetting extends Error {}

/** The keys and indices of `a.b[0].c`. */
function pathOf(written: string): Path {
  if (!/^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/.test(written)) {
    throw new UnusableSetting(
      `expected a path such as network.clients.count or schedulers[0].label, found ${JSON.stringify(written)}`,
    )
  }
  const path = written.split(/[.[\]]+/).filter((step) => step !== '')
  if (path[0] === 'extends') throw new UnusableSetting('extends can only stand in a file')
  return path
}

function parseSetting(setting: string, origin: Origin): { path: Path; value: SourceNode } {
  const equals = setting.indexOf('=')
  const written = setting.slice(0, Math.max(equals, 0)).trim()
  if (!/^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/.test(written)) {
    throw new UnusableSetting(
      'expected path=value, such as network.clients.count=32 or schedulers[0].label=mine',
    )
  }
  const path = pathOf(written)
  const { tree, problems } = parseYaml(setting.slice(equals + 1), origin.source)
  if (!tree) throw new UnusableSetting(problems.map(({ message }) => message).join('; '))
  return { path, value: nodeAt(origin, plain(tree)) }
}

/** The node with `value` at the rest of the path, which is written at `origin`; what no file wrote starts from its default. */
function put(
  node: SourceNode | undefined,
  rest: Path,
  above: Path,
  value: SourceNode,
  origin: Origin,
  schema: SchemaNode | undefined,
): SourceNode {
  const [step, ...further] = rest
  if (step === undefined) return value
  const current = opened(node ?? nodeAt(origin, schema?.default ?? null), step, schema, origin)
  const inner = [...above, step]
  if (current.kind === 'scalar') {
    throw new UnusableSetting(`${showPath(above)} is ${JSON.stringify(current.value)}, which has no keys`)
  }
  if (current.kind === 'map') {
    const entry = current.entries.get(step)
    const changed = put(entry?.value, further, inner, value, origin, schema?.properties?.[step])
    return withEntry(current, step, { key: entry?.key ?? origin, value: changed })
  }
  const index = Number(step)
  if (!/^\d+$/.test(step) || index > current.items.length) {
    const last = current.items.length - 1
    throw new UnusableSetting(
      `${showPath(above)} is a list; expected an index from 0 to ${last}, or ${last + 1} to add, found "${step}"`,
    )
  }
  const changed = put(current.items[index], further, inner, value, origin, itemsOf(schema))
  return { ...current, items: [...current.items.slice(0, index), changed, ...current.items.slice(index + 1)] }
}

/** The node as something with keys: nothing becomes a mapping, a plugin's bare name its long form. */
function opened(node: SourceNode, step: string, schema: SchemaNode | undefined, origin: Origin): SourceNode {
  if (node.kind !== 'scalar') return node
  if (node.value === null) return mapOf(origin, [])
  const isReference = schema
    ? (schema['x-plugin'] ?? schema.anyOf?.some((form) => form['x-plugin']))
    : // Within a plugin's options, whose schema is not known yet, the step tells.
      typeof node.value === 'string' && ['options', 'label'].includes(step)
  if (isReference) return mapOf(node.origin, [['plugin', { key: node.origin, value: node }]])
  return node
}

function itemsOf(schema: SchemaNode | undefined): SchemaNode | undefined {
  const items = schema?.items
  return Array.isArray(items) ? undefined : (items as SchemaNode | undefined)
}
