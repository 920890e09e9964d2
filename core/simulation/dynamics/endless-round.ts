import { UserError } from '../../errors.js'

/** Beyond so many in one round, it is taken for one that hardly ever ends. */
const MOST = 1_000_000

/** Where what comes and goes by itself is set, and what there is to be done about it. */
const sources = {
  absence: { key: 'churn', what: 'clients leave', instead: 'clients that stay longer' },
  failure: { key: 'faults.servers', what: 'edge servers fail', instead: 'servers that fail more seldom' },
} as const

/** Counts what comes and goes by itself while a round lasts, so that the work it makes is bounded however long that is. */
export class EndlessRound {
  #start = 0
  readonly #counts = { absence: 0, failure: 0 }

  /** A round begins at a simulated time, s. */
  begin(now: number): void {
    this.#start = now
    this.#counts.absence = 0
    this.#counts.failure = 0
  }

  /** Once more; a `UserError` where that is too often. */
  count(kind: 'absence' | 'failure', now: number): void {
    if (++this.#counts[kind] <= MOST) return
    const { key, what, instead } = sources[kind]
    throw new UserError(
      `${key}: ${what} more than ${MOST} times in one round, from ${shown(this.#start)} s to ${shown(now)} s, which would ` +
        `hardly ever end; expected a shorter round (workload, decisionTime, round.deadlineSeconds) or ${instead}`,
    )
  }
}

/** A simulated time as messages show it, s. */
export const shown = (seconds: number): number => Number(seconds.toPrecision(4))
