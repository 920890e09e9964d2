import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import type { PlacedProblem } from './diagnostic.js'
import { type MapEntry, mapOf, type Origin, type Source, type SourceNode } from './source-node.js'

/** Aliases that expand to more values than this are an attack or an accident. */
const MAXIMUM_ALIASED_VALUES = 100_000

/** What came of reading a text as YAML. */
export interface Parsed {
  /** Absent where the text is no YAML at all. */
  readonly tree?: SourceNode
  /** In its place where something is wrong with single keys and aliases: what else the text says. */
  readonly rest?: SourceNode
  readonly problems: readonly PlacedProblem[]
}

/** Parses one YAML 1.2 document into values that know their places. */
export function parseYaml(text: string, source: Source): Parsed {
  const lines = new LineCounter()
  const at = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset)
    return { source, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' })
    const problems = [...document.errors, ...document.warnings].map((error) => ({
      origin: at(error.pos[0]),
      message: plainWords(error, text),
    }))
    if (problems.some(({ message }) => /call stack/.test(message))) return nestedTooDeeply(at(0))
    if (!problems.every((_, i) => document.errors[i]?.code === 'DUPLICATE_KEY')) return { problems }
    const converter = new Converter(at)
    const tree = converter.convert(document.contents, at(0))
    const all = [...problems, ...converter.problems]
    if (all.length === 0) return { tree, problems: [] }
    return converter.exploded ? { problems: all } : { rest: tree, problems: all }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return nestedTooDeeply(at(0))
  }
}

/** The parser recurses: nesting some thousand deep exhausts its stack, which it may report or throw. */
const nestedTooDeeply = (origin: Origin): Parsed => ({
  problems: [{ origin, message: 'this YAML is nested too deeply to read' }],
})

/** Walks the document, expanding aliases. */
class Converter {
  readonly problems: PlacedProblem[] = []
  readonly #anchors = new Map<string, Node>()
  readonly #expanding: Node[] = []
  readonly #at: (offset: number) => Origin
  #aliasedValues = 0

  constructor(at: (offset: number) => Origin) {
    this.#at = at
  }

  /** Whether aliases stood for more than is read. */
  get exploded(): boolean {
    return this.#aliasedValues > MAXIMUM_ALIASED_VALUES
  }

  /** `outside` is where the value is missing from; within an alias it is where the alias stands. */
  convert(node: unknown, outside: Origin): SourceNode {
    const aliased = this.#expanding.length > 0
    if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) {
      return { kind: 'scalar', origin: outside, value: null }
    }
    const origin = aliased || !node.range ? outside : this.#at(node.range[0])
    if (isAlias(node)) return this.#expand(node.source, origin)
    if (node.anchor && !aliased) this.#anchors.set(node.anchor, node)
    if (aliased) this.#aliasedValues++
    if (aliased && this.exploded) return { kind: 'scalar', origin, value: null }
    if (isScalar(node)) return { kind: 'scalar', origin, value: node.value }
    if (isSeq(node))
      return { kind: 'list', origin, items: node.items.map((item) => this.convert(item, origin)) }
    return this.#convertMap(node, origin, aliased)
  }

  #convertMap(node: YAMLMap, origin: Origin, aliased: boolean): SourceNode {
    let merged: (readonly [string, MapEntry])[] = []
    const entries = node.items.flatMap(({ key, value }) => {
      if (isMergeKey(key)) {
        merged = [...this.#merged(value, origin, aliased), ...merged]
        return []
      }
      if (!isScalar(key)) {
        this.#report(origin, 'a key of this mapping is not plain text')
        return [['', { key: origin, value: this.convert(null, origin) }] as const]
      }
      const keyOrigin = aliased || !key.range ? origin : this.#at(key.range[0])
      return [[String(key.value), { key: keyOrigin, value: this.convert(value, keyOrigin) }] as const]
    })
    // What is written here comes last and so holds; of several mappings merged, the first that has a key.
    return mapOf(origin, [...merged, ...entries])
  }

  /** The entries that `<<` brings, those that hold over others last. */
  #merged(value: unknown, outside: Origin, aliased: boolean): (readonly [string, MapEntry])[] {
    const found = this.convert(value, outside)
    const origin = aliased ? outside : found.origin
    const mappings = found.kind === 'list' ? found.items : [found]
    return [...mappings].reverse().flatMap((mapping) => {
      if (mapping.kind === 'map') return [...mapping.entries]
      this.#report(
        origin,
        '<< merges mappings: expected an alias of one, such as <<: *common, or a list of them',
      )
      return []
    })
  }

  #expand(anchor: string, origin: Origin): SourceNode {
    const nothing: SourceNode = { kind: 'scalar', origin, value: null }
    const target = this.#anchors.get(anchor)
    if (!target) this.#report(origin, `the alias *${anchor} has no anchor &${anchor} before it`)
    else if (this.#expanding.includes(target)) this.#report(origin, `the alias *${anchor} contains itself`)
    else if (!this.exploded) {
      this.#expanding.push(target)
      const expanded = this.convert(target, origin)
      this.#expanding.pop()
      if (!this.exploded) return expanded
      const limit = MAXIMUM_ALIASED_VALUES.toLocaleString('en')
      this.#report(origin, `the alias *${anchor} takes the file beyond ${limit} repeated values`)
    }
    return nothing
  }

  #report(origin: Origin, message: string): void {
    const { line, column } = origin
    if (this.problems.some((known) => known.origin.line === line && known.origin.column === column)) return
    this.problems.push({ origin, message })
  }
}

/** A plain `<<`, as YAML 1.1 had it; in quotes it is a key like others. */
const isMergeKey = (key: unknown): boolean => isScalar(key) && key.value === '<<' && key.type === 'PLAIN'

/** The parser's message in the words of a user of scenarios. */
function plainWords({ code, message, pos }: YAMLError, text: string): string {
  const start = text.slice(pos[0])
  if (code === 'DUPLICATE_KEY')
    return `the key "${/^["']?([^"':\s]+)/.exec(start)?.[1] ?? ''}" stands here a second time`
  if (code === 'TAB_AS_INDENT') return 'lines are indented with spaces in YAML; this one has a tab'
  if (code === 'MULTIPLE_DOCS') return 'a scenario is one YAML document; a second one starts here'
  return `this is not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}
