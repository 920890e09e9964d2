import type { RoundSnapshot } from '../environment/round-snapshot.js'
import type { Decision } from '../network/decision.js'
import { evaluateRound, type RoundCost } from '../network/round-cost.js'
import type { RoundNetwork } from '../network/round-network.js'
import type { RunBus } from '../observe/events.js'
import type { Estimator } from '../plugin/estimator-contract.js'
import { checkpointable, violationOfState } from '../plugin/saved-state.js'
import type { StateParts } from '../plugin/state-part.js'
import { DeviationMonitor } from '../twin/deviation.js'
import { gainErrorDb } from '../twin/prediction-error.js'
import type { Replica } from '../twin/replica.js'
import type { Traffic } from '../twin/traffic.js'
import { withDelay } from './decision-delay.js'
import type { SchedulerHost } from './scheduler-host.js'
import type { TwinSettings } from './scheduler-run-settings.js'
import { withTraffic } from './synchronisation.js'

/** What a round waits for: s in all, and what was reported meanwhile. */
interface Waited {
  readonly delay: number
  readonly traffic: Traffic
}

/** What a round was taken to cost, and what gains were off by, dB. */
export interface Prediction extends Pick<RoundCost, 'cost' | 'time'> {
  readonly gainErrorDb: number
}

/** The twin of one scheduler: what it decides on, held against what comes of it. */
export class SchedulerTwin {
  readonly #settings: TwinSettings
  readonly #label: string
  readonly #host: SchedulerHost
  readonly #bus: RunBus
  readonly #replica: Replica
  readonly #estimator: Estimator
  readonly #deviation: DeviationMonitor

  constructor(settings: TwinSettings, label: string, host: SchedulerHost, bus: RunBus) {
    this.#settings = settings
    this.#label = label
    this.#host = host
    this.#bus = bus
    const { replica, estimator } = settings.open(label)
    this.#replica = replica
    this.#estimator = estimator
    this.#deviation = new DeviationMonitor(settings.window, settings.threshold)
  }

  get parts(): StateParts {
    const kept = checkpointable(this.#estimator)
    return {
      replica: this.#replica.state,
      deviation: this.#deviation.state,
      estimator: kept && { ...kept, violation: violationOfState },
    }
  }

  /** The network as the twin has it at a simulated time, s; what clients have spent of their energy is theirs to report. */
  network(
    snapshot: RoundSnapshot,
    now: number,
    active: Uint8Array,
    energyRatio?: Float64Array,
  ): RoundNetwork {
    return this.#replica.network(snapshot, now, active, energyRatio)
  }

  /** What the synchronisation of the round took. */
  get traffic(): Traffic {
    return this.#replica.traffic
  }

  /** Whom the twin takes to be there, and what they have spent of their energy. */
  takes(active: Uint8Array, energyRatio: Float64Array) {
    return {
      active: this.#replica.takesForPresent(active),
      energyRatio: this.#replica.takesForSpent(energyRatio),
    }
  }

  /** A client that was given a slot did not answer. */
  missed(client: number): void {
    this.#replica.missed(client)
  }

  /** What the twin takes a decision to cost, and how far it is off. `delay`: s that it begins later for synchronising and deciding. */
  predict(
    actual: RoundNetwork,
    known: RoundNetwork,
    decision: Decision,
    { delay, traffic }: Waited,
    charged: (cost: RoundCost) => RoundCost = (found) => found,
  ): Prediction {
    const delayed = withDelay(evaluateRound(known, decision), delay, known.weights)
    const { cost, time } = charged(withTraffic(delayed, traffic, known.weights))
    return { cost, time, gainErrorDb: gainErrorDb(known, actual) }
  }

  /** Tells what it took a round to cost beside what it did, and trains on where the two have come apart. `traffic`: what was reported for it. */
  async compare(
    round: number,
    predicted: Prediction,
    traffic: Traffic,
    { cost, time }: Pick<RoundCost, 'cost' | 'time'>,
  ): Promise<void> {
    const scheduler = this.#label
    const { openTrainingEnvironment, fineTuneSteps } = this.#settings
    const { reports, bits, seconds, joules } = traffic
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
      gainErrorDb: predicted.gainErrorDb,
      reports,
      reportBits: bits,
      reportSeconds: seconds,
      reportJoules: joules.reduce((sum, each) => sum + each, 0),
      tuned: deviation !== null && (await this.#host.fineTune(round, openTrainingEnvironment, fineTuneSteps)),
    })
  }
}
