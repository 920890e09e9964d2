import type { RoundSnapshot } from '../../environment/round-snapshot.js'
import type { Event, RandomStreams, Simulation } from '../../kernel/index.js'
import { SITS_OUT } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { RoundRecord, RunBus, RunEvents } from '../../observe/events.js'
import type { StatePart } from '../../plugin/state-part.js'
import type { FaultListener } from '../dynamics/dynamics.js'
import type { RoundLearning } from '../learning.js'
import { copyOf } from '../network-copies.js'
import type { Scenes } from '../scenes.js'
import type { SchedulerHost, Situation } from '../scheduler-host.js'
import type { NamedScheduler, SchedulerRunSettings } from '../scheduler-run-settings.js'
import type { SchedulerTwin } from '../scheduler-twin.js'
import type { Spending } from '../spending.js'
import type { ClosedRow } from './aggregations.js'
import { toldOf } from './backhaul.js'
import type { LoggedDecision } from './decision-log.js'
import type { Desk } from './desk.js'
import { Ground } from './ground.js'
import { type JobSettings, networkOf } from './job.js'
import { heldByOthers } from './job-queue.js'
import { RowDecisions } from './row-decisions.js'
import { World } from './world.js'

/** Tells of something in the row in hand, of a job where there are several. */
export type Tell = <E extends keyof RunEvents>(
  event: E,
  record: Omit<Parameters<RunEvents[E]>[0], 'round' | 'scheduler' | 'job'>,
  job?: string | null,
) => void

/** What all jobs of one scheduler's run share. */
export interface SharedRun {
  readonly simulation: Simulation
  readonly streams: RandomStreams
  readonly scheduler: NamedScheduler
  readonly settings: SchedulerRunSettings
  readonly bus: RunBus
  /** Undefined where it is perfect. */
  readonly twin: SchedulerTwin | undefined
  readonly desk: Desk
  readonly scenes: Scenes
  readonly spending: Spending
  readonly tell: Tell
  readonly isHeard: (event: keyof RunEvents) => boolean
  readonly onFault: FaultListener
  /** Undefined until the first decision. */
  ground: Ground | undefined
  /** Channels were drawn for a job, at a simulated time, s; the network in arrays of its own. */
  onDrawn(scene: RoundSnapshot, now: number): void
  /** A job has closed a row. */
  onRow(job: JobRun): void
  /** Somebody of a job waits who was given no slot. */
  onAsked(job: JobRun): void
}

/** One job in the world of one scheduler: its decisions, its processes, and what it learns. */
export class JobRun {
  readonly settings: JobSettings
  readonly host: SchedulerHost
  readonly learning: RoundLearning | undefined
  /** Undefined until it was decided for. */
  world: World | undefined
  /** Its aggregations so far. */
  rows = 0
  /** Clients that could take part at the latest decision. */
  active = 0
  /** Simulated time by which decisions held up its latest row, and for which its scheduler decided, s. */
  held = { heldUp: 0, decisionTime: 0 }
  readonly decisions: RowDecisions
  #heldUp = 0
  #deciding = 0
  readonly #run: SharedRun
  /** The network at the latest decision, in arrays of its own. */
  #network: RoundNetwork | undefined
  /** Let its protocol go on behind aggregations that wait, the latest last. */
  readonly #goOn: Event[] = []

  constructor(
    settings: JobSettings,
    host: SchedulerHost,
    learning: RoundLearning | undefined,
    run: SharedRun,
  ) {
    this.settings = settings
    this.host = host
    this.learning = learning
    this.#run = run
    this.decisions = new RowDecisions(run, settings, host, (decisionSeconds, computingSeconds) =>
      run.tell('decision', { decisionSeconds, computingSeconds }, settings.label),
    )
  }

  /** What of its decisions goes on from row to row, by name. */
  get parts(): (readonly [string, StatePart | undefined])[] {
    return [...Object.entries(this.decisions.parts), ['counts', this.host.counts]]
  }

  get label(): string | undefined {
    return this.settings.label
  }

  get network(): RoundNetwork {
    return this.#network!
  }

  /** Whether somebody waits for a slot while nobody has one. */
  get isStuck(): boolean {
    return this.world?.isStuck ?? false
  }

  /** Whether its scheduler is to be asked before it goes on. */
  get isDue(): boolean {
    return this.rows % (this.settings.protocol.decideEvery ?? 1) === 0
  }

