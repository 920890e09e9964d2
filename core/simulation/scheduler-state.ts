import { UserError } from '../errors.js'
import { type Checkpointable, checkpointable } from '../plugin/saved-state.js'
import { flawOfState } from '../plugin/state-flaw.js'
import type { LaneScheduler } from './lane-settings.js'
import { pluginFailure } from './plugin-failure.js'

/** What a scheduler keeps from round to round; what it gets wrong about it is its author's to mend. */
export function schedulerState(scheduler: LaneScheduler, round: () => number): Checkpointable | undefined {
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
      const flaw = flawOfState(state)
      if (flaw === undefined) return state
      throw new UserError(
        `scheduler "${scheduler.label}" (plugin ${scheduler.plugin}), round ${round()}: ` +
          `save() returned what cannot be kept: ${flaw}`,
      )
    },
    restore: (state) => guarded('restore()', () => part.restore(state)),
  }
}
