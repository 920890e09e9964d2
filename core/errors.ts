import { fileURLToPath } from 'node:url'

/** Where in a user's files something was found: 1-based line and column. */
export interface SourcePlace {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** One thing a user can put right: what was found, where, and what was expected. */
export interface Problem {
  readonly message: string
  readonly place?: SourcePlace
  /** The nearest valid name, where one is near. */
  readonly suggestion?: string
}

/** `file:line:column: message (did you mean "x"?)`, with the parts that are known. */
export function formatProblem({ message, place, suggestion }: Problem): string {
  const where = place
    ? `${[place.file, place.line, place.column].filter((part) => part !== undefined).join(':')}: `
    : ''
  const hint = suggestion ? ` (did you mean "${suggestion}"?)` : ''
  return `${where}${message}${hint}`
}

/** Known to every copy of this module: outside plugins are loaded beside the program, with a copy of their own. */
const userError = Symbol.for('cotwin/user-error')

/** An error the user caused and can mend; the command line prints its problems and exits with 2, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly problems: readonly Problem[]
  readonly [userError] = true

  /** Whether it is a `UserError`, of whichever copy of this module. */
  static override [Symbol.hasInstance](value: unknown): value is UserError {
    return typeof value === 'object' && value !== null && userError in value
  }

  constructor(problems: string | Problem | readonly Problem[], options?: ErrorOptions) {
    const list = typeof problems === 'string' ? [{ message: problems }] : [problems].flat()
    super(list.map(formatProblem).join('\n'), options)
    this.problems = list
  }
}

/** What an outside plugin threw, as a `UserError` that names it and the place; one of its own as it is. */
export function thrownBy(who: string, error: unknown, what = 'threw'): UserError {
  if (error instanceof UserError) return error
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const place = error instanceof Error ? placeOf(error) : undefined
  return new UserError({ message: `${who} ${what}: ${reason}`, ...(place && { place }) }, { cause: error })
}

/** The innermost line of the stack. */
function placeOf(error: Error): SourcePlace | undefined {
  const found = /\(?((?:file:|\/|[A-Z]:\\)[^()]*?):(\d+):(\d+)\)?$/m.exec(error.stack ?? '')
  const [, named, line, column] = found ?? []
  if (named === undefined) return undefined
  const file = named.startsWith('file:') ? fileURLToPath(named.replace(/\?.*$/, '')) : named
  return { file, line: Number(line), column: Number(column) }
}
