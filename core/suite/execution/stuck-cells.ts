import type { Problem } from '../../errors.js'
import { overLimit } from '../../simulation/scheduler-failure.js'
import type { Cell } from './cells.js'

/** How long after its limit a decision is given up by the worker itself, unless a loop keeps it from that, ms. */
const GRACE = 500

/** Finds cells whose scheduler loops behind an `await` beyond its time limit, which only ending their worker ends. */
export class StuckCells {
  /** Of each worker: the round in which it waits for a promise of a scheduler, 0 for none, and how often it has waited. */
  readonly waiting: SharedArrayBuffer
  readonly #waits: Int32Array
  readonly #inHand: ({ cell: Cell; end: (problem: Problem) => void } | undefined)[]
  readonly #seen: { waits: number; since: number }[]

  constructor(workers: number) {
    this.waiting = new SharedArrayBuffer(8 * workers)
    this.#waits = new Int32Array(this.waiting)
    this.#inHand = new Array(workers).fill(undefined)
    this.#seen = Array.from({ length: workers }, () => ({ waits: 0, since: 0 }))
  }

  /** A worker takes a cell; `end` is called where it has to be ended. */
  take(place: number, cell: Cell, end: (problem: Problem) => void): void {
    this.#inHand[place] = { cell, end }
    Atomics.store(this.#waits, 2 * place, 0)
  }

  done(place: number): void {
    this.#inHand[place] = undefined
  }

  /** Looks once at all of them; to be called a few times a second. */
  look(): void {
    this.#inHand.forEach((taken, place) => {
      const round = Atomics.load(this.#waits, 2 * place)
      const waits = Atomics.load(this.#waits, 2 * place + 1)
      const seen = this.#seen[place]!
      if (waits !== seen.waits) this.#seen[place] = { waits, since: performance.now() }
      const seconds = taken?.cell.decisionLimitSeconds
      if (!taken || typeof seconds !== 'number' || round === 0 || waits !== seen.waits) return
      if (performance.now() - seen.since < seconds * 1000 + GRACE) return
      const { scheduler: label, plugin } = taken.cell
      taken.end(overLimit({ label, plugin }, `round ${round}`, seconds).problems[0]!)
    })
  }
}

/** Tells from a worker what it waits for: the round, or 0. */
export function tellWaiting(waiting: SharedArrayBuffer, place: number, round: number): void {
  const waits = new Int32Array(waiting)
  Atomics.add(waits, 2 * place + 1, 1)
  Atomics.store(waits, 2 * place, round)
}
