import type { Arrival } from './row.js'

/** What an edge server has put together, before a cloud did. */
export interface EdgeAggregation {
  readonly server: number
  readonly arrivals: readonly Arrival[]
}

/** What a row consists of. */
export interface Gathered {
  /** All updates of the row, in the order in which they arrived. */
  readonly arrivals: readonly Arrival[]
  /** What edge servers put together, in order. */
  readonly edgeRounds: readonly EdgeAggregation[]
  /** What is put together now. */
  readonly merged: readonly Arrival[]
}

/** What has arrived and is not yet in a row. */
export class Gathering {
  #arrivals: Arrival[] = []
  #waiting: Arrival[] = []
  #edgeRounds: EdgeAggregation[] = []
  /** Put together, and on its way to and from where that is. */
  #taken: Gathered | undefined

  add(arrival: Arrival): void {
    this.#arrivals.push(arrival)
    this.#waiting.push(arrival)
  }

  /** How many wait to be put together. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Servers that anything of this row has come to, ascending. */
  get servers(): number[] {
    return [...new Set(this.#arrivals.map(({ server }) => server))].sort((a, b) => a - b)
  }

  /** A server puts together what waits at it. */
  atEdge(server: number): void {
    const arrivals = this.#waiting.filter((arrival) => arrival.server === server)
    if (arrivals.length === 0) return
    this.#waiting = this.#waiting.filter((arrival) => arrival.server !== server)
    this.#edgeRounds.push({ server, arrivals })
  }

  /** Takes all there is, or what these clients brought, to be put together; what else there is, and what arrives from now on, is for another row. */
  take(clients?: readonly number[]): Gathered {
    const isTaken = ({ client }: Arrival) => !clients || clients.includes(client)
    const left = (arrivals: readonly Arrival[]) =>
      clients ? arrivals.filter((arrival) => !isTaken(arrival)) : []
    const taken = {
      arrivals: clients ? this.#arrivals.filter(isTaken) : this.#arrivals,
      edgeRounds: this.#edgeRounds,
      merged: clients ? this.#waiting.filter(isTaken) : this.#waiting,
    }
    this.#taken = taken
    this.#arrivals = left(this.#arrivals)
    this.#waiting = left(this.#waiting)
    this.#edgeRounds = []
    return taken
  }

  /** The version that the oldest of these was trained from; `present` where there is none. */
  oldest(present: number): number {
    const all = [...this.#arrivals, ...(this.#taken?.arrivals ?? [])]
    return all.reduce((oldest, { version }) => Math.min(oldest, version), present)
  }

  /** What was taken is in a row. */
  settle(): void {
    this.#taken = undefined
  }
}
