import { UserError } from '../../errors.js'
import {
  type Event,
  Interrupt,
  type Process,
  type ProcessBody,
  type ProcessOptions,
  type Simulation,
} from '../../kernel/index.js'
import { type Assignment, SITS_OUT, serverOf } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import type { SampleLoad } from '../../network/round-network.js'
import type { ModelTail, ProtocolWorld, Turn, TurnEnd } from '../../plugin/protocol-contracts.js'
import { DEADLINE_PRIORITY } from '../dynamics/dynamic-round.js'
import { LinkOutages } from '../dynamics/link-outages.js'
import { slowdownOf } from '../dynamics/slowdown.js'
import { Aggregations } from './aggregations.js'
import { AskedSlots } from './asked-slots.js'
import { ClientTurn, type TurnSurroundings } from './client-turn.js'
import type { Ground } from './ground.js'
import { Slots } from './slots.js'
import { WaitingAccount } from './waiting-account.js'
import type { WorldListeners, WorldSettings } from './world-settings.js'

/**
 * The world in which a protocol's processes live: clients that come and go, slots, the radio, edge servers, and what has
 * arrived; on the clock of one scheduler, and on ground that other jobs may share.
 */
export class World extends Aggregations implements ProtocolWorld {
  readonly clients: number
  readonly servers: number
  readonly load: SampleLoad
  readonly samples: Float64Array
  readonly bufferSize: number
  readonly #simulation: Simulation
  readonly #settings: WorldSettings
  readonly #listeners: WorldListeners
  readonly #slots: Slots
  /** The same, where schedulers decide for those that ask. */
  readonly #asked: AskedSlots | undefined
  readonly #surroundings: TurnSurroundings
  /** Turns so far of each client; whether it is in one, and the process of that or of what waits for one. */
  readonly #turns: Int32Array
  readonly #inTurn: Uint8Array
  /** The weights that each client's latest turn trains from. */
  readonly #versions: Int32Array
  readonly #current: (Process<TurnEnd> | undefined)[]
  /** What each client's processes are called. */
  readonly #named: readonly ProcessOptions[]
  /** Somebody came back, since somebody waited for that. */
  #somebody: Event
  /** Undefined where waiting takes no power. */
  readonly #waiting: WaitingAccount | undefined

