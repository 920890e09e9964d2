import { hasDiverged } from '../../observe/events.js'
import type { Experiment } from '../../simulation/experiment.js'

/** A model that is learned; null where there is nothing to tell yet. */
export interface ModelProgress {
  readonly label: string
  readonly loss: number | null
  readonly accuracy: number | null
  readonly diverged: boolean
}

/** How far a run is, from what its bus tells; times are wall clock, s. */
export class RunProgress {
  readonly total: number
  readonly #doneBefore: number
  #done: number
  readonly #start: number
  readonly #now: () => number
  readonly #costs: Map<string, { sum: number; rounds: number }>
  readonly #models = new Map<string, ModelProgress>()

  constructor(
    { scenario, schedulers, bus, rounds }: Pick<Experiment, 'scenario' | 'schedulers' | 'bus' | 'rounds'>,
    now = seconds,
  ) {
    this.total = scenario.rounds
    this.#doneBefore = rounds
    this.#done = rounds
    this.#now = now
    this.#start = now()
    this.#costs = new Map(schedulers.map(({ label }) => [label, { sum: 0, rounds: 0 }]))
    bus.on('scheduler:round', ({ scheduler, cost }) => {
      const costs = this.#costs.get(scheduler)
      if (!costs) return
      costs.sum += cost.cost
      costs.rounds++
    })
    bus.on('learning', (record) => {
      const { scheduler: label, loss, accuracy } = record
      const before = this.#models.get(label)
      this.#models.set(label, {
        label,
        loss: loss ?? before?.loss ?? null,
        accuracy: accuracy ?? before?.accuracy ?? null,
        diverged: hasDiverged(record),
      })
    })
    bus.on('round:end', () => {
      this.#done++
    })
  }

  /** Rounds completed, those before it was resumed included. */
  get done(): number {
    return this.#done
  }

  /** NaN until there is something to tell it from. */
  get secondsPerRound(): number {
    const played = this.#done - this.#doneBefore
    return played === 0 ? Number.NaN : (this.#now() - this.#start) / played
  }

  get secondsLeft(): number {
    return this.secondsPerRound * (this.total - this.#done)
  }

  /** What each model has come to by its latest round and test, in the scenario's order; none where nothing is learned. */
  get models(): ModelProgress[] {
    const order = [...this.#costs.keys(), ...this.#models.keys()]
    return [...new Set(order)].flatMap((label) => this.#models.get(label) ?? [])
  }

  /** Mean cost so far of each scheduler, in the scenario's order. */
  get meanCosts(): { label: string; cost: number }[] {
    return [...this.#costs].map(([label, { sum, rounds }]) => ({ label, cost: sum / rounds }))
  }
}

const seconds = (): number => performance.now() / 1000
