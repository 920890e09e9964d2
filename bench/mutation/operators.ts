/** A node of the syntax tree (ESTree with TypeScript), with its place in the text. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

interface Change {
  readonly operator: string
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** What an operator between two operands is replaced with, one mutant each. */
const BETWEEN: Readonly<Record<string, readonly [name: string, ...replacements: string[]]>> = {
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  '*': ['arithmetic', '/'],
  '/': ['arithmetic', '*'],
  '%': ['arithmetic', '*'],
  '**': ['arithmetic', '*'],
  '<<': ['arithmetic', '>>'],
  '>>': ['arithmetic', '<<'],
  '>>>': ['arithmetic', '<<'],
  '&': ['arithmetic', '|'],
  '|': ['arithmetic', '&'],
  '^': ['arithmetic', '|'],
  '<': ['comparison', '<=', '>='],
  '<=': ['comparison', '<', '>'],
  '>': ['comparison', '>=', '<='],
  '>=': ['comparison', '>', '<'],
  '===': ['comparison', '!=='],
  '!==': ['comparison', '==='],
  '&&': ['logic', '||'],
  '||': ['logic', '&&'],
  '+=': ['assignment', '-=', '='],
  '-=': ['assignment', '+=', '='],
  '*=': ['assignment', '/=', '='],
  '/=': ['assignment', '*=', '='],
}

/** Functions of `Math` that are mistaken for each other. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  log: 'log2',
  log2: 'log',
}

const child = (node: SyntaxNode, field: string): SyntaxNode => node[field] as SyntaxNode
const isText = ({ type, value }: SyntaxNode) => type === 'TemplateLiteral' || typeof value === 'string'

/** The faults that can be made at a node itself, its children aside. */
export function changesOf(node: SyntaxNode, parents: readonly SyntaxNode[], source: string): Change[] {
  const textOf = ({ start, end }: SyntaxNode) => source.slice(start, end)
  const become = (operator: string, replacement: string): Change => {
    return { operator, start: node.start, end: node.end, replacement }
  }
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return between(node, source, become)
    case 'UnaryExpression':
      if (node.operator === '-') return [become('sign', textOf(node).slice(1))]
      return node.operator === '!' ? [become('condition', textOf(node).slice(1))] : []
    case 'UpdateExpression': {
      const other = node.operator === '++' ? '--' : '++'
      const argument = textOf(child(node, 'argument'))
      return [become('assignment', node.prefix ? other + argument : argument + other)]
    }
    case 'Literal':
      return literal(node, parents[0], become)
    case 'IfStatement':
    case 'ConditionalExpression':
      return decided(child(node, 'test'), ['true', 'false'])
    case 'WhileStatement':
      return decided(child(node, 'test'), ['false'])
    case 'ExpressionStatement':
      return textOf(node).startsWith('super(') || node.directive ? [] : [become('removal', ';')]
    case 'CallExpression':
      return call(child(node, 'callee'), textOf)
    case 'ReturnStatement':
      return parents[1]?.type === 'IfStatement' || parents[0]?.type === 'IfStatement'
        ? [become('removal', ';')]
        : []
    default:
      return []
  }
}

function between(
  node: SyntaxNode,
  source: string,
  become: (operator: string, replacement: string) => Change,
): Change[] {
  const [left, right] = [child(node, 'left'), child(node, 'right')]
  const operator = node.operator as string
  // Operands with the parentheses around them, which the tree leaves out.
  const at = source.indexOf(operator, left.end)
  const [first, second] = [source.slice(node.start, at), source.slice(at + operator.length, node.end)]
  if (operator === '??') return [become('logic', first.trim()), become('logic', second.trim())]
  const others = BETWEEN[operator]
  if (!others || ((operator === '+' || operator === '+=') && (isText(left) || isText(right)))) return []
  const [name, ...replacements] = others
  const changes = replacements.map((other) => become(name, first + other + second))
  // Faults too small to be seen by the way: a hundredth too much.
  return /^[*/]$/.test(operator)
    ? [...changes, become('scale', `(${first}${operator}${second}) * 1.01`)]
    : changes
}

function literal(
  node: SyntaxNode,
  parent: SyntaxNode | undefined,
  become: (operator: string, replacement: string) => Change,
): Change[] {
  if (typeof node.value === 'boolean') return [become('constant', String(!node.value))]
  // Keys and members of enumerations are names.
  if (typeof node.value !== 'number' || (parent?.type === 'Property' && parent.key === node)) return []
  const { value } = node
  if (!Number.isInteger(value)) return [become('constant', `(${value} * 1.01)`)]
  return value > 1
    ? [become('constant', `${value + 1}`), become('constant', `${value - 1}`)]
    : [become('constant', `${value + 1}`)]
}

/** A condition that always or never holds. */
const decided = ({ start, end }: SyntaxNode, values: readonly string[]): Change[] =>
  values.map((replacement) => ({ operator: 'condition', start, end, replacement }))

function call(callee: SyntaxNode, textOf: (node: SyntaxNode) => string): Change[] {
  const [, name] = /^Math\.(\w+)$/.exec(textOf(callee)) ?? []
  const neighbour = name === undefined ? undefined : NEIGHBOURS[name]
  return neighbour
    ? [{ operator: 'function', start: callee.start, end: callee.end, replacement: `Math.${neighbour}` }]
    : []
}
