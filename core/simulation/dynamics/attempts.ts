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

/** Beyond this, a round whose channels are followed is taken for one that hardly ends. */
const MOST_STEPS = 1_000_000

/** Throws a `UserError` once a round's channels were followed for too many steps. */
export function checkSteps(step: number, round: number, stepSeconds: number): void {
  if (step <= MOST_STEPS) return
  throw new UserError(
    `round ${round}: its channels were followed for ${MOST_STEPS} steps of ${stepSeconds} s, and it would hardly ever end; ` +
      'expected a longer network.doppler.stepSeconds, a lower least SINR of network.rate or a round.deadlineSeconds',
  )
}
