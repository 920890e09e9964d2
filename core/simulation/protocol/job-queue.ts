import type { Simulation } from '../../kernel/index.js'
import { SITS_OUT } from '../../network/assignment.js'
import type { Holdings } from './holdings.js'

/** Behind all else that is due at that instant: who was given a slot at it has taken it by then. */
const BEHIND = 2

/** Of a job, what it takes to be decided for. */
interface Asking {
  readonly settings: { readonly members: Uint8Array | undefined; readonly leastSlots: number }
  /** Whether somebody waits for a slot while nobody has one. */
  readonly isStuck: boolean
}

/**
 * Jobs that wait to be decided for, first come first served: each as soon as enough slots are free of others.
 *
 * A job alone never waits. `onReady` is called when the first can be decided for, behind what else happens at that instant.
 */
export class JobQueue<J extends Asking> {
  readonly #simulation: Simulation
  readonly #jobs: readonly J[]
  readonly #slots: number
  readonly #onReady: () => void
  #waiting: J[] = []
  #looking = false
  /** Undefined until there is ground to stand on. */
  #holdings: Holdings | undefined

  constructor(simulation: Simulation, jobs: readonly J[], slots: number, onReady: () => void) {
    this.#simulation = simulation
    this.#jobs = jobs
    this.#slots = slots
    this.#onReady = onReady
  }

  /** From now on slots are held. */
  begin(holdings: Holdings): void {
    this.#holdings = holdings
    holdings.onFree = () => {
      for (const job of this.#jobs) if (job.isStuck) this.#add(job)
      this.#look()
    }
  }

  /** A job is to be decided for: one alone at once (true), one of several once all has happened that is due. */
  ask(job: J): boolean {
    if (this.#jobs.length === 1) return true
    this.#add(job)
    this.#look()
    return false
  }

  /** The first that waits, where it can be decided for now. */
  take(): J | undefined {
    const [first] = this.#waiting
    if (!first || !this.#mayHave(first)) return undefined
    this.#waiting.shift()
    this.#look()
    return first
  }

  #add(job: J): void {
    if (!this.#waiting.includes(job)) this.#waiting.push(job)
  }

  #mayHave({ settings: { members, leastSlots } }: J): boolean {
    const holdings = this.#holdings
    if (!holdings || !members) return true
    let ofOthers = 0
    for (const client of holdings.holders) if (!members[client]) ofOthers++
    return this.#slots - ofOthers >= leastSlots
  }

  #look(): void {
    if (this.#looking || this.#waiting.length === 0) return
    this.#looking = true
    this.#simulation.schedule(
      0,
      () => {
        this.#looking = false
        const [first] = this.#waiting
        if (first && this.#mayHave(first)) this.#onReady()
      },
      BEHIND,
    )
  }
}

/** What others than a job's clients hold, length N: what is fixed when it is decided for. */
export const heldByOthers = (held: Int32Array, members: Uint8Array): Int32Array =>
  held.map((slot, client) => (members[client] ? SITS_OUT : slot))
