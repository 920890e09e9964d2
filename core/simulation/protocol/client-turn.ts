import { UserError } from '../../errors.js'
import type { Event, ProcessBody, Simulation } from '../../kernel/index.js'
import { channelOf, serverOf } from '../../network/assignment.js'
import type { NetworkParameters } from '../../network/round-network.js'
import {
  downlinkBitsOf,
  headEnergyOf,
  headTimeOf,
  samplesOf,
  uplinkBitsOf,
} from '../../network/round-work.js'
import { type Phase, phases } from '../../observe/events.js'
import type { Turn } from '../../plugin/protocol-contracts.js'
import type { ComputingPhase, FaultListener, LocalComputing } from '../dynamics/dynamics.js'
import type { EdgeServer } from '../dynamics/edge-server.js'
import { bitsToSendAgain, type LinkOutages } from '../dynamics/link-outages.js'
import type { Direction } from '../dynamics/radio.js'
import type { Air } from './air.js'
import type { Arrival, RowAccount } from './row-account.js'

/** Beyond this, what faults break off again and again is taken for what never ends. */
const MOST_ATTEMPTS = 10_000

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
  readonly server: number
  readonly version: number
  readonly #in: TurnSurroundings
  readonly #draws: TurnDraws
  readonly #setOutAt: number
  /** When an edge server had trained on its samples, s. */
  #trainedAt: number | undefined
  readonly #seconds = Object.fromEntries(phases.map((phase) => [phase, Number.NaN])) as Record<Phase, number>

  constructor(client: number, surroundings: TurnSurroundings, draws: TurnDraws) {
    this.client = client
    this.version = draws.version
    this.#in = surroundings
    this.#draws = draws
    this.server = serverOf(draws.slot, surroundings.network.channels)
    this.#setOutAt = surroundings.simulation.now
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

  computeBefore(): ProcessBody<void> {
    return this.#compute(this.#in.computing.before)
  }

  *computeAfter(): ProcessBody<void> {
    const { after } = this.#in.computing
    if (after) yield* this.#compute(after)
  }

  uplink(): ProcessBody<void> {
    return this.#during('uplink', this.#send('uplink', uplinkBitsOf(this.#in.network, this.client)))
  }

  downlink(): ProcessBody<void> {
    return this.#during('downlink', this.#send('downlink', downlinkBitsOf(this.#in.network, this.client)))
  }

  *computeAtEdge(): ProcessBody<void> {
    yield* this.#during('edge', this.#edge())
    this.#trainedAt = this.#in.simulation.now
  }

  trainWhole(): ProcessBody<void> {
    return this.#compute({ phase: 'training', share: 1 })
  }

  arrive(): void {
    this.end()
    this.#in.onArrival({
      client: this.client,
      slot: this.#draws.slot,
      server: this.server,
      version: this.version,
      setOutAt: this.#setOutAt,
      arrivedAt: this.#in.simulation.now,
      ...(this.#trainedAt !== undefined && { trainedAt: this.#trainedAt }),
      seconds: { ...this.#seconds },
    })
  }

  /** Counts what the turn has spent. */
  end(): void {
    this.#in.account.settle(this.client, this.#draws.slot)
  }

  *#during(phase: Phase, body: ProcessBody<void>): ProcessBody<void> {
    const { simulation, onPhase } = this.#in
    const start = simulation.now
    try {
      yield* body
      this.#seconds[phase] = simulation.now - start
    } finally {
      onPhase(this.client, phase, start, simulation.now)
    }
  }

  #compute({ phase, share }: ComputingPhase): ProcessBody<void> {
    return this.#during(phase, this.#computeShare(share))
  }

  /** Computes a share of the head; of what is broken off, the part that was done is charged. */
  *#computeShare(share: number): ProcessBody<void> {
    const { simulation, network, account } = this.#in
    const seconds = headTimeOf(network, this.client) * this.#draws.slowdown * share
    const joules = headEnergyOf(network, this.client) * share
    const start = simulation.now
    let done = 1
    const computed = seconds > 0 ? simulation.timeout(seconds) : undefined
    try {
      if (computed) yield* computed
    } catch (error) {
      computed?.cancel()
      done = (simulation.now - start) / seconds
      throw error
    } finally {
      account.chargeHead(this.client, joules * done)
    }
  }

  /** Transfers bits; while the link is down it is silent, and then sends again what was not acknowledged. */
  *#send(direction: Direction, all: number): ProcessBody<void> {
    const { blockBits } = this.#in
    let bits = all
    const { outages } = this.#draws
    for (let attempt = 1; bits > 0; attempt++) {
      this.#checkAttempts(attempt, `${direction} is broken off by outages`)
      const down = outages?.at(this.#in.simulation.now)
      if (!down || down.start > this.#in.simulation.now) {
        const left = yield* this.#onAir(direction, bits, down?.start ?? Infinity)
        if (left === 0) return
        bits = bitsToSendAgain(bits, left, blockBits)
      }
      if (down) yield* this.#waitFor(down)
    }
  }

  /** Sends until all is sent, or until a time; the bits that are left. */
  *#onAir(direction: Direction, bits: number, until: number): ProcessBody<number> {
    const { simulation, account } = this.#in
    const air = this.#in.air[direction]
    const done = air.start(this.client, this.#draws.slot, bits)
    const start = simulation.now
    const limit = until < Infinity ? simulation.timeout(until - simulation.now) : undefined
    let left = bits
    try {
      yield* limit ? simulation.anyOf([done, limit]) : done
    } finally {
      left = air.stop(this.client)
      limit?.cancel()
      if (direction === 'uplink') account.chargeUplink(this.client, simulation.now - start)
    }
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

  #edge(): ProcessBody<void> {
    const { network, servers } = this.#in
    return servers[this.server].compute(samplesOf(network, this.client), network.load.bodyFlops, (attempt) =>
      this.#checkAttempts(attempt, 'work is lost in failures of its edge server'),
    )
  }

  #checkAttempts(attempt: number, what: string): void {
    if (attempt <= MOST_ATTEMPTS) return
    const channel = channelOf(this.#draws.slot, this.#in.network.channels)
    throw new UserError(
      `client ${this.client} at server ${this.server} on channel ${channel}: its ${what} again and again (${MOST_ATTEMPTS} ` +
        'times) and would hardly ever end; expected shorter work, rarer faults, smaller faults.outages.blockBits or ' +
        'faults.servers.work: kept',
    )
  }
}
