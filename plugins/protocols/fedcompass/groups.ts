/** What is known of how fast a client is, by its latest turn. */
export interface Pace {
  readonly secondsOfPass: number
  /** Of its weights down and up. */
  readonly secondsOnTheWay: number
}

export interface Limits {
  readonly leastPasses: number
  readonly mostPasses: number
  readonly latestFactor: number
}

/** Clients that are expected to arrive together. */
export interface Group {
  /** Simulated times, s: when they are expected, and up to when they are waited for. */
  readonly expected: number
  readonly latest: number
  readonly members: Set<number>
  /** Those of them that are under way. */
  readonly pending: Set<number>
}

/** What a client is to do in its next turn. */
export interface Plan {
  readonly passes: number
  /** Undefined where nobody knows yet how fast it is. */
  readonly group: Group | undefined
  readonly isNew: boolean
}

/** Who is to arrive with whom: COMPASS of Li et al. (2024), Algorithms 2 and 3. */
export class Groups {
  readonly #limits: Limits
  readonly #paces: (Pace | undefined)[]
  readonly #open = new Set<Group>()

  constructor(clients: number, limits: Limits) {
    this.#limits = limits
    this.#paces = new Array<Pace | undefined>(clients).fill(undefined)
  }

  learn(client: number, pace: Pace): void {
    this.#paces[client] = pace
  }

  /** A client that broke off has to show anew how fast it is: in a turn of least passes, which it may get to the end of. */
  forget(client: number): void {
    this.#paces[client] = undefined
  }

  /** A group that nobody is to join any more. */
  close(group: Group): void {
    this.#open.delete(group)
  }

  /** Passes and group of a client that sets out now, s. */
  plan(client: number, now: number): Plan {
    const { leastPasses, mostPasses, latestFactor } = this.#limits
    const pace = this.#paces[client]
    if (!pace) return { passes: leastPasses, group: undefined, isNew: false }
    const passesUntil = (time: number) =>
      Math.floor((time - now - pace.secondsOnTheWay) / pace.secondsOfPass + 1e-9)
    const fits = (passes: number) => passes >= leastPasses && passes <= mostPasses
    let joined: Group | undefined
    for (const group of this.#open)
      if (
        fits(passesUntil(group.expected)) &&
        (!joined || passesUntil(group.expected) > passesUntil(joined.expected))
      )
        joined = group
    if (joined) {
      joined.members.add(client)
      joined.pending.add(client)
      return { passes: passesUntil(joined.expected), group: joined, isNew: false }
    }
    // A new one, to arrive where the fastest of another group would come back with most passes.
    const meetings = [...this.#open].map((group) => passesUntil(group.expected + this.#quickestRound(group)))
    const passes = meetings.filter(fits).reduce((most, each) => Math.max(most, each), 0) || mostPasses
    const expected = now + pace.secondsOnTheWay + passes * pace.secondsOfPass
    const latest = now + latestFactor * (expected - now)
    const group = { expected, latest, members: new Set([client]), pending: new Set([client]) }
    this.#open.add(group)
    return { passes, group, isNew: true }
  }

  /** What the fastest of a group would take for a turn of most passes, s. */
  #quickestRound({ members }: Group): number {
    let quickest = Number.POSITIVE_INFINITY
    for (const member of members) {
      const pace = this.#paces[member]
      if (!pace) continue
      quickest = Math.min(quickest, pace.secondsOnTheWay + this.#limits.mostPasses * pace.secondsOfPass)
    }
    return quickest
  }
}
