import Type from 'typebox'
import type { Environment } from '../../environment/environment.js'
import type { Walk } from '../../environment/walk.js'
import { type Event, type RandomStreams, Simulation } from '../../kernel/index.js'
import { type Assignment, channelOf } from '../../network/assignment.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { RunBus, RunEvents } from '../../observe/events.js'
import type { Protocol } from '../../plugin/protocol-contracts.js'
import { noArrays, type StateParts, statePart, wholeOf } from '../../plugin/state-part.js'
import { CallLimit } from '../call-limit.js'
import { unwrapUserErrors } from '../dynamics/user-errors.js'
import type { RoundLearning } from '../learning.js'
import { SchedulerHost } from '../scheduler-host.js'
import type { NamedScheduler, SchedulerRunSettings } from '../scheduler-run-settings.js'
import { Spending } from '../spending.js'
import type { ClosedRow } from './aggregations.js'
import { DecisionLog } from './decision-log.js'
import { ownCopy } from './own-copy.js'
import { completedOf, type Row } from './row.js'
import { RowRecord } from './row-record.js'
import { World, type WorldSettings } from './world.js'

/** What a run under a protocol of processes consists of. */
export interface ProtocolRunSettings extends SchedulerRunSettings {
  readonly protocol: Protocol
  readonly world: WorldSettings
  readonly streams: RandomStreams
}

/**
 * The world of one scheduler under a protocol that is a process: a round of its tables is an aggregation.
 *
 * What is under way between two aggregations is not kept: everything that happens follows from the scenario, its seed and
 * the decisions, so a run that is resumed lets it happen again on a clock at 0, unheard, up to where it was.
 */
export class ProtocolRun {
  readonly scheduler: NamedScheduler
  readonly #settings: ProtocolRunSettings
  readonly #bus: RunBus
  readonly #environment: Environment
  readonly #walk: Walk | undefined
  readonly #host: SchedulerHost
  readonly #learning: RoundLearning | undefined
  readonly #log: DecisionLog
  #simulation = new Simulation()
  #spending: Spending
  #world: World | undefined
  /** The aggregation in hand; those that are to be played again before it, and the time, s, that it then is. */
  #row = 0
  #before = 0
  #restoredTo = 0
  #replaying = false
  #ended = false
  /** Clients that could take part at the latest decision. */
  #active = 0
  /** Somebody came back who has no slot. */
  #asked = false
  /** Lets the protocol go on behind its latest aggregation. */
  #goOn: Event | undefined

  constructor(
    scheduler: NamedScheduler,
    environment: Environment,
    settings: ProtocolRunSettings,
    bus: RunBus,
    learning?: RoundLearning,
  ) {
    this.scheduler = scheduler
    this.#settings = settings
    this.#bus = bus
    this.#environment = environment
    this.#learning = learning
    this.#walk = environment.walk()
    const { parameters, decisionLimitSeconds } = settings
    const limit =
      decisionLimitSeconds === null
        ? undefined
        : new CallLimit(decisionLimitSeconds, (waiting) => this.#tell('scheduler:waiting', { waiting }))
    this.#host = new SchedulerHost(scheduler, parameters, limit)
    this.#log = new DecisionLog(parameters.clients)
    this.#spending = new Spending(settings.budgets, (spent) =>
      this.#tell('budget:spent', { time: this.#simulation.now, ...spent }),
    )
  }

  /** Whether there are no more aggregations: a budget is spent, or nothing is left to happen. */
  get ended(): boolean {
    return this.#ended
  }

