import type { Experiment } from '../../simulation/experiment.js'

/** How far a run is, from what its bus tells; times are wall clock, s. */
export class RunProgress {
  readonly total: number
  #done = 0
  readonly #start: number
  readonly #now: () => number
  readonly #costs: Map<string, { sum: number; rounds: number }>

  constructor(
    { scenario, schedulers, bus }: Pick<Experiment, 'scenario' | 'schedulers' | 'bus'>,
    now = seconds,
  ) {
    this.total = scenario.rounds
    this.#now = now
    this.#start = now()
    this.#costs = new Map(schedulers.map(({ label }) => [label, { sum: 0, rounds: 0 }]))
    bus.on('scheduler:round', ({ scheduler, cost }) => {
      const costs = this.#costs.get(scheduler)
      if (!costs) return
      costs.sum += cost.cost
      costs.rounds++
    })
    bus.on('round:end', () => {
      this.#done++
    })
  }

  /** Rounds completed. */
  get done(): number {
    return this.#done
  }

  /** NaN until there is something to tell it from. */
  get secondsPerRound(): number {
    return this.#done === 0 ? Number.NaN : (this.#now() - this.#start) / this.#done
  }

  get secondsLeft(): number {
    return this.secondsPerRound * (this.total - this.#done)
  }

  /** Mean cost so far of each scheduler, in the scenario's order. */
  get meanCosts(): { label: string; cost: number }[] {
    return [...this.#costs].map(([label, { sum, rounds }]) => ({ label, cost: sum / rounds }))
  }
}

const seconds = (): number => performance.now() / 1000
