import { SITS_OUT } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import { receivingEnergy, transmitEnergy } from '../../network/round-cost.js'
import type { NetworkParameters } from '../../network/round-network.js'
import type { Gathered } from './gathering.js'
import { Row, type Spent, type Used } from './row.js'
import { ServerAccount } from './server-account.js'
import { Tally } from './tally.js'
import type { WaitingAccount } from './waiting-account.js'

/**
 * Adds up what clients spend, by turns: a turn counts in the row that its update is put together in, or that it was broken
 * off in.
 */
export class RowAccount {
  readonly #parameters: NetworkParameters
  #start: number
  /** Who has spent something in the row in hand; what each has, on which slot and by which decision, length N. */
  #touched: number[] = []
  readonly #slots: Int32Array
  readonly #decisions: (Decision | undefined)[]
  readonly #closed: Tally
  /** Of edge servers; undefined where nobody counts what they spend. */
  readonly servers: ServerAccount | undefined
  #backhaulJoules = 0
  /** J by client, length N. */
  #reports: Float64Array | undefined
  #waiting: WaitingAccount | undefined
  /** Of turns under way. */
  readonly #open: Tally

  constructor(parameters: NetworkParameters, start: number) {
    const { clients } = parameters
    this.#parameters = parameters
    this.#start = start
    this.#slots = new Int32Array(clients).fill(SITS_OUT)
    this.#decisions = new Array<Decision | undefined>(clients).fill(undefined)
    this.#closed = new Tally(clients)
    this.#open = new Tally(clients)
    const { serverConsumption } = parameters
    this.servers = serverConsumption && new ServerAccount(parameters, serverConsumption)
  }

  /** Charges local computing, eq. (6), J. */
  chargeHead(client: number, joules: number): void {
    this.#open.addHead(client, joules)
  }

  /** Charges time on the air, s, at a power, W, eq. (13), and counts the bits that went in it. */
  chargeUplink(client: number, seconds: number, airW: number, bits: number): void {
    this.#open.addUplink(client, transmitEnergy(this.#parameters, client, airW, seconds), bits)
  }

  /** Charges a client for seconds in which it received, and counts the bits that came down to it. */
  chargeDownlink(client: number, seconds: number, bits: number): void {
    this.#open.addDownlink(client, receivingEnergy(this.#parameters, client, seconds), bits)
  }

  /** Charges what a body on the backhaul took, in the row in hand, J. */
  chargeBackhaul(joules: number): void {
    this.#backhaulJoules += joules
  }

  /** Counts what a client's turn on a slot has spent so far in the row in hand. */
  settle(client: number, slot: number, decision: Decision): void {
    if (!this.#open.isEmpty(client)) this.#count(client, slot, decision, this.take(client))
  }

  /** Takes what a client's turn has spent so far, to count where its update is put together. */
  take(client: number): Used {
    return this.#open.take(client)
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
      this.#count(arrival.client, arrival.slot, arrival.decision, arrival.used)
    const touched = this.#touched
    if (touched.length > 1) touched.sort((a, b) => a - b)
    const spent = touched.map((client): Spent => {
      const slot = this.#slots[client]
      this.#slots[client] = SITS_OUT
      const decision = this.#decisions[client]!
      return { client, slot, decision, used: this.#closed.take(client) }
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

  #count(client: number, slot: number, decision: Decision, used: Used): void {
    this.#closed.add(client, used)
    if (this.#slots[client] === SITS_OUT) this.#touched.push(client)
    this.#slots[client] = slot
    this.#decisions[client] = decision
  }
}
