import Type from 'typebox'
import type { Environment } from '../environment/environment.js'
import type { RoundSnapshot } from '../environment/round-snapshot.js'
import { Simulation } from '../kernel/index.js'
import type { Decision } from '../network/decision.js'
import { budgetEnergyOf, evaluateRound, type RoundCost } from '../network/round-cost.js'
import type { RunBus } from '../observe/events.js'
import { noArrays, type StateParts, statePart, wholeOf } from '../plugin/state-part.js'
import { silence } from '../twin/traffic.js'
import { CallLimit } from './call-limit.js'
import { completedClients } from './completed-clients.js'
import { withDelay } from './decision-delay.js'
import type { ClientDraw } from './drawn-clients.js'
import type { Dynamics, PlayedRound } from './dynamics/dynamics.js'
import { unwrapUserErrors } from './dynamics/user-errors.js'
import type { RoundLearning } from './learning.js'
import { roundRecord } from './round-record.js'
import type { RunObjective } from './run-objective.js'
import { Scenes } from './scenes.js'
import { SchedulerHost } from './scheduler-host.js'
import type { NamedScheduler, SchedulerRunSettings } from './scheduler-run-settings.js'
import { SchedulerTwin } from './scheduler-twin.js'
import { Spending } from './spending.js'
import { answered, withReports, withTraffic } from './synchronisation.js'

/**
 * The world of one scheduler: its own clock, budgets and clients that quit, on the channels that all schedulers share.
 */
export class SchedulerRun {
  readonly scheduler: NamedScheduler
  readonly #settings: SchedulerRunSettings
  readonly #bus: RunBus
  readonly #simulation = new Simulation()
  readonly #dynamics: Dynamics
  readonly #scenes: Scenes
  readonly #host: SchedulerHost
  readonly #spending: Spending
  readonly #objective: RunObjective
  /** Who takes part in a round; undefined where all do. */
  readonly #draw: ClientDraw | undefined
  /** What the clients learn, if anything. */
  readonly #learning: RoundLearning | undefined
  /** Undefined where the twin is perfect. */
  readonly #twin: SchedulerTwin | undefined
  /** The round in hand. */
  #round = 0
  #ended = false

