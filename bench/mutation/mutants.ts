import { parseAst } from 'vitest/node'
import { changesOf, type SyntaxNode } from './operators.js'

/** One small fault in a source file. */
export interface Mutant {
  /** The file, from the root of the repository. */
  readonly file: string
  readonly operator: string
  /** The text from `start` to `end` is replaced. */
  readonly start: number
  readonly end: number
  readonly replacement: string
  readonly line: number
  /** The line as it is, and as it becomes, without indentation. */
  readonly before: string
  readonly after: string
}

/** Every mutant of a file of TypeScript or AssemblyScript, in the order of its text. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const mutants: Mutant[] = []
  const visit = (node: SyntaxNode, parents: readonly SyntaxNode[]): void => {
    if (isSilent(node)) return
    for (const change of changesOf(node, parents, source)) mutants.push(describe(file, source, change))
    const within = [node, ...parents]
    for (const [key, child] of Object.entries(node)) {
      if (TYPES.has(key)) continue
      for (const each of Array.isArray(child) ? child : [child]) if (isNode(each)) visit(each, within)
    }
  }
  visit(parseAst(source, { lang: 'ts' }) as unknown as SyntaxNode, [])
  return mutants
}

/** Fields of the syntax tree that hold types, of which nothing is left when the code runs. */
const TYPES = new Set([
  'typeAnnotation',
  'typeParameters',
  'typeArguments',
  'returnType',
  'superTypeArguments',
])

/** What is left alone: types, imports, and what errors say. */
function isSilent({ type, callee }: SyntaxNode): boolean {
  if (type === 'TSAsExpression' || type === 'TSNonNullExpression' || type === 'TSSatisfiesExpression')
    return false
  const error = type === 'NewExpression' && isNode(callee) && /Error$/.test(String(callee.name))
  return error || type === 'TemplateLiteral' || type.startsWith('TS') || /^(Import|ExportAll)/.test(type)
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

function describe(
  file: string,
  source: string,
  change: { operator: string; start: number; end: number; replacement: string },
): Mutant {
  const { start, end, replacement } = change
  const from = source.lastIndexOf('\n', start - 1) + 1
  const newline = source.indexOf('\n', start)
  const to = newline < 0 ? source.length : newline
  const mutated = source.slice(from, start) + replacement + source.slice(end, Math.max(to, end))
  return {
    file,
    ...change,
    line: source.slice(0, start).split('\n').length,
    before: source.slice(from, to).trim(),
    after: mutated.split('\n')[0].trim(),
  }
}

/** The file's text with the fault in it. */
export const mutated = (source: string, { start, end, replacement }: Mutant): string =>
  source.slice(0, start) + replacement + source.slice(end)
