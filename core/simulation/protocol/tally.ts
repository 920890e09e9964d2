import type { Used } from './row.js'

/** Where each kind lies in what is kept of a client, and how many there are. */
const HEAD = 0
const UPLINK = 1
const RECEIVE = 2
const UPLINK_BITS = 3
const DOWNLINK_BITS = 4
const KINDS = 5

/** What clients have spent, J, and had on the air, bit, by kind. */
export class Tally {
  /** One client after the other, so that all of one lies together; length 5 N. */
  readonly #amounts: Float64Array

  constructor(clients: number) {
    this.#amounts = new Float64Array(KINDS * clients)
  }

  addHead(client: number, joules: number): void {
    this.#amounts[KINDS * client + HEAD] += joules
  }

  addUplink(client: number, joules: number, bits: number): void {
    const at = KINDS * client
    this.#amounts[at + UPLINK] += joules
    this.#amounts[at + UPLINK_BITS] += bits
  }

  addDownlink(client: number, joules: number, bits: number): void {
    const at = KINDS * client
    this.#amounts[at + RECEIVE] += joules
    this.#amounts[at + DOWNLINK_BITS] += bits
  }

  add(client: number, used: Used): void {
    this.addHead(client, used.headJoules)
    this.addUplink(client, used.uplinkJoules, used.uplinkBits)
    this.addDownlink(client, used.receiveJoules, used.downlinkBits)
  }

  isEmpty(client: number): boolean {
    const at = KINDS * client
    for (let kind = 0; kind < KINDS; kind++) if (this.#amounts[at + kind] !== 0) return false
    return true
  }

  /** All that a client has, of which nothing is left. */
  take(client: number): Used {
    const amounts = this.#amounts
    const at = KINDS * client
    const taken = {
      headJoules: amounts[at + HEAD],
      uplinkJoules: amounts[at + UPLINK],
      receiveJoules: amounts[at + RECEIVE],
      uplinkBits: amounts[at + UPLINK_BITS],
      downlinkBits: amounts[at + DOWNLINK_BITS],
    }
    for (let kind = 0; kind < KINDS; kind++) amounts[at + kind] = 0
    return taken
  }
}