  constructor(
    scheduler: NamedScheduler,
    environment: Environment,
    settings: SchedulerRunSettings,
    bus: RunBus,
    objective: RunObjective,
    learning?: RoundLearning,
    draw?: ClientDraw,
  ) {
    this.scheduler = scheduler
    this.#learning = learning
    this.#draw = draw
    this.#objective = objective
    this.#settings = settings
    this.#scenes = new Scenes(environment)
    this.#bus = bus
    const { twin, parameters, decisionLimitSeconds } = settings
    const { label } = scheduler
    const limit =
      decisionLimitSeconds === null
        ? undefined
        : new CallLimit(decisionLimitSeconds, (waiting) => {
            bus.emit('scheduler:waiting', { round: this.#round, scheduler: label, waiting })
          })
    this.#host = new SchedulerHost(scheduler, parameters, limit)
    this.#twin = twin && new SchedulerTwin(twin, label, this.#host, bus)
    this.#spending = new Spending(settings.budgets, (spent) => {
      const time = this.#simulation.now
      bus.emit('budget:spent', { round: this.#round, scheduler: scheduler.label, time, ...spent })
    })
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
  async emitConfusion(): Promise<void> {
    await this.#learning?.emitConfusion()
  }

  /** Everything that goes on from round to round in this world. */
  readonly state = wholeOf(() => this.#parts)

  /** In the order in which they are restored: the clock goes on from where the dynamics leave it. */
  get #parts(): StateParts {
    return {
      dynamics: this.#dynamics.state,
      clock: this.#clock,
      spending: this.#spending.state,
      objective: this.#objective.state,
      counts: this.#host.counts,
      scheduler: this.#host.state(() => this.#round),
      draw: this.#draw?.state?.(() => this.#round),
      ...this.#twin?.parts,
      learning: this.#learning?.state,
    }
  }

  readonly #clock = statePart({
    values: Type.Object({ now: Type.Number(), ended: Type.Boolean() }),
    arrays: noArrays,
    save: () => ({ values: { now: this.#simulation.now, ended: this.#ended }, arrays: {} }),
    restore: ({ values: { now, ended } }) => {
      this.#simulation.run(now)
      this.#ended = ended
    },
  })

  /** Waits for clients, decides, lets the round happen, charges the budgets. */
  async play(round: number): Promise<void> {
    this.#round = round
    const { remaining } = this.#spending
    if (!this.#dynamics.awaitAnyOf(remaining)) this.#ended = true
    if (this.#spending.chargeTime(this.#simulation.now)) this.#ended = true
    if (this.#ended) return
    const there = remaining.map((remains, client) => remains & this.#dynamics.present[client])
    const physical = await this.#snapshot(round)
    const objective = this.#objective
    objective.open()
    const snapshot = objective.snapshot(physical)
    const ratios = this.#spending.ratios(this.#simulation.now)
    const replica = this.#twin?.network(physical, this.#simulation.now, there, ratios.energyRatio)
    const believed = this.#twin?.takes(there, ratios.energyRatio) ?? { active: there }
    const known = replica && objective.weighed(replica)
    const drawn = await this.#draw?.draw(round, known ?? snapshot.network, { ...ratios, ...believed })
    const taken = drawn ? { ...believed, active: drawn } : believed
    const active = drawn ? there.map((is, client) => is & drawn[client]) : there
    const {
      decision: returned,
      seconds: decisionSeconds,
      computingSeconds,
    } = await this.#host.decide(round, known ?? snapshot.network, { ...ratios, ...taken }, objective.weighing)
    this.#bus.emit('decision', { round, scheduler: this.scheduler.label, decisionSeconds, computingSeconds })
    const checked = this.#host.checked(round, returned, taken.active, this.#settings.rules)
    const { shared: violations } = checked
    const { decision, missed } = answered(checked.decision, active)
    for (const client of missed) this.#twin?.missed(client)
    const startTime = this.#simulation.now
    const decisionTime = this.#settings.decisionDelay(this.scheduler.label, decisionSeconds)
    const traffic = this.#twin?.traffic ?? silence(this.#settings.parameters.clients)
    const delay = traffic.seconds + decisionTime
    this.#wait(round, 'synchronisation', traffic.seconds)
    this.#wait(round, 'decision', decisionTime)
    const played = this.#happen(snapshot, delay, decision)
    const { weights } = snapshot.network
    const charged = (found: RoundCost) => objective.charged(round, active, decision, found)
    const whole = (found: RoundCost) =>
      charged(withTraffic(withDelay(found, delay, weights), traffic, weights))
    const cost = whole(played.cost)
    const staticCost = whole(played.staticCost)
    // No clock can show a round that never ends: it is recorded, and is the last.
    if (!Number.isFinite(cost.time)) this.#ended = true
    if (this.#spending.chargeEnergy(withReports(budgetEnergyOf(cost), traffic))) this.#ended = true
    if (this.#spending.chargeTime(this.#simulation.now)) this.#ended = true
    this.#bus.emit(
      'scheduler:round',
      roundRecord({
        round,
        scheduler: this.scheduler.label,
        decision,
        cost,
        staticCost,
        startTime,
        decisionTime,
        active: count(active, 1),
        violations,
        bound: this.#settings.boundsHold ? this.#host.bound(round) : null,
      }),
    )
    this.#emitAging(snapshot, decision, delay, charged)
    if (known && this.#twin) {
      const waited = { delay, traffic }
      const predicted = this.#twin.predict(snapshot.network, known, checked.decision, waited, charged)
      await this.#twin.compare(round, predicted, traffic, cost)
    }
    // A round that never ends is the last: what somebody spent on it without end is no queue to go on from.
    if (Number.isFinite(cost.time)) {
      objective.settle(round, active, decision, cost)
      for (const queues of objective.queues())
        this.#bus.emit('queues', { round, scheduler: this.scheduler.label, ...queues })
    }
    const learned = await this.#learning?.round({
      round,
      completed: completedClients(decision, cost, this.#settings.parameters, startTime),
      time: this.#simulation.now,
      energy: this.#spending.energy.reduce((sum, spent) => sum + spent, 0),
      last: this.#ended,
    })
    await this.#host.observe(round, { decision }, cost, { losses: learned?.clientLoss })
    await this.#draw?.observe?.(round, decision, cost, learned?.clientLoss)
  }

  /** The round's network, with clients that move where this clock has them. */
  async #snapshot(round: number): Promise<RoundSnapshot> {
    const snapshot = await this.#scenes.snapshot(round, this.#simulation.now)
    const { clientPositions } = snapshot
    if (this.#scenes.move)
      this.#bus.emit('positions', { round, scheduler: this.scheduler.label, clientPositions })
    return snapshot
  }

  /** Lets the time pass that the twin's synchronisation takes, or the decision. */
  #wait(round: number, phase: 'synchronisation' | 'decision', seconds: number): void {
    if (seconds === 0) return
    const start = this.#simulation.now
    unwrapUserErrors(() => this.#simulation.run(start + seconds))
    const { label: scheduler } = this.scheduler
    const end = this.#simulation.now
    this.#bus.emit('phase', { round, scheduler, client: null, phase, start, end })
  }

  #happen(snapshot: RoundSnapshot, decisionTime: number, decision: Decision): PlayedRound {
    const { round, followed } = snapshot
    const network = snapshot.networkAfter(decisionTime, this.#settings.coherenceSeconds)
    const scheduler = this.scheduler.label
    const observed = this.#bus.listenerCount('phase') > 0
    return this.#dynamics.play({
      round,
      network,
      ...(followed?.stepSeconds !== undefined && {
        followed: {
          stepSeconds: followed.stepSeconds,
          networkAt: (seconds: number) => followed.networkAt(decisionTime + seconds),
        },
      }),
      assignment: decision.assignment,
      decision,
      onPhase: (client, phase, start, end) => {
        if (observed) this.#bus.emit('phase', { round, scheduler, client, phase, start, end })
      },
    })
  }

  /** What the same decision would have cost on channels with other coherence times. */
  #emitAging(
    snapshot: RoundSnapshot,
    decision: Decision,
    delaySeconds: number,
    charged: (cost: RoundCost) => RoundCost,
  ): void {
    const { round, network } = snapshot
    if (delaySeconds === 0) return
    for (const coherenceSeconds of this.#settings.otherCoherenceSeconds) {
      const later = evaluateRound(snapshot.networkAfter(delaySeconds, coherenceSeconds), decision)
      const { cost, time } = charged(withDelay(later, delaySeconds, network.weights))
      const { label: scheduler } = this.scheduler
      this.#bus.emit('aging', { round, scheduler, coherenceSeconds, delaySeconds, cost, time })
    }
  }
}

function count(values: Int32Array | Uint8Array, value: number): number {
  let found = 0
  for (let i = 0; i < values.length; i++) if (values[i] === value) found++
  return found
}
