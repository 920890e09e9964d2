import { thrownBy, UserError } from '../errors.js'
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
  return outside ? thrownBy(`scheduler "${label}" (plugin ${plugin})`, error, `threw in ${moment}`) : error
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
