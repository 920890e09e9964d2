import { UserError } from '../../errors.js'
import { Interrupt, type ProcessBody } from '../../kernel/index.js'
import { serverOf } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import {
  downlinkBitsOf,
  edgeWorkIsUniform,
  edgeWorkOf,
  headEnergyOf,
  headTimeOf,
  samplesOf,
  uplinkBitsOf,
} from '../../network/round-work.js'
import type { Phase } from '../../observe/events.js'
import type { PartOfLoad, PartOfWork, Turn } from '../../plugin/protocol-contracts.js'
import { checkAttemptsOf } from '../dynamics/attempts.js'
import type { ComputingPhase, LocalComputing } from '../dynamics/dynamics.js'
import type { EdgeServer } from '../dynamics/edge-server.js'
import type { LinkOutages } from '../dynamics/link-outages.js'
import type { Direction } from '../dynamics/radio.js'
import type { Arrival } from './row.js'
import { type LinkSurroundings, TurnLink, whoseLink } from './turn-link.js'
import { PhaseSeconds, Update } from './update.js'

/** Of what the scenario says. */
const ALL = { share: 1 }

/** What turns take place in. */
export interface TurnSurroundings extends LinkSurroundings {
  readonly computing: LocalComputing
  readonly servers: readonly EdgeServer[]
  readonly onPhase: (client: number, phase: Phase, start: number, end: number) => void
  readonly onArrival: (arrival: Arrival) => void
}

/** What is drawn for one turn. */
export interface TurnDraws {
  readonly slot: number
  /** What was decided for it beside its slot, when it set out. */
  readonly decision: Decision
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
  passes: number
  readonly decision: Decision
  /** What got through since it set out, or brought an update before, bit. */
  payload = { uplink: 0, downlink: 0 }
  readonly #in: TurnSurroundings
  readonly #slowdown: number
  readonly #link: TurnLink
  readonly #seconds = new PhaseSeconds()
  #over = false

  constructor(client: number, surroundings: TurnSurroundings, draws: TurnDraws) {
    this.client = client
    this.slot = draws.slot
    this.server = serverOf(draws.slot, surroundings.network.channels)
    this.version = draws.version
    this.setOutAt = surroundings.simulation.now
    this.#in = surroundings
    this.decision = draws.decision
    this.#slowdown = draws.slowdown
    this.passes = this.#steps
    this.#link = new TurnLink(this, surroundings, draws.outages)
  }

  /** Passes over its samples that were decided for it, in units of the scenario's. */
  get #steps(): number {
    return this.decision.steps?.[this.client] ?? 1
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
    const bits =
      'bits' in part ? part.bits : part.share * uplinkBitsOf(this.#in.network, this.client, this.decision)
    return this.#send('uplink', bits)
  }

  downlink(part: PartOfLoad = ALL): ProcessBody<void> {
    const bits =
      'bits' in part ? part.bits : part.share * downlinkBitsOf(this.#in.network, this.client, this.decision)
    return this.#send('downlink', bits)
  }

  *computeAtEdge(part: PartOfWork = ALL): ProcessBody<void> {
    const { servers, simulation, account } = this.#in
    const samples = this.#edgeSamples
    const flops = 'flops' in part ? part.flops / samples : part.share * this.#flopsOfEdgeSample
    const start = this.#begin()
    let ended = false
    try {
      yield* servers[this.server].compute(
        samples,
        flops,
        (attempt) =>
          checkAttemptsOf(attempt, () => this.#who(), 'work is lost in failures of its edge server'),
        account.servers && ((done) => account.servers?.chargeComputing(this.server, done)),
      )
      ended = true
      this.trainedAt = simulation.now
    } finally {
      this.#endPhase('edge', start, ended)
    }
  }

  /** Its part of an edge server goes by its samples, or where they are of unlike work by as many of the scenario's as that comes to. */
  get #edgeSamples(): number {
    const { network } = this.#in
    if (edgeWorkIsUniform(this.decision)) return samplesOf(network, this.client, this.decision)
    return edgeWorkOf(network, this.client, this.decision) / this.#flopsOfEdgeSample
  }

  /** FLOPs of one of these. */
  get #flopsOfEdgeSample(): number {
    const { bodyFlops } = this.#in.network.load
    return bodyFlops === 0 && !edgeWorkIsUniform(this.decision) ? 1 : bodyFlops
  }

  trainWhole(passes = 1): ProcessBody<void> {
    this.passes = passes * this.#steps
    return this.#compute({ phase: 'training', share: 1 }, passes)
  }

  compute(flops: number): ProcessBody<void> {
    const { network } = this.#in
    const { headFlops } = network.load
    const passed = samplesOf(network, this.client, this.decision) * this.#steps
    // Cycles beside FLOPs are computed with the head, and take their energy there.
    const joules = passed * network.clientJoulesPerSample[this.client]
    const seconds = flops === 0 ? 0 : (flops / network.clientFlops[this.client]) * this.#clockRatio
    // Without work of its own the head's energy is that of all its computing.
    const share = headFlops * passed === 0 ? 1 : flops / (headFlops * passed)
    return this.#computing('head-forward', seconds * this.#slowdown, joules * share)
  }

  /** How much longer it computes than at its highest clock. */
  get #clockRatio(): number {
    const clock = this.decision.clockHz?.[this.client]
    const most = this.#in.network.clientClockHz?.[this.client]
    return clock === undefined || most === undefined ? 1 : most / clock
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
    this.#begin()
    onArrival(new Update(this, simulation.now, this.#seconds.take(), account.take(this.client)))
    this.payload = { uplink: 0, downlink: 0 }
  }

  /** Counts what the turn has spent that no update has taken along. */
  end(): void {
    this.#over = true
    this.#in.account.settle(this.client, this.slot, this.decision)
  }

  /** The time at which something begins, s; a `UserError` where the turn is over, whose slot is another's by then. */
  #begin(): number {
    if (this.#over)
      throw new UserError(
        `${this.#who()}: its turn is over, and something was to be done in it; expected all of it before the turn's process ends`,
      )
    return this.#in.simulation.now
  }

  #endPhase(phase: Phase, start: number, ended: boolean): void {
    const { now } = this.#in.simulation
    if (ended) this.#seconds.add(phase, now - start)
    this.#in.onPhase(this.client, phase, start, now)
  }

  #who(): string {
    return whoseLink(this, this.#in.network)
  }

  #compute({ phase, share: whole }: ComputingPhase, part: number): ProcessBody<void> {
    const { network } = this.#in
    const share = whole * part
    const seconds = headTimeOf(network, this.client, this.decision) * this.#slowdown * share
    return this.#computing(phase, seconds, headEnergyOf(network, this.client, this.decision) * share)
  }

  /** Computes for so long; of what is broken off, the part that was done is charged. */
  *#computing(phase: Phase, seconds: number, joules: number): ProcessBody<void> {
    const { simulation, account } = this.#in
    const start = this.#begin()
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
    const start = this.#begin()
    let ended = false
    try {
      if (bits > 0) yield* this.#link.transfer(direction, bits)
      this.payload[direction] += bits
      ended = true
    } finally {
      this.#endPhase(direction, start, ended)
    }
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
