import type { Problem } from '../../errors.js'
import { largestOf } from '../../statistics/extremes.js'
import type { Cell } from './cells.js'
import type { CellTask } from './run-cell.js'
import { StuckCells } from './stuck-cells.js'
import { askWorker, openPool, type WorkerOutcome } from './worker-pool.js'

export interface RunCellsOptions {
  /** Where finished cells are kept. */
  readonly directory: string
  /** Cells that run at once, each in a thread of its own. */
  readonly workers: number
  /** The module of a worker: its default export takes a `WorkerTask`. */
  readonly worker: URL
  readonly onProgress?: (progress: CellProgress) => void
  /** Finishes the cells in hand and begins no more. */
  readonly signal?: AbortSignal
}

/** How far it is. */
export interface CellProgress {
  readonly cells: number
  readonly finished: number
  readonly failed: number
  /** Wall-clock time that is left, s, as far as finished cells tell; NaN before. */
  readonly secondsLeft: number
}

/** A cell that did not come to its end. */
export interface CellFailure {
  readonly cell: Cell
  readonly problems: readonly Problem[]
  /** Where it was no user's mistake. */
  readonly stack?: string
}

/** What came of running cells. */
export interface RanCells {
  readonly finished: number
  readonly failures: readonly CellFailure[]
  readonly interrupted: boolean
}

/** How often progress is told while cells run, ms. */
const INTERVAL_MS = 250

/** Runs the cells in worker threads; one that fails, or takes its worker with it, does not end the others. */
export async function runCells(cells: readonly Cell[], options: RunCellsOptions): Promise<RanCells> {
  if (cells.length === 0 || options.signal?.aborted)
    return { finished: 0, failures: [], interrupted: cells.length > 0 }
  const workers = Math.min(options.workers, cells.length)
  const pool = openPool(options.worker, workers)
  const work = new Work(cells, workers)
  const stuck = new StuckCells(workers)
  const failures: CellFailure[] = []
  let finished = 0
  const tell = () =>
    options.onProgress?.({
      cells: cells.length,
      finished,
      failed: failures.length,
      secondsLeft: work.secondsLeft(),
    })
  const timer = setInterval(() => {
    stuck.look()
    tell()
  }, INTERVAL_MS)
  const runOne = async (cell: Cell, place: number): Promise<WorkerOutcome> => {
    const { directory } = options
    const { progress } = work
    const { waiting } = stuck
    const task: CellTask = { kind: 'cell', cell, directory, workers, progress, waiting, place }
    const ending = new AbortController()
    stuck.take(place, cell, (problem) => ending.abort(problem))
    const outcome = await askWorker(pool, task, ending.signal)
    stuck.done(place)
    return outcome
  }
  try {
    const takeTurns = async (place: number) => {
      while (!options.signal?.aborted) {
        const cell = work.take(place)
        if (!cell) return
        const outcome = await runOne(cell, place)
        work.done(place)
        if (outcome.failed) failures.push({ cell, problems: outcome.problems, ...stackOf(outcome) })
        else finished++
        tell()
      }
    }
    await Promise.all(Array.from({ length: workers }, (_, place) => takeTurns(place)))
  } finally {
    clearInterval(timer)
    await pool.destroy()
  }
  const interrupted = finished + failures.length < cells.length
  return { finished, failures, interrupted }
}

const stackOf = ({ stack }: { readonly stack?: string }) => (stack === undefined ? {} : { stack })

/** What is to be done, and what is left of it in time. */
class Work {
  /** Rounds that each worker has played of its cell. */
  readonly progress: SharedArrayBuffer
  readonly #played: Int32Array
  readonly #waiting: Cell[]
  readonly #inHand: ({ cell: Cell; start: number } | undefined)[]
  /** Rounds and seconds of finished cells, by what their time depends on. */
  readonly #known = new Map<string, { rounds: number; seconds: number }>()

  constructor(cells: readonly Cell[], workers: number) {
    this.progress = new SharedArrayBuffer(4 * workers)
    this.#played = new Int32Array(this.progress)
    this.#waiting = [...cells]
    this.#inHand = new Array(workers).fill(undefined)
  }

  take(place: number): Cell | undefined {
    const cell = this.#waiting.shift()
    Atomics.store(this.#played, place, 0)
    if (cell) this.#inHand[place] = { cell, start: performance.now() }
    return cell
  }

  done(place: number): void {
    const ended = this.#inHand[place]
    this.#inHand[place] = undefined
    if (!ended) return
    this.#learn(kindOf(ended.cell), ended.cell.rounds, (performance.now() - ended.start) / 1000)
  }

  secondsLeft(): number {
    const inHand = this.#inHand.flatMap((own, place) => (own ? [{ ...own, place }] : []))
    const left = inHand.map(({ cell, start, place }) => {
      const played = Atomics.load(this.#played, place)
      const elapsed = (performance.now() - start) / 1000
      const perRound = played > 0 ? elapsed / played : this.#secondsPerRound(cell)
      return perRound * Math.max(0, cell.rounds - played)
    })
    const waiting = this.#waiting.map((cell) => this.#secondsPerRound(cell) * cell.rounds)
    const all = [...left, ...waiting].reduce((sum, seconds) => sum + seconds, 0)
    return largestOf([all / this.#inHand.length, ...left])
  }

  #learn(kind: string, rounds: number, seconds: number): void {
    const known = this.#known.get(kind) ?? { rounds: 0, seconds: 0 }
    this.#known.set(kind, { rounds: known.rounds + rounds, seconds: known.seconds + seconds })
  }

  /** As cells of this kind took, else as all took; NaN where none has ended. */
  #secondsPerRound(cell: Cell): number {
    const own = this.#known.get(kindOf(cell))
    if (own) return own.seconds / own.rounds
    const all = [...this.#known.values()]
    const sum = (of: 'rounds' | 'seconds') => all.reduce((total, each) => total + each[of], 0)
    return sum('seconds') / sum('rounds')
  }
}

/** Cells of one kind differ in their seed. */
const kindOf = ({ setting, scheduler }: Cell): string => `${setting}/${scheduler}`
