import type { RoundSnapshot } from '../environment/round-snapshot.js'
import type { Decision } from '../network/decision.js'
import { evaluateRound, type RoundCost } from '../network/round-cost.js'
import type { RoundNetwork } from '../network/round-network.js'
import type { RunBus } from '../observe/events.js'
import type { StateParts } from '../plugin/state-part.js'
import { DeviationMonitor } from '../twin/deviation.js'
import type { Replica } from '../twin/replica.js'
import { withDelay } from './decision-delay.js'
import type { SchedulerHost } from './scheduler-host.js'
import type { TwinSettings } from './scheduler-run-settings.js'

/** The twin of one scheduler: what it decides on, held against what comes of it. */
export class SchedulerTwin {
  readonly #settings: TwinSettings
  readonly #label: string
  readonly #host: SchedulerHost
  readonly #bus: RunBus
  readonly #replica: Replica
  readonly #deviation: DeviationMonitor

  constructor(settings: TwinSettings, label: string, host: SchedulerHost, bus: RunBus) {
    this.#settings = settings
    this.#label = label
    this.#host = host
    this.#bus = bus
    this.#replica = settings.createReplica()
    this.#deviation = new DeviationMonitor(settings.window, settings.threshold)
  }

  get parts(): StateParts {
    return { replica: this.#replica.state, deviation: this.#deviation.state }
  }

  /** The network as the twin has it at a simulated time, s. */
  network(snapshot: RoundSnapshot, now: number, active: Uint8Array): RoundNetwork {
    return this.#replica.network(snapshot, now, active)
  }

  /** Tells what the twin took a round to cost beside what it did, and trains on where the two have come apart. */
  async compare(
    round: number,
    known: RoundNetwork,
    decision: Decision,
    decisionTime: number,
    { cost, time }: RoundCost,
    charged: (cost: RoundCost) => RoundCost,
  ): Promise<void> {
    const scheduler = this.#label
    const { openTrainingEnvironment, fineTuneSteps } = this.#settings
    const predicted = charged(withDelay(evaluateRound(known, decision), decisionTime, known.weights))
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
      tuned: deviation !== null && (await this.#host.fineTune(round, openTrainingEnvironment, fineTuneSteps)),
    })
  }
}
