import type { RoundSnapshot } from '../environment/environment.js'
import type { Assignment } from '../network/assignment.js'
import { evaluateRound, type RoundCost } from '../network/round-cost.js'
import type { RoundNetwork } from '../network/round-network.js'
import type { RunBus } from '../observe/events.js'
import type { Parts } from '../plugin/saved-state.js'
import { DeviationMonitor } from '../twin/deviation.js'
import type { Replica } from '../twin/replica.js'
import { withDelay } from './decision-delay.js'
import { pluginFailure } from './plugin-failure.js'
import type { NamedScheduler, TwinSettings } from './scheduler-run-settings.js'

/** The twin of one scheduler: what it decides on, held against what comes of it. */
export class SchedulerTwin {
  readonly #settings: TwinSettings
  readonly #scheduler: NamedScheduler
  readonly #bus: RunBus
  readonly #replica: Replica
  readonly #deviation: DeviationMonitor

  constructor(settings: TwinSettings, scheduler: NamedScheduler, bus: RunBus) {
    this.#settings = settings
    this.#scheduler = scheduler
    this.#bus = bus
    this.#replica = settings.createReplica()
    this.#deviation = new DeviationMonitor(settings.window, settings.threshold)
  }

  get parts(): Parts {
    return { replica: this.#replica, deviation: this.#deviation }
  }

  /** The network as the twin has it at a simulated time, s. */
  network(snapshot: RoundSnapshot, now: number, active: Uint8Array): RoundNetwork {
    return this.#replica.network(snapshot, now, active)
  }

  /** Tells what the twin took a round to cost beside what it did, and trains on where the two have come apart. */
  async compare(
    round: number,
    known: RoundNetwork,
    assignment: Assignment,
    decisionTime: number,
    { cost, time }: RoundCost,
  ): Promise<void> {
    const { label: scheduler } = this.#scheduler
    const predicted = withDelay(evaluateRound(known, assignment), decisionTime, known.weights)
    const deviation = this.#deviation.add(predicted.cost, cost)
    if (deviation !== null) this.#bus.emit('twin:deviation', { round, scheduler, deviation })
    this.#bus.emit('twin', {
      round,
      scheduler,
      predictedCost: predicted.cost,
      predictedTime: predicted.time,
      cost,
      time,
      age: this.#replica.age(round),
      deviation,
      tuned: deviation !== null && (await this.#fineTune(round)),
    })
  }

  async #fineTune(round: number): Promise<boolean> {
    try {
      return await this.#settings.fineTune(this.#scheduler, round)
    } catch (error) {
      throw pluginFailure(this.#scheduler, `round ${round}, train()`, error)
    }
  }
}
