/**
 * What clients spend while they wait for a slot, for their turn, or for those who are still in theirs: their waiting power for as long as
 * they take part and are in no turn.
 */
export class WaitingAccount {
  readonly #powerW: Float64Array
  readonly #isWaiting: (client: number) => boolean
  /** Of each client: since when it has waited, s; NaN where it does not. */
  readonly #since: Float64Array
  readonly #joules: Float64Array

  /** `powerW`: length N. */
  constructor(powerW: Float64Array, isWaiting: (client: number) => boolean) {
    this.#powerW = powerW
    this.#isWaiting = isWaiting
    this.#since = new Float64Array(powerW.length).fill(Number.NaN)
    this.#joules = new Float64Array(powerW.length)
  }

  /** A client may have begun to wait, or have stopped, at a simulated time, s. */
  note(client: number, now: number): void {
    this.#count(client, now)
    this.#since[client] = this.#isWaiting(client) ? now : Number.NaN
  }

  noteAll(now: number): void {
    for (let client = 0; client < this.#powerW.length; client++) this.note(client, now)
  }

  /** J that each client spent since this was called before, length N. */
  take(now: number): Float64Array {
    for (let client = 0; client < this.#powerW.length; client++) {
      this.#count(client, now)
      if (!Number.isNaN(this.#since[client])) this.#since[client] = now
    }
    const joules = this.#joules.slice()
    this.#joules.fill(0)
    return joules
  }

  #count(client: number, now: number): void {
    const since = this.#since[client]
    if (since < now) this.#joules[client] += this.#powerW[client] * (now - since)
  }
}
