import type { Environment, Scene } from '../environment/environment.js'
import type { Budgets } from '../environment/parameters.js'
import type { Walk } from '../environment/walk.js'
import { UserError } from '../errors.js'
import { Simulation } from '../kernel/index.js'
import { type Assignment, channelOf, findViolations, SITS_OUT, serverOf } from '../network/assignment.js'
import { evaluateRound, type RoundCost } from '../network/round-cost.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import type { RunBus } from '../observe/events.js'
import type { Scheduler } from '../plugin/contracts.js'
import {
  type Checkpointable,
  checkpointable,
  type Parts,
  restoreParts,
  type SavedState,
  saveParts,
} from '../plugin/saved-state.js'
import type { InformationTier } from '../plugin/tiers.js'
import { DeviationMonitor } from '../twin/deviation.js'
import type { Replica } from '../twin/replica.js'
import { type DecisionDelay, startedLater } from './decision-delay.js'
import type { CreateDynamics, Dynamics, PlayedRound } from './dynamics/dynamics.js'
import { userErrorsPlain } from './dynamics/user-errors.js'
import { completedClients, type RoundLearning } from './learning.js'
import { pluginFailure } from './plugin-failure.js'
import { schedulerState } from './scheduler-state.js'
import { View } from './view.js'

/** A scheduler as the scenario names it. */
export interface LaneScheduler {
  readonly label: string
  readonly plugin: string
  readonly tier: InformationTier
  /** Not one of cotwin's own: what it throws is its author's to mend. */
  readonly outside: boolean
  readonly scheduler: Scheduler
}

export interface LaneSettings {
  readonly parameters: NetworkParameters
  readonly budgets: Budgets
  readonly dynamics: CreateDynamics
  readonly decisionDelay: DecisionDelay
  /** Coherence time of the channels, s; Infinity where they do not age. */
  readonly coherenceSeconds: number
  /** Coherence times, s, at which it is told what the same decisions would have cost. */
  readonly otherCoherenceSeconds: readonly number[]
  readonly onViolation: 'error' | 'interfere'
  /** Whether rounds cost what the equations say of the network that was decided on, slots unshared. */
  readonly boundsHold: boolean
  /** The twin that schedulers decide on; undefined where it is perfect. */
  readonly twin: LaneTwin | undefined
}

export interface LaneTwin {
  readonly window: number
  /** Infinity where deviations are not told. */
  readonly threshold: number
  /** The replica of one more world. */
  createReplica(): Replica
  /** Trains a scheduler on in the twin; false where there is nothing to train. */
  fineTune(scheduler: LaneScheduler, round: number): Promise<boolean>
}

/**
 * The world of one scheduler: its own clock, budgets and clients that quit, on the channels that all lanes share.
 */
export class Lane implements Checkpointable {
  readonly scheduler: LaneScheduler
  readonly #settings: LaneSettings
  readonly #bus: RunBus
  readonly #simulation = new Simulation()
  readonly #dynamics: Dynamics
  readonly #environment: Environment
  /** Undefined where clients stay in their places. */
  readonly #walk: Walk | undefined
  /** The scheduler's own copy. */
  readonly #knownParameters: NetworkParameters
  /** 1 for each client that has not quit. */
  readonly #remaining: Uint8Array
  readonly #energySpent: Float64Array
  readonly #serverClients: Int32Array
  readonly #channelClients: Int32Array
  /** What the clients learn, if anything. */
  readonly #learning: RoundLearning | undefined
  /** Undefined where the twin is perfect. */
  readonly #replica: Replica | undefined
  readonly #deviation: DeviationMonitor | undefined
  /** The round in hand. */
  #round = 0
  #ended = false

