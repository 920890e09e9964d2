import { UserError } from '../errors.js'
import { type Checkpointable, checkpointable } from '../plugin/saved-state.js'
import { violationOfState } from '../plugin/state-violation.js'
import { pluginFailure } from './plugin-failure.js'
import type { NamedScheduler } from './scheduler-run-settings.js'

/** What a scheduler keeps from round to round; what it gets wrong about it is its author's to mend. */
export function schedulerState(scheduler: NamedScheduler, round: () => number): Checkpointable | undefined {
  const part = checkpointable(scheduler.scheduler)
  if (!part) return undefined
  const guarded = <T>(moment: string, act: () => T): T => {
    try {
      return act()
    } catch (error) {
      throw pluginFailure(scheduler, moment, error)
    }
  }
  return {
    save() {
      const state = guarded(`round ${round()}, save()`, () => part.save())
      const violation = violationOfState(state)
      if (violation === undefined) return state
      throw new UserError(
        `scheduler "${scheduler.label}" (plugin ${scheduler.plugin}), round ${round()}: ` +
          `save() returned what cannot be kept: ${violation}`,
      )
    },
    restore: (state) => guarded('restore()', () => part.restore(state)),
  }
}