  /** Takes note of a row; its protocol goes on with `goOn`. */
  close({ goOn }: ClosedRow): void {
    this.rows++
    this.held = { heldUp: this.#heldUp, decisionTime: this.#deciding }
    this.#heldUp = 0
    this.#deciding = 0
    this.#goOn.push(goOn)
  }

  /** Lets its protocol go on behind the latest. */
  goOn(): void {
    this.#goOn.pop()?.succeed()
  }

  /**
   * Has channels drawn anew, and the scheduler decide for all that take part at this moment unless they ask one by one; once that holds, its
   * protocol goes on, or begins.
   */
  async decide(row: number): Promise<void> {
    const { scenes, settings: run, simulation, tell } = this.#run
    const { now } = simulation
    // Others may come to wait until the decision holds.
    const waiting = this.#goOn.splice(0)
    const snapshot = await scenes.snapshot(row, now)
    const shared = copyOf(snapshot.network)
    const { members, protocol, world: own } = this.settings
    const scene = { ...snapshot, network: networkOf(shared, own.parameters) }
    this.#run.onDrawn({ ...snapshot, network: shared }, now)
    const ground = this.#ground(shared)
    const isFirst = this.world === undefined
    const world = this.world ?? this.#begin(ground)
    this.world = world
    this.#network ??= scene.network
    const there = this.#there(world)
    const active = members ? there.map((is, client) => is & members[client]) : there
    this.active = active.reduce((sum, each) => sum + each, 0)
    if (scenes.move) tell('positions', { clientPositions: snapshot.clientPositions })
    const held = members && !protocol.asks ? heldByOthers(ground.holdings.taken(), members) : undefined
    const situation = this.#situation(scene.network, { there, active, ...(held && { held }) })
    const hold = (network: RoundNetwork, channels: RoundNetwork, decision?: Decision) => {
      this.#network = network
      ground.goOnAt(channels)
      if (decision) world.assign(decision)
      if (isFirst) this.#start(world)
      for (const goOn of waiting) goOn.succeed()
    }
    if (protocol.asks) {
      const drawn = this.decisions.draw(scene, now, situation)
      if (drawn) this.#take(drawn)
      hold(scene.network, shared)
      return
    }
    const logged = await this.decisions.decide(scene, now, situation)
    world.decided(this.#run.scheduler.label, logged.decision)
    const seconds = this.#take(logged)
    if (isFirst || waiting.length > 0) this.#heldUp += seconds
    if (seconds === 0) {
      hold(scene.network, shared, logged.decision)
      return
    }
    const aged = copyOf(snapshot.networkAfter(seconds, run.coherenceSeconds))
    simulation.schedule(seconds, () => hold(networkOf(aged, own.parameters), aged, logged.decision))
  }

  /** Has the scheduler decide for those that ask; what others hold stays as it is. */
  async answer(row: number): Promise<void> {
    const world = this.world!
    const active = world.asking()!
    if (!active.includes(1)) return
    const there = this.#there(world)
    const held = this.#run.ground!.holdings.taken()
    const logged = await this.decisions.answer(
      row,
      this.network,
      this.#situation(this.network, { there, active, held }),
    )
    world.decided(this.#run.scheduler.label, logged.decision)
    const seconds = this.#take(logged)
    if (seconds === 0) {
      world.assign(logged.decision)
      return
    }
    world.promise(logged.decision.assignment)
    this.#run.simulation.schedule(seconds, () => world.assign(logged.decision))
  }

  /** Tells what the twin foretold of a row beside what came of it; nothing to wait for where it did not. */
  compare(record: RoundRecord): Promise<void> | undefined {
    return this.decisions.compare(record, record.cost, () => {
      const there = this.#there(this.world!)
      return this.#situation(this.network, { there, active: there })
    })
  }

  /** 1 for each client that is there, of whichever job; length N. */
  #there({ present }: World): Uint8Array {
    return this.#run.spending.remaining.map((remains, client) => remains & present[client])
  }

  /** Channels were drawn, be it for another job: who asks is decided for on them from now on. */
  drawn(scene: RoundSnapshot, now: number): void {
    this.decisions.drawn(scene, now)
    const { protocol, world } = this.settings
    if (protocol.asks) this.#network = networkOf(scene.network, world.parameters)
  }

  #situation(
    network: RoundNetwork,
    who: Pick<Situation, 'active' | 'held'> & { readonly there: Uint8Array },
  ) {
    const { label } = this.settings
    const { spending, simulation } = this.#run
    const clientPowerW = who.held && this.#powersOf(network, who.held)
    return {
      ...who,
      ...(clientPowerW && { clientPowerW }),
      ...(label !== undefined && { job: label }),
      ...spending.ratios(simulation.now),
    }
  }

  /** What holders of slots send at, W, with the others as the network has them; undefined where nothing else was decided for any. */
  #powersOf(network: RoundNetwork, held: Int32Array): Float64Array | undefined {
    const { holdings } = this.#run.ground!
    let powers: Float64Array | undefined
    for (const client of holdings.holders) {
      const decided = held[client] === SITS_OUT ? undefined : holdings.decisionOf(client).powerW?.[client]
      if (decided === undefined) continue
      powers ??= network.clientPowerW.slice()
      powers[client] = decided
    }
    return powers
  }

  /** Charges what a decision cost, and tells of it; how long it takes from now until it holds, s. */
  #take(logged: LoggedDecision): number {
    const { simulation, tell } = this.#run
    if (logged.reports) this.world!.chargeReports(logged.reports)
    this.#deciding += logged.deciding
    const { end, phases } = this.#run.desk.inTurn(simulation.now, logged)
    for (const phase of phases) tell('phase', { client: null, ...phase })
    return end - simulation.now
  }

  #ground(network: RoundNetwork): Ground {
    const run = this.#run
    run.ground ??= new Ground(run.simulation, network, this.settings.world, run.streams, run.onFault)
    return run.ground
  }

  #begin(ground: Ground): World {
    const { label, protocol, world: settings, members } = this.settings
    const { spending, tell, isHeard, onRow, onAsked } = this.#run
    const bufferSize = this.learning?.bufferSize ?? 1
    return new World(ground, { ...settings, asks: protocol.asks, members }, bufferSize, {
      onBackhaul: (transfer) => tell('backhaul', toldOf(transfer), label),
      onPhase: (client, phase, start, end) => {
        if (isHeard('phase')) tell('phase', { client, phase, start, end })
      },
      remains: (client) => spending.remaining[client] === 1,
      onRow: () => onRow(this),
      onAsked: () => onAsked(this),
    })
  }
  /** Starts its protocol. */
  #start(world: World): void {
    const { label, protocol } = this.settings
    this.#run.simulation.process(() => protocol.run(world), {
      name: label === undefined ? 'protocol' : `protocol of ${label}`,
    })
  }
}
