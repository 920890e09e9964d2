import { Interrupt, type ProcessBody, type Simulation } from '../../kernel/index.js'
import { channelOf, serverOf } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import type { NetworkParameters } from '../../network/round-network.js'
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
import { transferThroughOutages } from '../dynamics/broken-transfer.js'
import type { ComputingPhase, FaultListener, LocalComputing } from '../dynamics/dynamics.js'
import type { EdgeServer } from '../dynamics/edge-server.js'
import type { LinkOutages } from '../dynamics/link-outages.js'
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
  passes = 1
  readonly decision: Decision
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
    this.decision = draws.decision
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
    const { network, servers, simulation, account } = this.#in
    const samples = samplesOf(network, this.client)
    const flops = 'flops' in part ? part.flops / samples : part.share * this.#bodyFlopsPerSample(samples)
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

  #bodyFlopsPerSample(samples: number): number {
    const { network } = this.#in
    if (edgeWorkIsUniform(this.decision)) return network.load.bodyFlops
    return edgeWorkOf(network, this.client, this.decision) / samples
  }

  trainWhole(passes = 1): ProcessBody<void> {
    this.passes = passes
    return this.#compute({ phase: 'training', share: 1 }, passes)
  }

  compute(flops: number): ProcessBody<void> {
    const { network } = this.#in
    const { headFlops } = network.load
    // Cycles beside FLOPs are computed with the head, and take their energy there.
    const joules = samplesOf(network, this.client) * network.clientJoulesPerSample[this.client]
    const seconds = flops === 0 ? 0 : (flops / network.clientFlops[this.client]) * this.#clockRatio
    // Without work of its own the head's energy is that of all its computing.
    const share = headFlops === 0 ? 1 : flops / (headFlops * samplesOf(network, this.client))
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
    onArrival(new Update(this, simulation.now, this.#seconds.copy(), account.take(this.client)))
  }

  /** Counts what the turn has spent that no update has taken along. */
  end(): void {
    this.#in.account.settle(this.client, this.slot, this.decision)
  }

  #endPhase(phase: Phase, start: number, ended: boolean): void {
    const { now } = this.#in.simulation
    if (ended) this.#seconds.add(phase, now - start)
    this.#in.onPhase(this.client, phase, start, now)
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
    const start = this.#in.simulation.now
    let ended = false
    try {
      if (bits > 0) yield* this.#transfer(direction, bits)
      ended = true
    } finally {
      this.#endPhase(direction, start, ended)
    }
  }

  *#transfer(direction: Direction, bits: number): ProcessBody<void> {
    const { air, blockBits, simulation, onFault } = this.#in
    const outages = this.#outages
    let since = simulation.now
    if (!outages) {
      try {
        yield* air[direction].start(this.client, this.slot, bits, this.#powerOf(direction))
      } finally {
        this.#leaveAir(direction, since)
      }
      return
    }
    let onAir = false
    const link = {
      start: (toSend: number) => {
        since = simulation.now
        onAir = true
        return air[direction].start(this.client, this.slot, toSend, this.#powerOf(direction))
      },
      stop: () => {
        if (!onAir) return 0
        onAir = false
        return this.#leaveAir(direction, since)
      },
    }
    yield* transferThroughOutages(simulation, link, bits, {
      outages,
      blockBits,
      onAttempt: (attempt) => this.#checkAttempts(attempt, `${direction} is broken off by outages`),
      onOutage: ({ start, end }) =>
        onFault({ kind: 'outage', client: this.client, server: this.server, start, end }),
    })
  }

  /** No longer on the air, where it has been since `start`; the bits it had left. */
  #leaveAir(direction: Direction, start: number): number {
    const { air, account, simulation } = this.#in
    const left = air[direction].stop(this.client)
    const seconds = simulation.now - start
    if (direction === 'uplink') account.chargeUplink(this.client, seconds, this.#powerOf(direction))
    else account.servers?.chargeDownlink(this.server, seconds, this.#powerOf(direction))
    return left
  }

  /** W that was decided for a direction; undefined where it is the network's. */
  #powerOf(direction: Direction): number | undefined {
    const { powerW, serverPowerW } = this.decision
    return (direction === 'uplink' ? powerW : serverPowerW)?.[this.client]
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
