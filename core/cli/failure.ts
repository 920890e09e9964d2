import { inspect } from 'node:util'
import { formatProblem, type Problem, UserError } from '../errors.js'
import { colorsOf, note } from './streams.js'

/** 2 for what the user can put right, 1 for a bug of ours. */
export const exitCodeFor = (error: unknown): number => (error instanceof UserError ? 2 : 1)

/** Tells what went wrong on standard error: a user's mistakes a line each, a bug of ours with its stack. */
export function printFailure(error: unknown): void {
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
  const line = formatProblem(problem)
  const message = formatProblem(withoutPlace)
  return bold(line.slice(0, line.length - message.length)) + message
}
