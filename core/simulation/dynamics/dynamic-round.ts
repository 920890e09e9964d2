import { type Event, Interrupt, type Process, type ProcessBody, type Simulation } from '../../kernel/index.js'
import { SITS_OUT, serverOf } from '../../network/assignment.js'
import { type Decision, settled } from '../../network/decision.js'
import type { RoundCost } from '../../network/round-cost.js'
import {
  downlinkBitsOf,
  edgeWorkIsUniform,
  edgeWorkOf,
  headTimeOf,
  samplesOf,
  uplinkBitsOf,
} from '../../network/round-work.js'
import type { Phase } from '../../observe/events.js'
import { checkAttempts, checkSteps } from './attempts.js'
import { transferThroughOutages } from './broken-transfer.js'
import type { ComputingPhase, FaultListener, LocalComputing, RoundPlan } from './dynamics.js'
import type { EdgeServer } from './edge-server.js'
import type { LinkOutages } from './link-outages.js'
import { type Direction, Radio } from './radio.js'
import { RealisedRound } from './realised-round.js'

/** Behind all else that is due at that instant: whoever finishes at the very deadline has finished. */
export const DEADLINE_PRIORITY = 1

/** What a round meets with. */
export interface Circumstances {
  /** M of them; they outlive the round. */
  readonly servers: readonly EdgeServer[]
  readonly computing: LocalComputing
  /** s after the start; Infinity where there is none. */
  readonly deadlineSeconds: number
  /** 1 for each client that is there at this moment, length N. */
  readonly present: Uint8Array
  /** How much longer a client computes than its processor says. */
  slowdown(client: number): number
  /** When a client will leave; Infinity where it stays. */
  leavesAt(client: number): number
  /** When a link is down; undefined where it never is. */
  outages(client: number, server: number): LinkOutages | undefined
  readonly blockBits: number
  readonly onFault: FaultListener
}

/**
 * A round in which interference and edge sharing follow who is really active.
 *
 * Each client's chain is a process: its own computing, uplink, edge computing, downlink, and again its own. The round is over
 * when every client that started has finished or broken off, or at the deadline.
 */
export class DynamicRound {
  readonly #simulation: Simulation
  readonly #plan: RoundPlan
  readonly #decision: Decision
  readonly #circumstances: Circumstances
  readonly #radios: Readonly<Record<Direction, Radio>>
  readonly #realised: RealisedRound
  readonly #processes: (Process<void> | undefined)[]
  readonly #start: number
  /** Clients that have neither finished nor broken off. */
  #atWork = 0
  /** Those of them whose transfer will never end; by client, what they are doing. */
  readonly #stuck = new Map<number, Direction>()
  readonly #over: Event

  constructor(simulation: Simulation, plan: RoundPlan, circumstances: Circumstances) {
    const { network, assignment } = plan
    const decision = settled(network, plan.decision ?? { assignment })
    this.#simulation = simulation
    this.#plan = plan
    this.#decision = decision
    this.#circumstances = circumstances
    const radio = (direction: Direction) => new Radio(simulation, network, decision, direction)
    this.#radios = { uplink: radio('uplink'), downlink: radio('downlink') }
    this.#realised = new RealisedRound(network, decision)
    this.#processes = new Array<Process<void> | undefined>(network.clients).fill(undefined)
    this.#start = simulation.now
    this.#over = simulation.event()
  }

