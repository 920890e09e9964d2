import { UserError } from '../../errors.js'

/** Beyond this, a transfer or a computation that faults break off again and again is taken for one that never ends. */
const MOST_ATTEMPTS = 10_000

/** What may end it, in a round and in a protocol, which has no deadline. */
const REMEDIES = ['shorter work, rarer faults, smaller faults.outages.blockBits', 'faults.servers.work: kept']

/** Throws a `UserError` once a client made too many of them in a round. */
export const checkAttempts = (attempt: number, round: number, client: number, what: string): void =>
  checkAttemptsOf(attempt, () => `round ${round}, client ${client}`, what, ['a round.deadlineSeconds'])

/** The same of whoever it is; `more` says what else may end them. */
export function checkAttemptsOf(
  attempt: number,
  who: () => string,
  what: string,
  more: readonly string[] = [],
): void {
  if (attempt <= MOST_ATTEMPTS) return
  const remedies = [...REMEDIES, ...more]
  throw new UserError(
    `${who()}: its ${what} again and again (${MOST_ATTEMPTS} times) and would hardly ever end; ` +
      `expected ${remedies.slice(0, -1).join(', ')} or ${remedies.at(-1)}`,
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
