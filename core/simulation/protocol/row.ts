import { SITS_OUT } from '../../network/assignment.js'
import { type Decision, OPEN } from '../../network/decision.js'
import { type RoundCost, systemCost } from '../../network/round-cost.js'
import type { NetworkParameters } from '../../network/round-network.js'
import type { ServerEnergy } from '../../network/server-energy.js'
import type { Phase } from '../../observe/events.js'
import type { Gathered } from './gathering.js'

/** What turns took of a client: energies of eqs. (6) and (13) and of receiving, J, and bits on the air, those sent again included. */
export interface Used {
  readonly headJoules: number
  readonly uplinkJoules: number
  readonly receiveJoules: number
  readonly uplinkBits: number
  readonly downlinkBits: number
}

/** All that a client spent on turns, its part of eq. (18), J. */
export const joulesOf = ({ headJoules, uplinkJoules, receiveJoules }: Used): number =>
  headJoules + uplinkJoules + receiveJoules

/** An update that was put together: whose, trained from which weights, when it set out and arrived, s. */
export interface Arrival {
  readonly client: number
  /** The slot that it came by. */
  readonly slot: number
  /** What was decided for its turn. */
  readonly decision: Decision
  readonly server: number
  /** Aggregations before it set out. */
  readonly version: number
  readonly setOutAt: number
  readonly arrivedAt: number
  /** When an edge server had trained on its samples, s; undefined where none does. */
  readonly trainedAt: number | undefined
  /** How often it went through its samples, in units of the scenario's passes. */
  readonly repeats: number
  /** What its turn took since it set out, or brought an update before. */
  readonly used: Used
  /** What got through in that, each bit once. */
  readonly uplinkPayload: number
  readonly downlinkPayload: number
  /** How long a phase took, s; NaN for one that its turn did not have. */
  secondsOf(phase: Phase): number
}

/** What one client spent in a row. */
export interface Spent {
  readonly client: number
  /** Of its turns in this row the last; what was decided for it. */
  readonly slot: number
  readonly decision: Decision
  readonly used: Used
}

/** What a row came to, beside whose updates are in it. */
interface Closed extends RowEnergy {
  /** J that each client spent on reports to the twin, length N; absent where nobody did. */
  readonly reports: Float64Array | undefined
  /** J that each client spent waiting, length N; undefined where that takes no power. */
  readonly waiting: Float64Array | undefined
  readonly startTime: number
  readonly endTime: number
}

/** What clients, edge servers and the backhaul spent in a row. */
export interface RowEnergy {
  readonly spent: readonly Spent[]
  readonly servers: ServerEnergy | undefined
  /** J */
  readonly backhaulEnergy: number
}

/**
 * What one aggregation consists of, from the one before to this: what those few did whose it is. What rounds have for each of
 * all clients is laid out when somebody asks for it.
 */
export class Row implements Gathered {
  readonly arrivals: readonly Arrival[]
  readonly edgeRounds: Gathered['edgeRounds']
  readonly merged: readonly Arrival[]
  /** The neighbours among which bodies are mixed; undefined where a cloud puts them together. */
  readonly neighbours: readonly (readonly number[])[] | undefined
  /** By number: those whose updates these are, and those who were broken off. */
  readonly spent: readonly Spent[]
  /** J that each client spent on reports to the twin, length N; undefined where nobody did. */
  readonly reports: Float64Array | undefined
  /** J that each client spent waiting, length N; undefined where that takes no power. */
  readonly waiting: Float64Array | undefined
  /** Simulated time at which it began, s. */
  readonly startTime: number
  readonly cost: RoundCost
  readonly #clients: number
  #assignment: Int32Array | undefined

  constructor(parameters: NetworkParameters, gathered: Gathered & Pick<Row, 'neighbours'>, closed: Closed) {
    const { arrivals } = gathered
    const { spent, reports, waiting, startTime } = closed
    this.#clients = parameters.clients
    this.arrivals = arrivals
    this.edgeRounds = gathered.edgeRounds
    this.merged = gathered.merged
    this.neighbours = gathered.neighbours
    this.spent = spent
    this.reports = reports
    this.waiting = waiting
    this.startTime = startTime
    this.cost = new RowCost(parameters, arrivals, closed)
  }

  /** How many clients' updates these are. */
  get clientsArrived(): number {
    const { arrivals } = this
    return arrivals.length < 2 ? arrivals.length : new Set(arrivals.map(({ client }) => client)).size
  }

