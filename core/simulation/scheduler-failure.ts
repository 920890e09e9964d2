import { fileURLToPath } from 'node:url'
import { type SourcePlace, UserError } from '../errors.js'
import type { NamedScheduler } from './scheduler-run-settings.js'

/**
 * The error to end a run with when a scheduler throws.
 *
 * What an outside plugin throws is its author's to mend: a `UserError` that names plugin, moment and place. What a
 * plugin of ours throws is a bug of ours and keeps its stack.
 */
export function pluginFailure(
  { label, plugin, outside }: NamedScheduler,
  moment: string,
  error: unknown,
): unknown {
  if (error instanceof UserError || !outside) return error
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const place = error instanceof Error ? placeOf(error) : undefined
  const message = `scheduler "${label}" (plugin ${plugin}) threw in ${moment}: ${reason}`
  return new UserError({ message, ...(place && { place }) }, { cause: error })
}

/** The error to end a run with when a scheduler takes longer than the scenario lets it, whoever wrote it. */
export const overLimit = (
  { label, plugin }: Pick<NamedScheduler, 'label' | 'plugin'>,
  moment: string,
  seconds: number,
): UserError =>
  new UserError(
    `scheduler "${label}" (plugin ${plugin}) took longer than ${seconds} s in ${moment}; expected it to end within decisionLimitSeconds`,
  )

/** The innermost line of the stack. */
function placeOf(error: Error): SourcePlace | undefined {
  const found = /\(?((?:file:|\/|[A-Z]:\\)[^()]*?):(\d+):(\d+)\)?$/m.exec(error.stack ?? '')
  if (!found) return undefined
  const file = found[1].startsWith('file:') ? fileURLToPath(found[1].split('?')[0]) : found[1]
  return { file, line: Number(found[2]), column: Number(found[3]) }
}
