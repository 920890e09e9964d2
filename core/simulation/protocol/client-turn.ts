import { type Event, Interrupt, type ProcessBody, type Simulation } from '../../kernel/index.js'
import { channelOf, serverOf } from '../../network/assignment.js'
import type { NetworkParameters } from '../../network/round-network.js'
import {
  downlinkBitsOf,
  headEnergyOf,
  headTimeOf,
  samplesOf,
  uplinkBitsOf,
} from '../../network/round-work.js'
import type { Phase } from '../../observe/events.js'
import type { PartOfLoad, PartOfWork, Turn } from '../../plugin/protocol-contracts.js'
import { checkAttemptsOf } from '../dynamics/attempts.js'
import type { ComputingPhase, FaultListener, LocalComputing } from '../dynamics/dynamics.js'
import type { EdgeServer } from '../dynamics/edge-server.js'
import { bitsToSendAgain, type LinkOutages } from '../dynamics/link-outages.js'
import type { Direction } from '../dynamics/radio.js'
import type { Air } from './air.js'
import type { Arrival } from './row.js'
import type { RowAccount } from './row-account.js'
import { PhaseSeconds, Update } from './update.js'

/** Of what the scenario says. */
const ALL = { share: 1 }

/** What turns take place in. */
export interface TurnSurroundings {
  readonly simulation: Simulation
  readonly network: NetworkParameters
  readonly computing: LocalComputing
  readonly air: Readonly<Record<Direction, Air>>
  readonly servers: readonly EdgeServer[]
  readonly account: RowAccount
  readonly blockBits: number
  readonly onFault: FaultListener
  readonly onPhase: (client: number, phase: Phase, start: number, end: number) => void
  readonly onArrival: (arrival: Arrival) => void
}

/** What is drawn for one turn. */
export interface TurnDraws {
  readonly slot: number
  readonly version: number
  /** How much longer the client computes than its processor says. */
  readonly slowdown: number
  /** When its link is down; undefined where it never is. */
  readonly outages: LinkOutages | undefined
}

/** One client's turn: its activities, timed and charged as they happen. */
export class ClientTurn implements Turn {
  readonly client: number
  readonly slot: number
  readonly server: number
  readonly version: number
  readonly setOutAt: number
  /** When an edge server had trained on its samples, s. */
  trainedAt: number | undefined = undefined
  /** How often it went through its samples, in units of the scenario's passes. */
  passes = 1
  readonly #in: TurnSurroundings
  readonly #slowdown: number
  readonly #outages: LinkOutages | undefined
  readonly #seconds = new PhaseSeconds()

  constructor(client: number, surroundings: TurnSurroundings, draws: TurnDraws) {
    this.client = client
    this.slot = draws.slot
    this.server = serverOf(draws.slot, surroundings.network.channels)
    this.version = draws.version
    this.setOutAt = surroundings.simulation.now
    this.#in = surroundings
    this.#slowdown = draws.slowdown
    this.#outages = draws.outages
  }

  *train(): ProcessBody<void> {
    const cut = this.#in.computing.after !== null
    // A whole model comes down first, and goes up when it is trained; what is cut goes up and comes back.
    if (!cut) yield* this.downlink()
    yield* this.computeBefore()
    yield* this.uplink()
    yield* this.computeAtEdge()
    if (cut) yield* this.downlink()
    yield* this.computeAfter()
  }

  computeBefore(share = 1): ProcessBody<void> {
    return this.#compute(this.#in.computing.before, share)
  }

  *computeAfter(share = 1): ProcessBody<void> {
    const { after } = this.#in.computing
    if (after) yield* this.#compute(after, share)
  }