  /** Slots of those who spent something; others sit out. */
  get assignment(): Int32Array {
    if (this.#assignment) return this.#assignment
    const assignment = new Int32Array(this.#clients).fill(SITS_OUT)
    for (const { client, slot } of this.spent) assignment[client] = slot
    this.#assignment = assignment
    return assignment
  }

  /** The same with what was decided for them beside. */
  get decision(): Decision {
    const fields = new Set(this.spent.flatMap(({ decision }) => Object.keys(decision)))
    fields.delete('assignment')
    return {
      assignment: this.assignment,
      ...Object.fromEntries([...fields].map((field) => [field, this.#decided(field)])),
    }
  }

  /** Numbers that were decided, by client; of a client for which none was, NaN, or 0 where they are whole. */
  #decided(field: string): Float64Array | Int32Array {
    const of = ({ decision }: Spent) =>
      decision[field as keyof Decision] as Float64Array | Int32Array | undefined
    const whole = this.spent.some((each) => of(each) instanceof Int32Array)
    const all = whole ? new Int32Array(this.#clients) : new Float64Array(this.#clients).fill(OPEN)
    for (const each of this.spent) all[each.client] = of(each)?.[each.client] ?? all[each.client]
    return all
  }
}

/** A row's cost. */
class RowCost implements RoundCost {
  readonly time: number
  readonly energy: number
  readonly cost: number
  readonly servers?: ServerEnergy
  readonly backhaulEnergy: number
  readonly waitingEnergy?: Float64Array
  readonly #parameters: NetworkParameters
  readonly #arrivals: readonly Arrival[]
  readonly #spent: readonly Spent[]
  #laidOut: PerClient | undefined

  constructor(
    parameters: NetworkParameters,
    arrivals: readonly Arrival[],
    { spent, reports, waiting, servers, backhaulEnergy, startTime, endTime }: Closed,
  ) {
    const time = endTime - startTime
    this.#parameters = parameters
    this.#arrivals = arrivals
    this.#spent = spent
    let energy = 0
    for (const { used } of spent) energy += joulesOf(used)
    if (reports) energy += reports.reduce((sum, each) => sum + each, 0)
    this.time = time
    this.energy = energy
    if (servers) this.servers = servers
    this.backhaulEnergy = backhaulEnergy
    this.cost = systemCost(parameters.weights, time, energy)
    if (waiting) this.waitingEnergy = waiting
  }

  get uplinkRate(): Float64Array {
    return this.#perClient.uplinkRate
  }

  get downlinkRate(): Float64Array {
    return this.#perClient.downlinkRate
  }

  get headTime(): Float64Array {
    return this.#perClient.headTime
  }

  get uplinkTime(): Float64Array {
    return this.#perClient.uplinkTime
  }

  get edgeTime(): Float64Array {
    return this.#perClient.edgeTime
  }

  get downlinkTime(): Float64Array {
    return this.#perClient.downlinkTime
  }

  get clientTime(): Float64Array {
    return this.#perClient.clientTime
  }

  get headEnergy(): Float64Array {
    return this.#perClient.headEnergy
  }

  get uplinkEnergy(): Float64Array {
    return this.#perClient.uplinkEnergy
  }

  get receiveEnergy(): Float64Array {
    return this.#perClient.receiveEnergy
  }

  get clientEnergy(): Float64Array {
    return this.#perClient.clientEnergy
  }

  get #perClient(): PerClient {
    this.#laidOut ??= perClientOf(this.#parameters, this.#arrivals, this.#spent)
    return this.#laidOut
  }
}

type PerClient = ReturnType<typeof perClientOf>

/** The figures of those who had a part in a row, NaN for everyone else; each of length N. */
function perClientOf(parameters: NetworkParameters, arrivals: readonly Arrival[], spent: readonly Spent[]) {
  const perClient = () => new Float64Array(parameters.clients).fill(Number.NaN)
  const laidOut = {
    uplinkRate: perClient(),
    downlinkRate: perClient(),
    headTime: perClient(),
    uplinkTime: perClient(),
    edgeTime: perClient(),
    downlinkTime: perClient(),
    clientTime: perClient(),
    headEnergy: perClient(),
    uplinkEnergy: perClient(),
    receiveEnergy: perClient(),
    clientEnergy: perClient(),
  }
  const [uplinkBits, downlinkBits] = [perClient(), perClient()]
  for (const arrival of arrivals) {
    const { client } = arrival
    const training = arrival.secondsOf('training')
    const head = arrival.secondsOf('head-forward') + arrival.secondsOf('head-backward')
    add(uplinkBits, client, arrival.uplinkPayload)
    add(downlinkBits, client, arrival.downlinkPayload)
    add(laidOut.headTime, client, Number.isNaN(training) ? head : training)
    add(laidOut.uplinkTime, client, arrival.secondsOf('uplink'))
    add(laidOut.edgeTime, client, arrival.secondsOf('edge'))
    add(laidOut.downlinkTime, client, arrival.secondsOf('downlink'))
    add(laidOut.clientTime, client, arrival.arrivedAt - arrival.setOutAt)
  }
  for (const { client, used } of spent) {
    laidOut.uplinkRate[client] = rateOf(uplinkBits[client], laidOut.uplinkTime[client])
    laidOut.downlinkRate[client] = rateOf(downlinkBits[client], laidOut.downlinkTime[client])
    laidOut.headEnergy[client] = used.headJoules
    laidOut.uplinkEnergy[client] = used.uplinkJoules
    laidOut.receiveEnergy[client] = used.receiveJoules
    laidOut.clientEnergy[client] = joulesOf(used)
  }
  return laidOut
}

/** Adds a turn's time to those that its client took before in the same row. */
function add(times: Float64Array, client: number, seconds: number): void {
  if (!Number.isNaN(seconds)) times[client] = Number.isNaN(times[client]) ? seconds : times[client] + seconds
}

/** Without anything to send there is no rate. */
const rateOf = (bits: number, seconds: number): number => (bits === 0 ? Number.NaN : bits / seconds)