  /** Lets the round happen from this moment on. */
  play(): RoundCost {
    const simulation = this.#simulation
    const { assignment } = this.#plan
    const { deadlineSeconds, present } = this.#circumstances
    for (let client = 0; client < assignment.length; client++) {
      // Who left after the decision does not start.
      if (assignment[client] === SITS_OUT || !present[client]) continue
      this.#atWork++
      this.#processes[client] = simulation.process(() => this.#takePart(client), { name: `client ${client}` })
    }
    if (this.#atWork === 0) return this.#cost()
    const deadline =
      deadlineSeconds < Infinity
        ? simulation.schedule(deadlineSeconds, () => this.#breakOffAll(), DEADLINE_PRIORITY)
        : undefined
    const followed = this.#plan.followed && this.#follow(this.#plan.followed)
    simulation.run(this.#over)
    followed?.stop()
    if (deadline !== undefined) simulation.cancel(deadline)
    return this.#cost()
  }

  /** Takes the channels as they are every so often, until it is stopped. */
  #follow({ stepSeconds, networkAt }: NonNullable<RoundPlan['followed']>): { stop(): void } {
    const simulation = this.#simulation
    let steps = 0
    const next = () =>
      simulation.scheduleAt(this.#start + ++steps * stepSeconds, () => {
        checkSteps(steps, this.#plan.round, stepSeconds)
        const network = networkAt(steps * stepSeconds)
        this.#radios.uplink.follow(network)
        this.#radios.downlink.follow(network)
        handle = next()
      })
    let handle = next()
    return { stop: () => simulation.cancel(handle) }
  }

  /** A client leaves: breaks off what it is doing, if it has started and not finished. */
  breakOff(client: number): void {
    const process = this.#processes[client]
    if (process?.alive) process.interrupt()
    else if (process) this.#realised.leaveFinished(client, this.#simulation.now - this.#start)
  }

  #breakOffAll(): void {
    const now = this.#simulation.now
    for (const [client, process] of this.#processes.entries()) {
      if (!process?.alive) continue
      this.#circumstances.onFault({
        kind: 'deadline',
        client,
        server: this.#serverOf(client),
        start: now,
        end: now,
      })
      process.interrupt()
    }
  }

  #serverOf(client: number): number {
    return serverOf(this.#plan.assignment[client], this.#plan.network.channels)
  }

  #cost(): RoundCost {
    const endless = this.#atWork > 0
    if (endless) {
      for (const [client, direction] of this.#stuck) {
        this.#realised.endPhase(client, direction, Infinity)
        this.#realised.endClient(client, Infinity)
      }
    }
    return this.#realised.cost(endless ? Infinity : this.#simulation.now - this.#start, (client, way) =>
      endless && this.#stuck.get(client) === way ? Infinity : this.#radios[way].airTimeOf(client),
    )
  }

  *#takePart(client: number): ProcessBody<void> {
    const { network } = this.#plan
    const { computing, slowdown } = this.#circumstances
    const decision = this.#decision
    const headTime = headTimeOf(network, client, decision) * slowdown(client)
    const compute = ({ phase, share }: ComputingPhase) =>
      this.#during(client, phase, this.#compute(client, headTime, share))
    try {
      yield* compute(computing.before)
      yield* this.#during(
        client,
        'uplink',
        this.#send(client, 'uplink', uplinkBitsOf(network, client, decision)),
      )
      yield* this.#during(client, 'edge', this.#computeAtEdge(client))
      yield* this.#during(
        client,
        'downlink',
        this.#send(client, 'downlink', downlinkBitsOf(network, client, decision)),
      )
      if (computing.after) yield* compute(computing.after)
      this.#realised.endClient(client, this.#simulation.now - this.#start)
    } catch (error) {
      if (!(error instanceof Interrupt)) throw error
    }
    this.#atWork--
    this.#stuck.delete(client)
    this.#checkOver()
  }

  /** Over when nobody is at work, or when all who are would be for ever. */
  #checkOver(): void {
    const { uplink, downlink } = this.#radios
    if (this.#atWork === uplink.silent + downlink.silent) this.#blockEachOther()
    if (this.#atWork === this.#stuck.size && this.#over.pending) this.#over.succeed()
  }

  /** All at work are on the air and get nothing across, be it for each other's interference: nothing will change that. */
  #blockEachOther(): void {
    const { outages, deadlineSeconds, leavesAt } = this.#circumstances
    const { uplink, downlink } = this.#radios
    const onAir = (client: number) => uplink.isOnAir(client) || downlink.isOnAir(client)
    const atWork = [...this.#processes.keys()].filter(onAir)
    const changes = (client: number) => leavesAt(client) < Infinity || outages(client, this.#serverOf(client))
    if (this.#plan.followed || deadlineSeconds < Infinity || atWork.some(changes)) return
    for (const client of atWork) this.#stuck.set(client, uplink.isOnAir(client) ? 'uplink' : 'downlink')
  }

  *#during(client: number, phase: Phase, body: ProcessBody<void>): ProcessBody<void> {
    const start = this.#simulation.now
    try {
      yield* body
      this.#realised.endPhase(client, phase, this.#simulation.now - start)
    } finally {
      this.#plan.onPhase(client, phase, start, this.#simulation.now)
    }
  }

  /** Computes a share of the head; of what is broken off, the part that was done is charged. */
  *#compute(client: number, headTime: number, share: number): ProcessBody<void> {
    const seconds = headTime * share
    const start = this.#simulation.now
    let done = 1
    if (seconds > 0) {
      const computed = this.#simulation.timeout(seconds)
      try {
        yield* computed
      } catch (error) {
        computed.cancel()
        done = (this.#simulation.now - start) / seconds
        throw error
      } finally {
        this.#realised.chargeHead(client, share * done)
      }
    } else this.#realised.chargeHead(client, share)
  }

  /** Transfers bits; while the link is down it is silent, and then sends again what was not acknowledged. */
  *#send(client: number, direction: Direction, bits: number): ProcessBody<void> {
    if (bits === 0) return
    const simulation = this.#simulation
    const radio = this.#radios[direction]
    const server = this.#serverOf(client)
    const outages = this.#circumstances.outages(client, server)
    // Where channels are followed, one that carries nothing now may carry it in a while.
    const reaches = this.#plan.followed !== undefined || radio.reaches(client, bits)
    if (!reaches) this.#getStuck(client, direction)
    const link = { start: (toSend: number) => radio.start(client, toSend), stop: () => radio.stop(client) }
    if (outages && reaches) {
      yield* transferThroughOutages(simulation, link, bits, {
        outages,
        blockBits: this.#circumstances.blockBits,
        onAttempt: (attempt) =>
          checkAttempts(attempt, this.#plan.round, client, `${direction} is broken off by outages`),
        onOutage: ({ start, end }) => {
          this.#circumstances.onFault({ kind: 'outage', client, server, start, end })
          if (end === Infinity) this.#getStuck(client, direction)
        },
      })
      return
    }
    try {
      const done = link.start(bits)
      this.#checkOver()
      yield* done
    } finally {
      link.stop()
    }
  }

  #computeAtEdge(client: number): ProcessBody<void> {
    const { network } = this.#plan
    const decision = this.#decision
    const uniform = edgeWorkIsUniform(decision)
    // Clients of unlike work share by it, so that who is there from first to last ends with all others.
    const [units, flopsOfUnit] = uniform
      ? [samplesOf(network, client, decision), network.load.bodyFlops]
      : [edgeWorkOf(network, client, decision), 1]
    const server = this.#serverOf(client)
    const onAttempt = (attempt: number) =>
      checkAttempts(attempt, this.#plan.round, client, 'work is lost in failures of its edge server')
    const onComputed = (flops: number) => this.#realised.computedAtEdge(server, flops)
    return this.#circumstances.servers[server].compute(units, flopsOfUnit, onAttempt, onComputed)
  }

  /** A transfer that gets nothing across, and whose client will not leave: only the deadline can end it. */
  #getStuck(client: number, direction: Direction): void {
    const { deadlineSeconds, leavesAt } = this.#circumstances
    if (deadlineSeconds < Infinity || leavesAt(client) < Infinity) return
    this.#stuck.set(client, direction)
    this.#checkOver()
  }
}