  uplink(part: PartOfLoad = ALL): ProcessBody<void> {
    const bits = 'bits' in part ? part.bits : part.share * uplinkBitsOf(this.#in.network, this.client)
    return this.#send('uplink', bits)
  }

  downlink(part: PartOfLoad = ALL): ProcessBody<void> {
    const bits = 'bits' in part ? part.bits : part.share * downlinkBitsOf(this.#in.network, this.client)
    return this.#send('downlink', bits)
  }

  *computeAtEdge(part: PartOfWork = ALL): ProcessBody<void> {
    const { network, servers, simulation, account } = this.#in
    const samples = samplesOf(network, this.client)
    const flops = 'flops' in part ? part.flops / samples : part.share * network.load.bodyFlops
    const start = simulation.now
    let ended = false
    try {
      yield* servers[this.server].compute(
        samples,
        flops,
        (attempt) => this.#checkAttempts(attempt, 'work is lost in failures of its edge server'),
        account.servers && ((done) => account.servers?.chargeComputing(this.server, done)),
      )
      ended = true
      this.trainedAt = simulation.now
    } finally {
      this.#endPhase('edge', start, ended)
    }
  }

  trainWhole(passes = 1): ProcessBody<void> {
    this.passes = passes
    return this.#compute({ phase: 'training', share: 1 }, passes)
  }

  compute(flops: number): ProcessBody<void> {
    const { network } = this.#in
    const { headFlops } = network.load
    const joules = headEnergyOf(network, this.client)
    const seconds = flops === 0 ? 0 : flops / network.clientFlops[this.client]
    // Without work of its own the head's energy is that of all its computing.
    const share = headFlops === 0 ? 1 : flops / (headFlops * samplesOf(network, this.client))
    return this.#computing('head-forward', seconds * this.#slowdown, joules * share)
  }

  *inParallel(bodies: readonly (() => ProcessBody<void>)[]): ProcessBody<void> {
    const { simulation } = this.#in
    const parts = bodies.map((body) => simulation.process(() => untilInterrupted(body)))
    try {
      yield* simulation.allOf(parts)
    } catch (error) {
      for (const part of parts) if (part.alive) part.interrupt()
      // What each has spent by now is charged as it ends.
      yield* simulation.allOf(parts)
      throw error
    }
  }

  arrive(): void {
    const { account, onArrival, simulation } = this.#in
    onArrival(new Update(this, simulation.now, this.#seconds.copy(), account.take(this.client)))
  }

  /** Counts what the turn has spent that no update has taken along. */
  end(): void {
    this.#in.account.settle(this.client, this.slot)
  }

  #endPhase(phase: Phase, start: number, ended: boolean): void {
    const { now } = this.#in.simulation
    if (ended) this.#seconds.add(phase, now - start)
    this.#in.onPhase(this.client, phase, start, now)
  }

  #compute({ phase, share: whole }: ComputingPhase, part: number): ProcessBody<void> {
    const { network } = this.#in
    const share = whole * part
    const seconds = headTimeOf(network, this.client) * this.#slowdown * share
    return this.#computing(phase, seconds, headEnergyOf(network, this.client) * share)
  }

  /** Computes for so long; of what is broken off, the part that was done is charged. */
  *#computing(phase: Phase, seconds: number, joules: number): ProcessBody<void> {
    const { simulation, account } = this.#in
    const start = simulation.now
    let done = 1
    let ended = false
    const computed = seconds > 0 ? simulation.timeout(seconds) : undefined
    try {
      if (computed) yield* computed
      ended = true
    } catch (error) {
      computed?.cancel()
      done = (simulation.now - start) / seconds
      throw error
    } finally {
      account.chargeHead(this.client, joules * done)
      this.#endPhase(phase, start, ended)
    }
  }

  *#send(direction: Direction, bits: number): ProcessBody<void> {
    const { simulation, air } = this.#in
    const start = simulation.now
    let ended = false
    try {
      if (bits > 0 && this.#outages) yield* this.#sendThroughOutages(direction, bits, this.#outages)
      else if (bits > 0) {
        try {
          yield* air[direction].start(this.client, this.slot, bits)
        } finally {
          this.#leaveAir(direction, start)
        }
      }
      ended = true
    } finally {
      this.#endPhase(direction, start, ended)
    }
  }

  /** Transfers bits; while the link is down it is silent, and then sends again what was not acknowledged. */
  *#sendThroughOutages(direction: Direction, all: number, outages: LinkOutages): ProcessBody<void> {
    const { blockBits, simulation } = this.#in
    let bits = all
    for (let attempt = 1; ; attempt++) {
      this.#checkAttempts(attempt, `${direction} is broken off by outages`)
      const down = outages.at(simulation.now)
      if (down.start > simulation.now) {
        const left = yield* this.#sendUntil(direction, bits, down.start)
        if (left === 0) return
        bits = bitsToSendAgain(bits, left, blockBits)
      }
      yield* this.#waitFor(down)
    }
  }

  /** Sends until all is sent, or until a time; the bits that are left. */
  *#sendUntil(direction: Direction, bits: number, until: number): ProcessBody<number> {
    const { simulation } = this.#in
    const done = this.#in.air[direction].start(this.client, this.slot, bits)
    const start = simulation.now
    const limit = until < Infinity ? simulation.timeout(until - simulation.now) : undefined
    let left = bits
    try {
      yield* limit ? simulation.anyOf([done, limit]) : done
    } finally {
      limit?.cancel()
      left = this.#leaveAir(direction, start)
    }
    return left
  }

  /** No longer on the air, where it has been since `start`; the bits it had left. */
  #leaveAir(direction: Direction, start: number): number {
    const { air, account, simulation } = this.#in
    const left = air[direction].stop(this.client)
    const seconds = simulation.now - start
    if (direction === 'uplink') account.chargeUplink(this.client, seconds)
    else account.servers?.chargeDownlink(this.server, seconds)
    return left
  }

  *#waitFor({ start, end }: { readonly start: number; readonly end: number }): ProcessBody<void> {
    const { simulation, onFault } = this.#in
    onFault({ kind: 'outage', client: this.client, server: this.server, start, end })
    const over: Event = end < Infinity ? simulation.timeout(end - simulation.now) : simulation.event()
    try {
      yield* over
    } finally {
      over.cancel()
    }
  }

  #checkAttempts(attempt: number, what: string): void {
    const who = () => {
      const channel = channelOf(this.slot, this.#in.network.channels)
      return `client ${this.client} at server ${this.server} on channel ${channel}`
    }
    checkAttemptsOf(attempt, who, what)
  }
}

/** Does something up to its end, or until it is interrupted. */
function* untilInterrupted(body: () => ProcessBody<void>): ProcessBody<void> {
  try {
    yield* body()
  } catch (error) {
    if (!(error instanceof Interrupt)) throw error
  }
}
