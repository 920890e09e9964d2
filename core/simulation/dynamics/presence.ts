import { UserError } from '../../errors.js'
import type { Simulation } from '../../kernel/index.js'
import type { Churn, PresenceTimeline } from '../../plugin/contracts.js'

/** Told when a client leaves, and when it will be back (Infinity: never). */
export type LeaveListener = (client: number, start: number, end: number) => void

/** Who is there, as time passes: clients leave and come back as a churn plugin says; without one, all stay. */
export class Presence {
  /** 1 for each client that is there, length N. */
  readonly present: Uint8Array
  readonly #simulation: Simulation
  readonly #timelines: readonly PresenceTimeline[]
  readonly #changesAt: Float64Array
  readonly #onLeave: LeaveListener
  readonly #onReturn: (client: number) => void
  #changes = 0

  constructor(
    simulation: Simulation,
    clients: number,
    churn: Churn | undefined,
    onLeave: LeaveListener,
    onReturn: (client: number) => void = () => {},
  ) {
    this.#simulation = simulation
    this.#onLeave = onLeave
    this.#onReturn = onReturn
    this.present = new Uint8Array(clients).fill(1)
    this.#changesAt = new Float64Array(clients).fill(Infinity)
    this.#timelines = churn ? Array.from(this.present, (_, client) => churn.timeline(client)) : []
    for (const [client, timeline] of this.#timelines.entries()) {
      this.present[client] = timeline.presentAtStart ? 1 : 0
      this.#scheduleChange(client)
      // As an event, for those who listen are not there yet.
      if (!timeline.presentAtStart) simulation.schedule(0, () => this.#leave(client, 0), -1)
    }
  }

  /** How often somebody has left or come back. */
  get changes(): number {
    return this.#changes
  }

  /** When a client next leaves or comes back; Infinity where it never does. */
  changesAt(client: number): number {
    return this.#changesAt[client]
  }

  #scheduleChange(client: number): void {
    const time = this.#timelines[client].next()
    const now = this.#simulation.now
    if (!(time >= now))
      throw new UserError(`churn: client ${client} was to leave or join at ${time} s, after ${now} s`)
    this.#changesAt[client] = time
    if (time < Infinity) this.#simulation.scheduleAt(time, () => this.#change(client))
  }

  #change(client: number): void {
    const now = this.#simulation.now
    this.present[client] ^= 1
    this.#scheduleChange(client)
    if (!this.present[client]) {
      this.#leave(client, now)
      return
    }
    this.#changes++
    this.#onReturn(client)
  }

  #leave(client: number, start: number): void {
    this.#changes++
    this.#onLeave(client, start, this.#changesAt[client])
  }
}
