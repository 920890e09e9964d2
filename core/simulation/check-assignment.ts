import { UserError } from '../errors.js'
import { type Assignment, findViolations } from '../network/assignment.js'
import type { NamedScheduler, SchedulerRunSettings } from './scheduler-run-settings.js'

/** How many clients of a scheduler's assignment share a slot; a `UserError` where the assignment is not to be had. */
export function sharedSlots(
  assignment: Assignment,
  { label, plugin }: NamedScheduler,
  round: number,
  active: Uint8Array,
  { parameters, onViolation }: Pick<SchedulerRunSettings, 'parameters' | 'onViolation'>,
): number {
  const who = `scheduler "${label}" (plugin ${plugin}), round ${round}`
  if (!(assignment instanceof Int32Array)) {
    const found =
      assignment === undefined ? 'nothing' : Object.prototype.toString.call(assignment).slice(8, -1)
    throw new UserError(`${who}: decide() returned ${found}, expected an Int32Array with a slot per client`)
  }
  const violations = findViolations(assignment, parameters, active)
  const shared = violations.filter(({ kind }) => kind === 'C5').length
  if (onViolation === 'interfere' && shared === violations.length) return shared
  if (violations.length === 0) return 0
  throw new UserError(
    violations.map(({ client, message }) => ({
      message: `${who}${client < 0 ? '' : `, client ${client}`}: ${message}`,
    })),
  )
}
