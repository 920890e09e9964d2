import type { Environment } from '../../environment/environment.js'
import type { Walk } from '../../environment/walk.js'
import type { Event, RandomStreams, Simulation } from '../../kernel/index.js'
import type { Assignment } from '../../network/assignment.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { RunEvents } from '../../observe/events.js'
import type { DecisionRules } from '../check-decision.js'
import type { FaultListener } from '../dynamics/dynamics.js'
import type { RoundLearning } from '../learning.js'
import type { SchedulerHost } from '../scheduler-host.js'
import type { Spending } from '../spending.js'
import type { ClosedRow } from './aggregations.js'
import type { DecisionLog } from './decision-log.js'
import { Ground } from './ground.js'
import { type JobSettings, networkOf } from './job.js'
import { heldByOthers } from './job-queue.js'
import { ownCopy } from './own-copy.js'
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
  readonly environment: Environment
  readonly walk: Walk | undefined
  readonly rules: DecisionRules
  readonly log: DecisionLog
  readonly spending: Spending
  readonly tell: Tell
  readonly isHeard: (event: keyof RunEvents) => boolean
  readonly onFault: FaultListener
  /** Undefined until the first decision. */
  ground: Ground | undefined
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
  readonly #run: SharedRun
  /** The network at the latest decision, in arrays of its own. */
  #network: RoundNetwork | undefined
  /** Lets its protocol go on behind its latest aggregation. */
  #goOn: Event | undefined

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
    this.#goOn = goOn
  }

  goOn(): void {
    this.#goOn?.succeed()
    this.#goOn = undefined
  }

  /** Has channels drawn anew, and the scheduler decide for all that take part at this moment unless they ask one by one. */
  async decide(row: number): Promise<void> {
    const { environment, walk, simulation, spending, tell } = this.#run
    const positions = walk?.positionsAt(simulation.now)
    const snapshot = await environment.snapshot(row, positions)
    const shared = ownCopy(snapshot.network)
    const network = networkOf(shared, this.settings.world.parameters)
    this.#network = network
    const ground = this.#ground(shared)
    const world = this.#begin(ground)
    const { members, protocol } = this.settings
    const { remaining } = spending
    const active = remaining.map(
      (remains, client) => remains & world.present[client] & (members ? members[client] : 1),
    )
    this.active = active.reduce((sum, each) => sum + each, 0)
    const { clientPositions } = snapshot
    if (positions) tell('positions', { clientPositions })
    ground.goOnAt(shared)
    if (protocol.asks) return
    const held = members && heldByOthers(ground.holdings.held, members)
    world.assign(await this.#decision(row, { active, ...(held && { held }) }))
  }

  /** Has the scheduler decide for those that ask; what others hold stays as it is. */
  async answer(row: number): Promise<void> {
    const world = this.world!
    const active = world.asking()!
    if (active.includes(1)) world.assign(await this.#decision(row, { active, held: world.held }))
  }

  async #decision(
    row: number,
    who: { readonly active: Uint8Array; readonly held?: Int32Array },
  ): Promise<Assignment> {
    const { log, spending, simulation, rules, tell } = this.#run
    if (log.replaying) return log.again()
    const { active, held } = who
    const { label } = this.settings
    const situation = {
      ...who,
      ...(label !== undefined && { job: label }),
      ...spending.ratios(simulation.now),
    }
    const {
      decision,
      seconds: decisionSeconds,
      computingSeconds,
    } = await this.host.decide(row, this.network, situation)
    tell('decision', { decisionSeconds, computingSeconds }, label)
    const { assignment } = this.host.checked(row, decision, active, rules, held).decision
    log.add(assignment)
    return assignment
  }

  #ground(network: RoundNetwork): Ground {
    const run = this.#run
    run.ground ??= new Ground(run.simulation, network, this.settings.world, run.streams, run.onFault)
    return run.ground
  }

  #begin(ground: Ground): World {
    if (this.world) return this.world
    const { label, protocol, world: settings, members } = this.settings
    const { simulation, spending, tell, isHeard, onRow, onAsked } = this.#run
    const bufferSize = this.learning?.bufferSize ?? 1
    const world = new World(ground, { ...settings, asks: protocol.asks, members }, bufferSize, {
      onBackhaul: ({ from, to, ...rest }) =>
        tell(
          'backhaul',
          { from: from === 'cloud' ? null : from, to: to === 'cloud' ? null : to, ...rest },
          label,
        ),
      onPhase: (client, phase, start, end) => {
        if (isHeard('phase')) tell('phase', { client, phase, start, end })
      },
      remains: (client) => spending.remaining[client] === 1,
      onRow: () => onRow(this),
      onAsked: () => onAsked(this),
    })
    simulation.process(() => protocol.run(world), {
      name: label === undefined ? 'protocol' : `protocol of ${label}`,
    })
    this.world = world
    return world
  }
}