  /** Simulated time on this clock, s. */
  get now(): number {
    return Math.max(this.#simulation.now, this.#restoredTo)
  }

  async emitConfusion(): Promise<void> {
    await this.#learning?.emitConfusion()
  }

  /** Everything that goes on from aggregation to aggregation in this world. */
  readonly state = wholeOf(() => this.#parts)

  get #parts(): StateParts {
    return {
      progress: this.#progress,
      decisions: this.#log.state,
      counts: this.#host.counts,
      scheduler: this.#host.state(() => this.#row),
      learning: this.#learning?.state,
    }
  }

  readonly #progress = statePart({
    values: Type.Object({ rows: Type.Integer({ minimum: 0 }), now: Type.Number(), ended: Type.Boolean() }),
    arrays: noArrays,
    save: () => ({
      values: { rows: Math.max(this.#row, this.#before), now: this.now, ended: this.#ended },
      arrays: {},
    }),
    restore: ({ values: { rows, now, ended } }) => {
      this.#before = rows
      this.#restoredTo = now
      this.#ended = ended
    },
  })

  /** Lets time pass up to the next aggregation. */
  async play(row: number): Promise<void> {
    this.#replaying = true
    for (let before = this.#row + 1; before <= this.#before; before++) await this.#advance(before)
    this.#replaying = false
    const closed = await this.#advance(row)
    if (!closed) {
      this.#ended = true
      return
    }
    const { arrivals, edgeRounds, merged, neighbours } = closed
    const record = new RowRecord(closed, this.#network!, {
      round: row,
      scheduler: this.scheduler.label,
      active: this.#active,
    })
    this.#bus.emit('scheduler:round', record)
    const { channels } = this.#settings.parameters
    const updates = this.#bus.listenerCount('update') > 0 ? arrivals : []
    for (const { client, slot, server, version, setOutAt, arrivedAt } of updates)
      this.#tell('update', {
        client,
        server,
        channel: channelOf(slot, channels),
        startedFrom: version,
        staleness: row - 1 - version,
        setOutAt,
        arrivedAt,
      })
    const learning = this.#learning?.round({
      round: row,
      completed: merged.map(completedOf),
      time: this.#simulation.now,
      energy: this.#spending.energy.reduce((sum, spent) => sum + spent, 0),
      last: this.#ended,
      course: {
        oldest: this.#world?.oldestVersion ?? row,
        edgeRounds: edgeRounds.map(({ server, arrivals: brought }) => ({
          server,
          completed: brought.map(completedOf),
        })),
        ...(neighbours && { neighbours }),
      },
    })
    const learned = learning && (await learning)
    const staleness =
      this.scheduler.scheduler.observe &&
      new Map(arrivals.map(({ client, version }) => [client, row - 1 - version]))
    const observing = this.#host.observe(row, record.decision, closed.cost, learned?.clientLoss, staleness)
    if (observing) await observing
  }

  /** Lets everything happen up to an aggregation and charges it; undefined where there is none any more. */
  async #advance(row: number): Promise<Row | undefined> {
    this.#row = row
    const { decideEvery = 1 } = this.#settings.protocol
    if (!this.#world || (row - 1) % decideEvery === 0) await this.#decide(row)
    this.#goOn?.succeed()
    let closed = this.#run()
    while (!closed && this.#asked) {
      if (this.#settings.protocol.asks) await this.#answer(row)
      else await this.#decide(row)
      closed = this.#run()
    }
    if (!closed) return undefined
    this.#goOn = closed.goOn
    const spending = this.#spending
    const left = spending.left
    for (const { client, headJoules, uplinkJoules } of closed.row.spent)
      spending.charge(client, headJoules + uplinkJoules)
    if (spending.left === 0) this.#ended = true
    if (spending.chargeTime(this.#simulation.now)) this.#ended = true
    // Those who have quit look again, and find that they may not.
    if (spending.left < left) this.#world?.wakeAll()
    return closed.row
  }

  /** Runs until an aggregation, until somebody asks for a slot, or until nothing is left to happen. */
  #run(): ClosedRow | undefined {
    const world = this.#world!
    const next = world.takeRow()
    if (next) return next
    unwrapUserErrors(() => this.#simulation.run())
    return world.takeRow()
  }

  /** The network at the latest decision, in arrays of its own. */
  #network: RoundNetwork | undefined

  /** Has the scheduler decide for all that take part at this moment. */
  async #decide(row: number): Promise<void> {
    this.#asked = false
    const positions = this.#walk?.positionsAt(this.#simulation.now)
    const snapshot = await this.#environment.snapshot(row, positions)
    const network = ownCopy(snapshot.network)
    this.#network = network
    this.#world ??= this.#begin(network)
    const { remaining } = this.#spending
    const active = remaining.map((remains, client) => remains & this.#world!.present[client])
    this.#active = active.reduce((sum, each) => sum + each, 0)
    const { clientPositions } = snapshot
    if (positions) this.#tell('positions', { clientPositions })
    if (this.#settings.protocol.asks) this.#world.goOnAt(network)
    else this.#world.begin(network, await this.#decision(row, network, { active }))
  }

  /** Has the scheduler decide for those that ask; what others hold stays as it is. */
  async #answer(row: number): Promise<void> {
    this.#asked = false
    const world = this.#world!
    const active = world.asking()!
    world.assign(await this.#decision(row, this.#network!, { active, held: world.held }))
  }

  async #decision(
    row: number,
    network: RoundNetwork,
    who: { readonly active: Uint8Array; readonly held?: Int32Array },
  ): Promise<Assignment> {
    if (this.#log.replaying) return this.#log.again()
    const { active, held } = who
    const situation = { ...who, ...this.#spending.ratios(this.#simulation.now) }
    const {
      decision,
      seconds: decisionSeconds,
      computingSeconds,
    } = await this.#host.decide(row, network, situation)
    this.#tell('decision', { decisionSeconds, computingSeconds })
    const { assignment } = this.#host.checked(row, decision, active, this.#settings.rules, held).decision
    this.#log.add(assignment)
    return assignment
  }

  #begin(network: RoundNetwork): World {
    const { protocol, streams } = this.#settings
    const settings = { ...this.#settings.world, asks: protocol.asks }
    const simulation = this.#simulation
    const world = new World(simulation, network, settings, streams, this.#learning?.bufferSize ?? 1, {
      onFault: (fault) => this.#tell('fault', fault),
      onBackhaul: ({ from, to, ...rest }) =>
        this.#tell('backhaul', {
          from: from === 'cloud' ? null : from,
          to: to === 'cloud' ? null : to,
          ...rest,
        }),
      onPhase: (client, phase, start, end) => {
        if (this.#bus.listenerCount('phase') > 0) this.#tell('phase', { client, phase, start, end })
      },
      remains: (client) => this.#spending.remaining[client] === 1,
      onRow: () => simulation.stop(),
      onAsked: () => {
        this.#asked = true
        simulation.stop()
      },
    })
    simulation.process(() => protocol.run(world), { name: 'protocol' })
    return world
  }

  /** Tells of the aggregation in hand, unless it has been told before. */
  #tell<E extends keyof RunEvents>(
    event: E,
    record: Omit<Parameters<RunEvents[E]>[0], 'round' | 'scheduler'>,
  ): void {
    if (this.#replaying) return
    const told = { round: this.#row, scheduler: this.scheduler.label, ...record }
    ;(this.#bus.emit as (event: E, told: unknown) => void).call(this.#bus, event, told)
  }
}
