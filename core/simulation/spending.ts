import type { Budgets } from '../environment/parameters.js'
import type { SpentBudget } from '../observe/events.js'
import { float64, noValues, statePart, uint8 } from '../plugin/state-part.js'

/** Tells of a budget that was spent: by a client, or (null) by the whole run. */
type OnSpent = (spent: Pick<SpentBudget, 'client' | 'spent' | 'budget'>) => void

/** What the rounds of one scheduler have cost so far, against its budgets (C1, C2). */
export class Spending {
  readonly #budgets: Budgets
  readonly #onSpent: OnSpent
  /** 1 for each client that has not quit. */
  readonly remaining: Uint8Array
  /** Energy of each client, J. */
  readonly energy: Float64Array
  #left: number

  constructor(budgets: Budgets, onSpent: OnSpent) {
    this.#budgets = budgets
    this.#onSpent = onSpent
    this.remaining = new Uint8Array(budgets.energyJoules.length).fill(1)
    this.energy = new Float64Array(budgets.energyJoules.length)
    this.#left = budgets.energyJoules.length
  }

  /** Shares of the budgets that are spent, the simulated time being `now`, s. */
  ratios(now: number): { energyRatio: Float64Array; latencyRatio: number } {
    const { energyJoules, latencySeconds } = this.#budgets
    return {
      energyRatio: this.energy.map((spent, client) => spent / energyJoules[client]),
      latencyRatio: now / latencySeconds,
    }
  }

  /** Charges what clients spent, J, NaN for those who sat out: who has spent it all quits. Whether all have. */
  chargeEnergy(clientEnergy: Float64Array): boolean {
    for (let client = 0; client < this.remaining.length; client++)
      if (!Number.isNaN(clientEnergy[client])) this.charge(client, clientEnergy[client])
    return this.#left === 0
  }

  /** Charges what one client spent, J: if that is all it has, it quits. */
  charge(client: number, joules: number): void {
    const budget = this.#budgets.energyJoules[client]
    this.energy[client] += joules
    const spent = this.energy[client]
    if (spent <= budget) return
    this.#left -= this.remaining[client]
    this.remaining[client] = 0
    this.#onSpent({ client, spent, budget })
  }

  /** Clients that have not quit. */
  get left(): number {
    return this.#left
  }

  /** Whether the time is spent, the simulated time being `now`, s: the run ends then. */
  chargeTime(now: number): boolean {
    const { latencySeconds } = this.#budgets
    if (now <= latencySeconds) return false
    this.#onSpent({ client: null, spent: now, budget: latencySeconds })
    return true
  }

  get state() {
    const clients = this.energy.length
    return statePart({
      values: noValues,
      arrays: { remaining: uint8(clients), energySpent: float64(clients) },
      save: () => ({
        values: {},
        arrays: { remaining: this.remaining.slice(), energySpent: this.energy.slice() },
      }),
      restore: ({ arrays }) => {
        this.remaining.set(arrays.remaining)
        this.#left = arrays.remaining.reduce((sum, remains) => sum + remains, 0)
        this.energy.set(arrays.energySpent)
      },
    })
  }
}