  constructor(ground: Ground, settings: WorldSettings, bufferSize: number, listeners: WorldListeners) {
    super(ground, settings, listeners)
    const { parameters, outages, computing } = settings
    const { simulation, streams, holdings } = ground
    this.clients = parameters.clients
    this.servers = parameters.servers
    this.load = parameters.load
    this.samples = parameters.clientSamples
    this.bufferSize = bufferSize
    this.#simulation = simulation
    this.#settings = settings
    this.#listeners = listeners
    const candidates = {
      may: (client: number) => this.#isThere(client),
      ever: (client: number) => this.#ever(client),
    }
    const size = { clients: parameters.clients, slots: parameters.servers * parameters.channels }
    this.#asked = settings.asks
      ? new AskedSlots(
          simulation,
          size,
          candidates,
          settings.asks,
          streams.stream('protocol/queue'),
          () => listeners.onAsked(),
          holdings,
        )
      : undefined
    this.#slots = this.#asked ?? new Slots(simulation, parameters.clients, candidates, holdings)
    this.#named = Array.from({ length: parameters.clients }, (_, client) => ({ name: `client ${client}` }))
    this.#turns = new Int32Array(parameters.clients)
    this.#inTurn = new Uint8Array(parameters.clients)
    this.#versions = new Int32Array(parameters.clients)
    this.#current = new Array<Process<TurnEnd> | undefined>(parameters.clients).fill(undefined)
    this.#somebody = simulation.event()
    if (parameters.clientWaitingW) {
      const isWaiting = (client: number) => this.takesPart(client) && !this.#inTurn[client]
      this.#waiting = new WaitingAccount(parameters.clientWaitingW, isWaiting)
      this.account.watch(this.#waiting)
    }
    for (let client = 0; client < parameters.clients; client++)
      if (this.#isMember(client)) ground.own(client, this)
    this.#surroundings = {
      simulation,
      network: parameters,
      computing,
      air: ground.air,
      servers: ground.servers,
      account: this.account,
      blockBits: outages?.blockBits ?? 0,
      onFault: ground.onFault,
      onPhase: listeners.onPhase,
      onArrival: this.arrived,
    }
  }

  /** A client has left. */
  left(client: number): void {
    if (this.#inTurn[client]) this.#breakOff(client, 'absence')
    else this.#slots.wake(client)
    this.#waiting?.note(client, this.now)
  }

  /** A client is back. */
  returned(client: number): void {
    if (this.#slots.lacks(client)) this.#listeners.onAsked()
    this.#slots.wake(client)
    this.#waiting?.note(client, this.now)
    const came = this.#somebody
    this.#somebody = this.#simulation.event()
    came.succeed()
  }

  get now(): number {
    return this.#simulation.now
  }

  /** 1 for each client that is there, length N. */
  get present(): Uint8Array {
    return this.ground.presence.present
  }

  /** 1 for each client that is to be decided for, length N; undefined where schedulers decide for all. */
  asking(): Uint8Array | undefined {
    return this.#asked?.asking()
  }

  /** The slot that each client holds, `SITS_OUT` for none; length N. */
  get held(): Int32Array {
    return this.#slots.held
  }

  /** Takes note of a decision that will hold now or in a while. */
  decided(scheduler: string, decision: Decision): void {
    this.ground.fruitless.decided(scheduler, () => this.#slots.leftOutBy(decision), this.now)
  }

  /** Takes over what was decided. */
  assign(decision: Decision): void {
    this.#slots.assign(decision)
    this.#waiting?.noteAll(this.now)
  }

  /** Where schedulers decide for those that ask: what was decided, and will hold in a while. */
  promise(assignment: Assignment): void {
    this.#asked?.promise(assignment)
  }

  /** The version that the oldest update under way or waiting was trained from; the present one where there is none. */
  get oldestVersion(): number {
    let oldest = this.oldestArrival
    for (let client = 0; client < this.clients; client++)
      if (this.#inTurn[client]) oldest = Math.min(oldest, this.#versions[client])
    return oldest
  }

  /** Has everyone who waits look again: some may have quit. */
  wakeAll(): void {
    this.#slots.wakeAll()
    this.#waiting?.noteAll(this.now)
  }

  takesPart(client: number): boolean {
    return this.#isThere(client) && this.#slots.hasGiven(client)
  }

  serverOf(client: number): number {
    const slot = this.#slots.given(client)
    return slot === SITS_OUT ? -1 : serverOf(slot, this.#settings.parameters.channels)
  }

  participants(): number[] {
    return Array.from({ length: this.clients }, (_, client) => client).filter((client) =>
      this.takesPart(client),
    )
  }

  tail(layers: number): ModelTail | undefined {
    return this.#settings.tail?.(layers)
  }

  *anybody(): ProcessBody<boolean> {
    for (;;) {
      let ever = false
      for (let client = 0; client < this.clients; client++) {
        if (this.#isThere(client)) return true
        ever ||= this.#ever(client)
      }
      if (!ever) return false
      yield* this.#somebody
    }
  }

  turn(client: number, body: (turn: Turn) => ProcessBody<void>): Process<TurnEnd> {
    if (!(Number.isInteger(client) && client >= 0 && client < this.clients))
      throw new UserError(
        `there is no client ${client} to take a turn; expected one of 0 to ${this.clients - 1}`,
      )
    if (this.#current[client]?.alive)
      throw new UserError(
        `client ${client} was to take a turn while it takes another; expected one at a time`,
      )
    const process = this.#simulation.process(this.#take(client, body), this.#named[client])
    this.#current[client] = process
    return process
  }

  #isMember(client: number): boolean {
    return (this.#settings.members?.[client] ?? 1) === 1
  }

  #isThere(client: number): boolean {
    return this.present[client] === 1 && this.#remains(client)
  }

  #remains(client: number): boolean {
    return this.#isMember(client) && this.#listeners.remains(client)
  }

  /** Whether somebody waits who was given no slot, and nobody is in a turn that would go on. */
  get isStuck(): boolean {
    return !this.#inTurn.includes(1) && this.#slots.anybodyLacks
  }

  /** Whether a client can take part now or later. */
  #ever(client: number): boolean {
    const comesBack = this.present[client] === 1 || this.ground.presence.changesAt(client) < Infinity
    return comesBack && this.#remains(client)
  }

  *#take(client: number, body: (turn: Turn) => ProcessBody<void>): ProcessBody<TurnEnd> {
    if (!(yield* this.#slots.take(client))) return 'gone'
    this.#inTurn[client] = 1
    this.#waiting?.note(client, this.now)
    const turn = new ClientTurn(client, this.#surroundings, this.#draws(client))
    const deadline = this.#breakOffAt(turn)
    try {
      yield* body(turn)
      return 'done'
    } catch (error) {
      if (!(error instanceof Interrupt)) throw error
      return 'broken off'
    } finally {
      if (deadline !== undefined) this.#simulation.cancel(deadline)
      this.#inTurn[client] = 0
      this.#waiting?.note(client, this.now)
      turn.end()
      this.#slots.giveBack(client)
    }
  }

  /** Has a turn broken off at the deadline that was decided for it; undefined where none was. */
  #breakOffAt({ client, server, decision: { deadlineSeconds } }: ClientTurn) {
    if (deadlineSeconds === undefined) return undefined
    return this.#simulation.schedule(
      deadlineSeconds,
      () => {
        this.ground.onFault({ kind: 'deadline', client, server, start: this.now, end: this.now })
        this.#breakOff(client, 'deadline')
      },
      DEADLINE_PRIORITY,
    )
  }

  #breakOff(client: number, cause: 'absence' | 'deadline'): void {
    this.ground.fruitless.brokenOff(client, cause, this.now)
    this.#current[client]?.interrupt()
  }

  #draws(client: number) {
    const slot = this.#slots.held[client]
    const server = serverOf(slot, this.#settings.parameters.channels)
    const turn = ++this.#turns[client]
    this.#versions[client] = this.version
    const { outages, stragglers } = this.#settings
    return {
      slot,
      decision: this.#slots.decisionOf(client),
      version: this.version,
      slowdown: stragglers ? slowdownOf(stragglers, this.ground.streams, client, turn) : 1,
      outages:
        outages &&
        new LinkOutages(outages, this.ground.streams.stream('faults/link', client, server, turn), this.now),
    }
  }
}