  constructor(
    scheduler: LaneScheduler,
    environment: Environment,
    settings: LaneSettings,
    bus: RunBus,
    learning?: RoundLearning,
  ) {
    this.scheduler = scheduler
    this.#learning = learning
    this.#settings = settings
    this.#environment = environment
    this.#walk = environment.walk()
    this.#bus = bus
    this.#knownParameters = structuredClone(settings.parameters)
    const { twin } = settings
    this.#replica = twin?.createReplica()
    this.#deviation = twin && new DeviationMonitor(twin.window, twin.threshold)
    const { clients, servers, channels } = settings.parameters
    this.#remaining = new Uint8Array(clients).fill(1)
    this.#energySpent = new Float64Array(clients)
    this.#serverClients = new Int32Array(servers)
    this.#channelClients = new Int32Array(channels)
    this.#dynamics = settings.dynamics(this.#simulation, (fault) => {
      bus.emit('fault', { round: this.#round, scheduler: scheduler.label, ...fault })
    })
  }

  /**
   * Whether there are no more rounds: the latency budget is spent, every client has quit or is away for good, or a
   * round never ends.
   */
  get ended(): boolean {
    return this.#ended
  }

  /** Simulated time on this clock, s. */
  get now(): number {
    return this.#simulation.now
  }

  /** Says what the clients' model takes the test set for now, if they learn one. */
  async tellConfusion(): Promise<void> {
    await this.#learning?.tellConfusion()
  }

  /** Everything that goes on from round to round in this world. */
  save(): SavedState {
    return saveParts(this.#parts)
  }

  restore(state: SavedState): void {
    restoreParts(this.#parts, state)
  }

  /** In the order in which they are restored: the clock goes on from where the dynamics leave it. */
  get #parts(): Parts {
    return {
      dynamics: checkpointable(this.#dynamics),
      lane: { save: () => this.#saveOwn(), restore: (state) => this.#restoreOwn(state) },
      scheduler: schedulerState(this.scheduler, () => this.#round),
      replica: this.#replica,
      deviation: this.#deviation,
      learning: this.#learning,
    }
  }

  #saveOwn(): SavedState {
    return {
      values: { now: this.#simulation.now, ended: this.#ended },
      arrays: {
        remaining: this.#remaining.slice(),
        energySpent: this.#energySpent.slice(),
        serverClients: this.#serverClients.slice(),
        channelClients: this.#channelClients.slice(),
      },
    }
  }

  #restoreOwn({ values, arrays }: SavedState): void {
    this.#simulation.run(values.now as number)
    this.#ended = values.ended as boolean
    this.#remaining.set(arrays.remaining)
    this.#energySpent.set(arrays.energySpent)
    this.#serverClients.set(arrays.serverClients)
    this.#channelClients.set(arrays.channelClients)
  }

  /** Waits for clients, decides, lets the round happen, charges the budgets. */
  async play(round: number): Promise<void> {
    this.#round = round
    if (!this.#dynamics.awaitAnyOf(this.#remaining)) this.#ended = true
    this.#chargeTime()
    if (this.#ended) return
    const active = this.#remaining.map((remains, client) => remains & this.#dynamics.present[client])
    const scene = await this.#scene(round)
    const known = this.#replica?.network(scene, this.#simulation.now, active)
    const { assignment, decisionSeconds } = await this.#decide(round, known ?? scene.network, active)
    const violations = this.#check(round, assignment, active)
    const startTime = this.#simulation.now
    const decisionTime = this.#settings.decisionDelay(this.scheduler.label, decisionSeconds)
    this.#wait(round, decisionTime)
    const played = this.#happen(
      round,
      scene.networkAfter(decisionTime, this.#settings.coherenceSeconds),
      assignment,
    )
    const { weights } = scene.network
    const cost = startedLater(played.cost, decisionTime, weights)
    const staticCost = startedLater(played.staticCost, decisionTime, weights)
    // No clock can show a round that never ends: it is recorded, and is the last.
    if (!Number.isFinite(cost.time)) this.#ended = true
    this.#remember(assignment)
    await this.#tell({ round, assignment: assignment.slice(), cost })
    this.#charge(cost)
    this.#bus.emit('scheduler:round', {
      round,
      scheduler: this.scheduler.label,
      assignment,
      cost,
      staticCost,
      startTime,
      decisionTime,
      active: count(active, 1),
      served: assignment.length - count(assignment, SITS_OUT),
      completed: cost.clientTime.reduce((sum, time) => sum + (Number.isFinite(time) ? 1 : 0), 0),
      violations,
      bound: this.#settings.boundsHold ? (this.scheduler.scheduler.bound?.() ?? null) : null,
    })
    this.#tellAging(scene, assignment, decisionTime)
    if (known) await this.#compare(known, assignment, decisionTime, cost)
    await this.#learning?.round({
      round,
      completed: completedClients(assignment, cost, this.#settings.parameters.channels, startTime),
      time: this.#simulation.now,
      energy: this.#energySpent.reduce((sum, spent) => sum + spent, 0),
      last: this.#ended,
    })
  }

  /** The round's network, with clients that move where this clock has them. */
  async #scene(round: number): Promise<Scene> {
    const positions = this.#walk?.positionsAt(this.#simulation.now)
    const scene = await this.#environment.scene(round, positions)
    const { clientPositions } = scene
    if (positions) this.#bus.emit('positions', { round, scheduler: this.scheduler.label, clientPositions })
    return scene
  }

  async #decide(
    round: number,
    network: RoundNetwork,
    active: Uint8Array,
  ): Promise<{ assignment: Assignment; decisionSeconds: number }> {
    const parameters = this.#knownParameters
    const view = new View(
      round,
      parameters,
      this.#counts(active),
      replicaOf(network, parameters),
      this.scheduler,
    )
    const start = performance.now()
    let assignment: Assignment
    try {
      assignment = await this.scheduler.scheduler.decide(view)
    } catch (error) {
      throw pluginFailure(this.scheduler, `round ${round}`, error)
    }
    const decisionSeconds = (performance.now() - start) / 1000
    this.#bus.emit('decision', { round, scheduler: this.scheduler.label, decisionSeconds })
    return { assignment, decisionSeconds }
  }

