import { UserError } from '../errors.js'
import { Simulation } from '../kernel/index.js'
import { type Assignment, channelOf, findViolations, SITS_OUT, serverOf } from '../network/assignment.js'
import { evaluateRound, type RoundCost } from '../network/round-cost.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import type { RunBus } from '../observe/events.js'
import type { Scheduler } from '../plugin/contracts.js'
import type { InformationTier } from '../plugin/tiers.js'
import type { Scene } from './environment.js'
import type { Budgets } from './parameters.js'
import { pluginFailure } from './plugin-failure.js'
import { playStaticRound } from './round.js'
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
  readonly headForwardShare: number
  readonly onViolation: 'error' | 'interfere'
}

/**
 * The world of one scheduler: its own clock, budgets and clients that quit, on the channels that all lanes share.
 */
export class Lane {
  readonly scheduler: LaneScheduler
  readonly #settings: LaneSettings
  readonly #bus: RunBus
  readonly #simulation = new Simulation()
  /** The scheduler's own copy. */
  readonly #knownParameters: NetworkParameters
  readonly #active: Uint8Array
  readonly #energySpent: Float64Array
  readonly #serverClients: Int32Array
  readonly #channelClients: Int32Array
  #ended = false

  constructor(scheduler: LaneScheduler, settings: LaneSettings, bus: RunBus) {
    this.scheduler = scheduler
    this.#settings = settings
    this.#bus = bus
    this.#knownParameters = structuredClone(settings.parameters)
    const { clients, servers, channels } = settings.parameters
    this.#active = new Uint8Array(clients).fill(1)
    this.#energySpent = new Float64Array(clients)
    this.#serverClients = new Int32Array(servers)
    this.#channelClients = new Int32Array(channels)
  }

  /** Whether there are no more rounds: the latency budget is spent, every client has quit, or a round never ends. */
  get ended(): boolean {
    return this.#ended
  }

  /** Decides, lets the round happen, charges the budgets. */
  async play(scene: Scene): Promise<void> {
    const { round, network } = scene
    const assignment = await this.#decide(round, network)
    const violations = this.#check(round, assignment)
    const cost = evaluateRound(network, assignment)
    const startTime = this.#simulation.now
    this.#happen(round, cost)
    this.#remember(assignment)
    await this.#tell({ round, assignment: assignment.slice(), cost })
    const label = this.scheduler.label
    const active = count(this.#active, 1)
    const served = assignment.length - count(assignment, SITS_OUT)
    this.#charge(round, cost)
    this.#bus.emit('scheduler:round', {
      round,
      scheduler: label,
      assignment,
      cost,
      startTime,
      active,
      served,
      violations,
    })
  }

  async #decide(round: number, network: RoundNetwork): Promise<Assignment> {
    const parameters = this.#knownParameters
    const view = new View(round, parameters, this.#counts(), replicaOf(network, parameters), this.scheduler)
    const start = performance.now()
    let assignment: Assignment
    try {
      assignment = await this.scheduler.scheduler.decide(view)
    } catch (error) {
      throw pluginFailure(this.scheduler, `round ${round}`, error)
    }
    const decisionSeconds = (performance.now() - start) / 1000
    this.#bus.emit('decision', { round, scheduler: this.scheduler.label, decisionSeconds })
    return assignment
  }

  #counts() {
    const { budgets } = this.#settings
    return {
      active: this.#active.slice(),
      serverClients: this.#serverClients.slice(),
      channelClients: this.#channelClients.slice(),
      energyRatio: this.#energySpent.map((spent, client) => spent / budgets.energyJoules[client]),
      latencyRatio: this.#simulation.now / budgets.latencySeconds,
    }
  }

  /** How many clients share a slot; throws where the assignment is not to be had. */
  #check(round: number, assignment: Assignment): number {
    const { label, plugin } = this.scheduler
    const who = `scheduler "${label}" (plugin ${plugin}), round ${round}`
    if (!(assignment instanceof Int32Array)) {
      const found = Object.prototype.toString.call(assignment).slice(8, -1)
      throw new UserError(`${who}: decide() returned ${found}, expected an Int32Array with a slot per client`)
    }
    const violations = findViolations(assignment, this.#settings.parameters, this.#active)
    const shared = violations.filter(({ kind }) => kind === 'C5').length
    if (this.#settings.onViolation === 'interfere' && shared === violations.length) return shared
    if (violations.length === 0) return 0
    throw new UserError(
      violations.map(({ client, message }) => ({
        message: `${who}${client < 0 ? '' : `, client ${client}`}: ${message}`,
      })),
    )
  }

  #happen(round: number, cost: RoundCost): void {
    // A transfer without any signal never ends, and no clock can show it: the round is recorded, and is the last.
    if (!Number.isFinite(cost.time)) {
      this.#ended = true
      return
    }
    const { label } = this.scheduler
    const observed = this.#bus.listenerCount('phase') > 0
    playStaticRound(this.#simulation, cost, this.#settings.headForwardShare, (client, phase, start, end) => {
      if (observed) this.#bus.emit('phase', { round, scheduler: label, client, phase, start, end })
    })
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

  /** Clients that have spent their energy quit (C2); the run ends when its time is spent (C1). */
  #charge(round: number, cost: RoundCost): void {
    const { latencySeconds, energyJoules } = this.#settings.budgets
    const time = this.#simulation.now
    const event = { round, scheduler: this.scheduler.label, time }
    for (let client = 0; client < this.#active.length; client++) {
      if (Number.isNaN(cost.clientEnergy[client])) continue
      this.#energySpent[client] += cost.clientEnergy[client]
      if (this.#energySpent[client] <= energyJoules[client]) continue
      this.#active[client] = 0
      const spent = this.#energySpent[client]
      this.#bus.emit('budget:spent', { ...event, client, spent, budget: energyJoules[client] })
    }
    if (time > latencySeconds) {
      this.#ended = true
      this.#bus.emit('budget:spent', { ...event, client: null, spent: time, budget: latencySeconds })
    }
    if (count(this.#active, 1) === 0) this.#ended = true
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
