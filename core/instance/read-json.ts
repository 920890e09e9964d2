import type { PlacedProblem } from '../scenario/tree/diagnostic.js'
import { nodeAt, type Origin, type Source, type SourceNode } from '../scenario/tree/source-node.js'
import { parseYaml } from '../scenario/tree/yaml-tree.js'

/** A JSON text read; `value` is absent where it is none. */
export interface ReadJson {
  readonly value?: unknown
  /** The value with the place of each of its parts; slower by far, and only needed where something is wrong. */
  tree(): SourceNode
  readonly problems: readonly PlacedProblem[]
}

/** Reads JSON strictly, and refuses keys that stand twice, of which `JSON.parse` would keep the last. */
export function readJson(text: string, source: Source): ReadJson {
  // JSON is YAML, whose parser knows places.
  const tree = () => parseYaml(text, source).tree ?? nodeAt({ source }, undefined)
  try {
    const value: unknown = JSON.parse(text)
    const problems = keysWritten(text) === keysKept(value) ? [] : parseYaml(text, source).problems
    return { value, tree, problems }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { tree, problems: syntaxProblems(text, source, error.message) }
  }
}

const stringOrKey = /"(?:[^"\\]|\\.)*"(\s*:)?/g

function keysWritten(text: string): number {
  let keys = 0
  for (const [, colon] of text.matchAll(stringOrKey)) if (colon !== undefined) keys++
  return keys
}

function keysKept(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value)
  let keys = Array.isArray(value) ? 0 : inner.length
  for (const each of inner) keys += keysKept(each)
  return keys
}

/** The numbers that other languages write and JSON does not have, if that is what is wrong; else what the parser says. */
function syntaxProblems(text: string, source: Source, message: string): PlacedProblem[] {
  const outsideStrings = text.replace(stringOrKey, (string) => ' '.repeat(string.length))
  const notNumbers = [...outsideStrings.matchAll(/-?\b(?:NaN|Infinity)\b/gi)].map(({ 0: word, index }) => ({
    origin: placeAt(text, index, source),
    message: `${word} is not JSON; expected a finite number`,
  }))
  if (notNumbers.length > 0) return notNumbers
  const position = /at position (\d+)/.exec(message)?.[1]
  const plain = message
    .replace(/ in JSON at position.*$/s, '')
    .replace(/, "[\s\S]*is not valid JSON$/, '')
    .replace(/^Unexpected end.*$/, 'it ends too early')
  const atEnd = plain === 'it ends too early' ? text.length : undefined
  const offset = position === undefined ? atEnd : Number(position)
  const origin = offset === undefined ? { source } : placeAt(text, offset, source)
  return [{ origin, message: `this is not valid JSON: ${plain.charAt(0).toLowerCase()}${plain.slice(1)}` }]
}

function placeAt(text: string, offset: number, source: Source): Origin {
  const before = text.slice(0, offset).split('\n')
  return { source, line: before.length, column: (before.at(-1) as string).length + 1 }
}
