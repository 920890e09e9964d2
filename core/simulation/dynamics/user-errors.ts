import { UserError } from '../../errors.js'
import { SimulationFailure } from '../../kernel/index.js'

/** Runs the kernel; what a user can mend is told as such, not as a failure of the simulation. */
export function unwrapUserErrors<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof SimulationFailure && error.cause instanceof UserError ? error.cause : error
  }
}
