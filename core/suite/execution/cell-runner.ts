import type { Cell } from './cells.js'
import type { CellTask } from './run-cell.js'
import { StuckCells } from './stuck-cells.js'
import { askWorker, endPool, openPool, type WorkerOutcome } from './worker-pool.js'

export interface CellRunnerOptions {
  /** Where finished cells are kept. */
  readonly directory: string
  /** Cells that run at once, each in a thread of its own. */
  readonly workers: number
  /** The module of a worker: its default export takes a `WorkerTask`. */
  readonly worker: URL
}

/** A cell that is being run. */
export interface CellInHand {
  readonly cell: Cell
  /** Rounds that were played of it. */
  readonly played: number
  /** For how long, s. */
  readonly elapsed: number
}

/** How often it is looked for cells that are stuck, ms. */
const INTERVAL_MS = 250

/** Worker threads that run cells, as many at once as they are. */
export class CellRunner {
  readonly #options: CellRunnerOptions
  readonly #pool: ReturnType<typeof openPool>
  readonly #stuck: StuckCells
  readonly #stop = new SharedArrayBuffer(4)
  readonly #progress: SharedArrayBuffer
  readonly #played: Int32Array
  readonly #inHand: ({ readonly cell: Cell; readonly start: number } | undefined)[]
  readonly #timer: NodeJS.Timeout

  constructor(options: CellRunnerOptions) {
    const { workers, worker } = options
    this.#options = options
    this.#pool = openPool(worker, workers)
    this.#stuck = new StuckCells(workers)
    this.#progress = new SharedArrayBuffer(4 * workers)
    this.#played = new Int32Array(this.#progress)
    this.#inHand = new Array(workers).fill(undefined)
    this.#timer = setInterval(() => this.#stuck.look(), INTERVAL_MS)
  }

  /** Where finished cells are kept. */
  get directory(): string {
    return this.#options.directory
  }

  /** The cells that are being run. */
  get inHand(): CellInHand[] {
    return this.#inHand.flatMap((own, place) =>
      own
        ? [{ cell: own.cell, played: Atomics.load(this.#played, place), elapsed: secondsSince(own.start) }]
        : [],
    )
  }

  /** Runs a cell in a thread that is free; there has to be one. `seconds`: how long it was in hand. */
  async run(cell: Cell): Promise<{ readonly outcome: WorkerOutcome; readonly seconds: number }> {
    const place = this.#inHand.indexOf(undefined)
    if (place < 0) throw new Error('more cells at once than threads')
    const start = performance.now()
    this.#inHand[place] = { cell, start }
    Atomics.store(this.#played, place, 0)
    const { directory, workers } = this.#options
    const ending = new AbortController()
    this.#stuck.take(place, cell, (problem) => ending.abort(problem))
    try {
      const task: CellTask = {
        kind: 'cell',
        cell,
        directory,
        workers,
        progress: this.#progress,
        waiting: this.#stuck.waiting,
        stop: this.#stop,
        place,
      }
      return { outcome: await askWorker(this.#pool, task, ending.signal), seconds: secondsSince(start) }
    } finally {
      this.#stuck.done(place)
      this.#inHand[place] = undefined
    }
  }

  /** Stops cells after the round in hand, with checkpoints. */
  stopRounds(): void {
    Atomics.store(new Int32Array(this.#stop), 0, 1)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await endPool(this.#pool)
  }
}

const secondsSince = (start: number): number => (performance.now() - start) / 1000
