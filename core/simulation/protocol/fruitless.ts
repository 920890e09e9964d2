import { UserError } from '../../errors.js'
import { shown } from '../dynamics/endless-round.js'

/** Beyond so many turns that were broken off with no update between, hardly ever one will come. */
const MOST_TURNS = 100_000
/** The same of decisions, each of which takes as long as many a turn. */
const MOST_DECISIONS = 20_000

type Cause = 'absence' | 'deadline'

const causes = {
  absence: { key: 'churn', what: 'clients left', instead: 'clients that stay longer' },
  deadline: { key: 'decisions.deadline', what: 'their deadlines passed', instead: 'longer deadlines' },
} as const

/** Counts what nothing comes of since the latest update or row, so that a run in which none will ever come ends soon. */
export class Fruitless {
  #since = 0
  #turns = 0
  #decisions = 0
  /** How often each client's turns were broken off, by why; how often it waited and was given nothing. */
  readonly #broken: Readonly<Record<Cause, Map<number, number>>> = { absence: new Map(), deadline: new Map() }
  readonly #leftOut = new Map<number, number>()

  /** An update has arrived, or a row ended; s. */
  reset(now: number): void {
    this.#since = now
    if (this.#turns === 0 && this.#decisions === 0) return
    this.#turns = 0
    this.#decisions = 0
    this.#leftOut.clear()
    for (const counts of Object.values(this.#broken)) counts.clear()
  }

  /** A client's turn was broken off; a `UserError` where that is too often. */
  brokenOff(client: number, cause: Cause, now: number): void {
    addTo(this.#broken[cause], client)
    if (++this.#turns <= MOST_TURNS) return
    const { key, why, instead } = this.#why
    throw new UserError(
      `${key}: no update came of ${MOST_TURNS} turns ${this.#times(now)}, since ${why}, and hardly ever would; ` +
        `expected ${instead}, or shorter turns (workload)`,
    )
  }

  /** A scheduler has decided; `leftOut`: who waits for a slot and was given none. A `UserError` where that is too often. */
  decided(scheduler: string, leftOut: () => number | undefined, now: number): void {
    const client = leftOut()
    if (client !== undefined) addTo(this.#leftOut, client)
    if (++this.#decisions <= MOST_DECISIONS) return
    const begun = `no update came of ${MOST_DECISIONS} decisions of ${scheduler} ${this.#times(now)}`
    if (this.#turns > 0) {
      const { key, why, instead } = this.#why
      throw new UserError(
        `${key}: ${begun}, since ${why} and others were decided for, and hardly ever would; ` +
          `expected ${instead}, or shorter turns (workload)`,
      )
    }
    const [most, times] = mostOf(this.#leftOut)
    const why = times > 0 ? `, which gave client ${most} no slot ${times} times that it waited for one` : ''
    throw new UserError(
      `schedulers: ${begun}${why}, and hardly ever would; expected one that gives whoever waits a slot at some time, or clients that come back more seldom (churn)`,
    )
  }

  #times(now: number): string {
    return `from ${shown(this.#since)} s to ${shown(now)} s`
  }

  /** What most turns were broken off by. */
  get #why() {
    const all = ({ size }: Map<number, number>, [, times]: readonly [number, number]) => size * times
    const [absent, late] = [mostOf(this.#broken.absence), mostOf(this.#broken.deadline)]
    const cause =
      all(this.#broken.absence, absent) >= all(this.#broken.deadline, late) ? 'absence' : 'deadline'
    const [client, times] = cause === 'absence' ? absent : late
    const { key, what, instead } = causes[cause]
    return { key, instead, why: `${what} in the midst of turns (client ${client} ${times} times)` }
  }
}

const addTo = (counts: Map<number, number>, client: number) =>
  counts.set(client, (counts.get(client) ?? 0) + 1)

/** Who comes up most often, and how often. */
function mostOf(counts: Map<number, number>): readonly [client: number, times: number] {
  let most: readonly [number, number] = [-1, 0]
  for (const each of counts) if (each[1] > most[1]) most = each
  return most
}
