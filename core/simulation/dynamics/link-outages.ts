import type { RandomStream } from '../../kernel/index.js'

/** How links go down. */
export interface OutageSettings {
  /** Outages of a link, per s while it is up. */
  readonly ratePerSecond: number
  readonly meanSeconds: number
  /** A receiver acknowledges blocks of so many bits; 0: only the whole transfer. */
  readonly blockBits: number
}

/** Beyond so many changes between two times that are asked for, what came of the first is long forgotten. */
const MOST_CHANGES = 2 ** 20

/**
 * When one link is down in a round: outages begin as a Poisson process and last exponential times.
 *
 * The state at the start is drawn from the stationary distribution, so that a round is like any stretch of a process
 * that goes on forever, and the same for every scheduler whatever the clock says. Ask for times in ascending order.
 */
export class LinkOutages {
  readonly #settings: OutageSettings
  readonly #random: RandomStream
  #down: boolean
  #start: number
  #end: number

  constructor(settings: OutageSettings, random: RandomStream, start: number) {
    this.#settings = settings
    this.#random = random
    this.#down = this.#drawDown()
    this.#start = start
    this.#end = start + this.#draw()
  }

  /** The present or next outage at a time. */
  at(time: number): { readonly start: number; readonly end: number } {
    for (let changes = 0; !this.#down || this.#end <= time; changes++) {
      if (changes === MOST_CHANGES) return this.#skipTo(time)
      this.#change()
    }
    return { start: this.#start, end: this.#end }
  }

  /** Goes on at a time so much later that the state there is one of the stationary distribution, as at the start. */
  #skipTo(time: number): { readonly start: number; readonly end: number } {
    this.#down = this.#drawDown()
    this.#start = time
    this.#end = time + this.#draw()
    if (!this.#down) this.#change()
    return { start: this.#start, end: this.#end }
  }

  #change(): void {
    this.#down = !this.#down
    this.#start = this.#end
    this.#end += this.#draw()
  }

  /** Whether it is down at a time of which nothing is known. */
  #drawDown(): boolean {
    const { ratePerSecond, meanSeconds } = this.#settings
    return this.#random.next() * (1 / ratePerSecond + meanSeconds) < meanSeconds
  }

  #draw(): number {
    return this.#random.exponential(
      this.#down ? this.#settings.meanSeconds : 1 / this.#settings.ratePerSecond,
    )
  }
}

/** What of a broken-off transfer has to be sent again: all that no block received whole acknowledges. */
export function bitsToSendAgain(bits: number, left: number, blockBits: number): number {
  if (blockBits === 0) return bits
  return bits - Math.floor((bits - left) / blockBits) * blockBits
}
