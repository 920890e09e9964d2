import { SITS_OUT } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import { transmitEnergy } from '../../network/round-cost.js'
import type { NetworkParameters } from '../../network/round-network.js'
import type { Gathered } from './gathering.js'
import { type Joules, Row, type Spent } from './row.js'
import { ServerAccount } from './server-account.js'
import type { WaitingAccount } from './waiting-account.js'

/**
 * Adds up what clients spend, by turns: a turn counts in the row that its update is put together in, or that it was broken
 * off in.
 */
export class RowAccount {
  readonly #parameters: NetworkParameters
  #start: number
  /** Who has spent something in the row in hand; what each has, J, on which slot and by which decision, length N. */
  #touched: number[] = []
  readonly #slots: Int32Array
  readonly #decisions: (Decision | undefined)[]
  readonly #headEnergy: Float64Array
  readonly #uplinkEnergy: Float64Array
  /** Of edge servers; undefined where nobody counts what they spend. */
  readonly servers: ServerAccount | undefined
  #backhaulJoules = 0
  /** J by client, length N. */
  #reports: Float64Array | undefined
  #waiting: WaitingAccount | undefined
  /** Of turns under way, J, length N. */
  readonly #openHead: Float64Array
  readonly #openUplink: Float64Array

  constructor(parameters: NetworkParameters, start: number) {
    const { clients } = parameters
    this.#parameters = parameters
    this.#start = start
    this.#slots = new Int32Array(clients).fill(SITS_OUT)
    this.#decisions = new Array<Decision | undefined>(clients).fill(undefined)
    this.#headEnergy = new Float64Array(clients)
    this.#uplinkEnergy = new Float64Array(clients)
    this.#openHead = new Float64Array(clients)
    this.#openUplink = new Float64Array(clients)
    const { serverConsumption } = parameters
    this.servers = serverConsumption && new ServerAccount(parameters, serverConsumption)
  }

  /** Charges local computing, eq. (6), J. */
  chargeHead(client: number, joules: number): void {
    this.#openHead[client] += joules
  }

  /** Charges time on the air, s, at the client's power or the one decided, W, eq. (13). */
  chargeUplink(client: number, seconds: number, powerW = this.#parameters.clientPowerW[client]): void {
    this.#openUplink[client] += transmitEnergy(this.#parameters, client, powerW, seconds)
  }

  /** Charges what a body on the backhaul took, in the row in hand, J. */
  chargeBackhaul(joules: number): void {
    this.#backhaulJoules += joules
  }

  /** Counts what a client's turn on a slot has spent so far in the row in hand. */
  settle(client: number, slot: number, decision: Decision): void {
    if (this.#openHead[client] !== 0 || this.#openUplink[client] !== 0)
      this.#count(client, slot, decision, this.take(client))
  }

  /** Takes what a client's turn has spent so far, to count where its update is put together. */
  take(client: number): Joules {
    const spent = { headJoules: this.#openHead[client], uplinkJoules: this.#openUplink[client] }
    this.#openHead[client] = 0
    this.#openUplink[client] = 0
    return spent
  }

  /** Has rows tell what clients spend while they wait. */
  watch(waiting: WaitingAccount): void {
    this.#waiting = waiting
  }

  /** Charges reports to the twin, J by client, to the row in hand. */
  chargeReports(joules: Float64Array): void {
    this.#reports = this.#reports?.map((before, client) => before + joules[client]) ?? joules.slice()
  }

  /** Ends a row at a simulated time, s, and begins the next. */
  close(now: number, gathered: Gathered, neighbours?: Row['neighbours']): Row {
    for (const arrival of gathered.arrivals)
      this.#count(arrival.client, arrival.slot, arrival.decision, arrival)
    const touched = this.#touched
    if (touched.length > 1) touched.sort((a, b) => a - b)
    const spent = touched.map((client): Spent => {
      const slot = this.#slots[client]
      const [headJoules, uplinkJoules] = [this.#headEnergy[client], this.#uplinkEnergy[client]]
      this.#slots[client] = SITS_OUT
      this.#headEnergy[client] = 0
      this.#uplinkEnergy[client] = 0
      const decision = this.#decisions[client]!
      return { client, slot, decision, headJoules, uplinkJoules }
    })
    const closed = {
      spent,
      servers: this.servers?.take(),
      backhaulEnergy: this.#backhaulJoules,
      reports: this.#reports,
      waiting: this.#waiting?.take(now),
      startTime: this.#start,
      endTime: now,
    }
    const row = new Row(this.#parameters, { ...gathered, neighbours }, closed)
    this.#backhaulJoules = 0
    this.#reports = undefined
    this.#start = now
    this.#touched = []
    return row
  }

  #count(client: number, slot: number, decision: Decision, { headJoules, uplinkJoules }: Joules): void {
    this.#headEnergy[client] += headJoules
    this.#uplinkEnergy[client] += uplinkJoules
    if (this.#slots[client] === SITS_OUT) this.#touched.push(client)
    this.#slots[client] = slot
    this.#decisions[client] = decision
  }
}