  /** Lets the time pass that the decision takes. */
  #wait(round: number, seconds: number): void {
    if (seconds === 0) return
    const start = this.#simulation.now
    userErrorsPlain(() => this.#simulation.run(start + seconds))
    const { label: scheduler } = this.scheduler
    const end = this.#simulation.now
    this.#bus.emit('phase', { round, scheduler, client: null, phase: 'decision', start, end })
  }

  #counts(active: Uint8Array) {
    const { budgets } = this.#settings
    return {
      active: active.slice(),
      serverClients: this.#serverClients.slice(),
      channelClients: this.#channelClients.slice(),
      energyRatio: this.#energySpent.map((spent, client) => spent / budgets.energyJoules[client]),
      latencyRatio: this.#simulation.now / budgets.latencySeconds,
    }
  }

  /** How many clients share a slot; throws where the assignment is not to be had. */
  #check(round: number, assignment: Assignment, active: Uint8Array): number {
    const { label, plugin } = this.scheduler
    const who = `scheduler "${label}" (plugin ${plugin}), round ${round}`
    if (!(assignment instanceof Int32Array)) {
      const found = Object.prototype.toString.call(assignment).slice(8, -1)
      throw new UserError(`${who}: decide() returned ${found}, expected an Int32Array with a slot per client`)
    }
    const violations = findViolations(assignment, this.#settings.parameters, active)
    const shared = violations.filter(({ kind }) => kind === 'C5').length
    if (this.#settings.onViolation === 'interfere' && shared === violations.length) return shared
    if (violations.length === 0) return 0
    throw new UserError(
      violations.map(({ client, message }) => ({
        message: `${who}${client < 0 ? '' : `, client ${client}`}: ${message}`,
      })),
    )
  }

  #happen(round: number, network: RoundNetwork, assignment: Assignment): PlayedRound {
    const scheduler = this.scheduler.label
    const observed = this.#bus.listenerCount('phase') > 0
    return this.#dynamics.play({
      round,
      network,
      assignment,
      onPhase: (client, phase, start, end) => {
        if (observed) this.#bus.emit('phase', { round, scheduler, client, phase, start, end })
      },
    })
  }

  /** Tells what the twin took the round to cost beside what it did, and trains on where the two have come apart. */
  async #compare(
    known: RoundNetwork,
    assignment: Assignment,
    decisionTime: number,
    { cost, time }: RoundCost,
  ): Promise<void> {
    const { label: scheduler } = this.scheduler
    const round = this.#round
    const predicted = startedLater(evaluateRound(known, assignment), decisionTime, known.weights)
    const deviation = this.#deviation?.add(predicted.cost, cost) ?? null
    if (deviation !== null) this.#bus.emit('twin:deviation', { round, scheduler, deviation })
    this.#bus.emit('twin', {
      round,
      scheduler,
      predictedCost: predicted.cost,
      predictedTime: predicted.time,
      cost,
      time,
      age: this.#replica?.age(round) ?? 0,
      deviation,
      tuned: deviation !== null && (await this.#fineTune()),
    })
  }

  async #fineTune(): Promise<boolean> {
    try {
      return (await this.#settings.twin?.fineTune(this.scheduler, this.#round)) ?? false
    } catch (error) {
      throw pluginFailure(this.scheduler, `round ${this.#round}, train()`, error)
    }
  }

  /** What the same decision would have cost on channels with other coherence times. */
  #tellAging(scene: Scene, assignment: Assignment, delaySeconds: number): void {
    const { round, network } = scene
    if (delaySeconds === 0) return
    for (const coherenceSeconds of this.#settings.otherCoherenceSeconds) {
      const later = evaluateRound(scene.networkAfter(delaySeconds, coherenceSeconds), assignment)
      const { cost, time } = startedLater(later, delaySeconds, network.weights)
      const { label: scheduler } = this.scheduler
      this.#bus.emit('aging', { round, scheduler, coherenceSeconds, delaySeconds, cost, time })
    }
  }

  #remember(assignment: Assignment): void {
    const { channels } = this.#settings.parameters
    this.#serverClients.fill(0)
    this.#channelClients.fill(0)
    for (const slot of assignment) {
      if (slot === SITS_OUT) continue
      this.#serverClients[serverOf(slot, channels)]++
      this.#channelClients[channelOf(slot, channels)]++
    }
  }

  async #tell(outcome: { round: number; assignment: Assignment; cost: RoundCost }): Promise<void> {
    try {
      await this.scheduler.scheduler.observe?.(outcome)
    } catch (error) {
      throw pluginFailure(this.scheduler, `round ${outcome.round}, observe()`, error)
    }
  }

  /** Clients that have spent their energy quit (C2). */
  #charge(cost: RoundCost): void {
    const { energyJoules } = this.#settings.budgets
    const event = { round: this.#round, scheduler: this.scheduler.label, time: this.#simulation.now }
    for (let client = 0; client < this.#remaining.length; client++) {
      if (Number.isNaN(cost.clientEnergy[client])) continue
      this.#energySpent[client] += cost.clientEnergy[client]
      const spent = this.#energySpent[client]
      if (spent <= energyJoules[client]) continue
      this.#remaining[client] = 0
      this.#bus.emit('budget:spent', { ...event, client, spent, budget: energyJoules[client] })
    }
    this.#chargeTime()
    if (count(this.#remaining, 1) === 0) this.#ended = true
  }

  /** The run ends when its time is spent (C1). */
  #chargeTime(): void {
    const { latencySeconds: budget } = this.#settings.budgets
    const time = this.#simulation.now
    if (time <= budget) return
    this.#ended = true
    const event = { round: this.#round, scheduler: this.scheduler.label, time }
    this.#bus.emit('budget:spent', { ...event, client: null, spent: time, budget })
  }
}

/** A copy of the network: whatever a scheduler does to its own, the physical one and the other lanes keep theirs. */
function replicaOf(network: RoundNetwork, parameters: NetworkParameters): RoundNetwork {
  const uplinkGain = network.uplinkGain.slice()
  return {
    ...parameters,
    uplinkGain,
    downlinkGain: network.downlinkGain === network.uplinkGain ? uplinkGain : network.downlinkGain.slice(),
    meanGain: network.meanGain.slice(),
  }
}

function count(values: Int32Array | Uint8Array, value: number): number {
  let found = 0
  for (let i = 0; i < values.length; i++) if (values[i] === value) found++
  return found
}
