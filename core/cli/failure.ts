import { inspect } from 'node:util'
import { formatProblem, type Problem, UserError } from '../errors.js'
import { visibleText } from '../label.js'
import { colorsOf, note, printJson } from './streams.js'

/** 2 for what the user can put right, 1 for a bug of ours. */
export const exitCodeFor = (error: unknown): number => (error instanceof UserError ? 2 : 1)

/** What went wrong, as every command prints it for machines. */
export interface FailureJson {
  readonly exitCode: number
  readonly problems: readonly {
    readonly file?: string
    readonly line?: number
    readonly column?: number
    readonly message: string
    readonly suggestion?: string
    /** Of a bug of ours. */
    readonly stack?: string
  }[]
}

/** A failure for machines: the code that the command ends with, what is wrong and where, or for a bug of ours its stack. */
export function failureJson(error: unknown, exitCode = exitCodeFor(error)): FailureJson {
  if (error instanceof UserError)
    return { exitCode, problems: error.problems.map(({ place, ...problem }) => ({ ...place, ...problem })) }
  const message = error instanceof Error ? error.message : String(error)
  return { exitCode, problems: [{ message, stack: inspect(error) }] }
}

/** Whether the command line asks for JSON. */
const wantsJson = (words: readonly string[]): boolean => words.includes('--json')

/**
 * Tells what went wrong: with --json on standard output as JSON, else on standard error, a user's mistakes a line each, a
 * bug of ours with its stack.
 */
export function printFailure(error: unknown, exitCode = exitCodeFor(error)): void {
  if (wantsJson(process.argv.slice(2))) {
    printJson(failureJson(error, exitCode))
    return
  }
  if (error instanceof UserError) {
    for (const problem of error.problems) note(problemLine(problem))
    return
  }
  const { red } = colorsOf(process.stderr)
  note(red('cotwin stopped on an error it did not expect. Unless it comes from a plugin of your own,'))
  note(red('please report it with all of the following:'))
  note(
    `${process.argv.slice(2).join(' ')} (Node ${process.versions.node}, ${process.platform} ${process.arch})`,
  )
  note(inspect(error))
}

function problemLine(problem: Problem): string {
  const { bold } = colorsOf(process.stderr)
  const { place: _, ...withoutPlace } = problem
  // Names and values that are quoted may come from anywhere; our own messages have lines.
  const shown = (text: string) => text.split('\n').map(visibleText).join('\n')
  const line = shown(formatProblem(problem))
  const message = shown(formatProblem(withoutPlace))
  return bold(line.slice(0, line.length - message.length)) + message
}
