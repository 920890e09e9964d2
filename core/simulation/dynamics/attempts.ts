import { UserError } from '../../errors.js'

/** Beyond this, a transfer or a computation that faults break off again and again is taken for one that never ends. */
const MOST_ATTEMPTS = 10_000

/** Throws a `UserError` once there were too many. */
export function checkAttempts(attempt: number, round: number, client: number, what: string): void {
  if (attempt <= MOST_ATTEMPTS) return
  throw new UserError(
    `round ${round}, client ${client}: its ${what} again and again (${MOST_ATTEMPTS} times) and would ` +
      'hardly ever end; expected shorter work, rarer faults, smaller faults.outages.blockBits, faults.servers.work: kept ' +
      'or a round.deadlineSeconds',
  )
}
