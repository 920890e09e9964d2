import type { JsonSource } from '../../instance/read-instance.js'
import { find, type SourceNode } from '../../scenario/tree/source-node.js'
import { parseYaml } from '../../scenario/tree/yaml-tree.js'

/** What a file can be that is validated. */
export type FileKind = 'scenario' | 'suite' | 'instance' | 'assignment'

/** Keys that one kind of file has and no other, the first few of which tell it. */
const telling: Readonly<Record<Exclude<FileKind, 'scenario'>, readonly (readonly string[])[]>> = {
  suite: [['scenarios']],
  instance: [['uplinkGain'], ['downlinkGain'], ['client', 'powerW'], ['server', 'powerW']],
  assignment: [['server'], ['channel']],
}

/** What kind of file a text is meant to be; a scenario where nothing says otherwise. */
export function kindOfFile({ text, ...source }: JsonSource): FileKind {
  const { tree, rest } = parseYaml(text, source)
  const read = tree ?? rest
  // Broken JSON is that of an instance: scenarios are YAML.
  if (!read) return /^\s*\{\s*"/.test(text) && source.name.endsWith('.json') ? 'instance' : 'scenario'
  const kinds = Object.entries(telling) as [FileKind, readonly (readonly string[])[]][]
  return kinds.find(([kind, paths]) => isTold(read, paths, kind === 'assignment'))?.[0] ?? 'scenario'
}

const isTold = (tree: SourceNode, paths: readonly (readonly string[])[], every: boolean): boolean =>
  every ? paths.every((path) => find(tree, path)) : paths.some((path) => find(tree, path))
