import type { Problem } from '../../errors.js'
import { type CellInHand, CellRunner, type CellRunnerOptions } from './cell-runner.js'
import type { Cell } from './cells.js'
import { WorkLeft } from './work-left.js'
import type { WorkerOutcome } from './worker-pool.js'

export interface RunCellsOptions extends CellRunnerOptions {
  readonly onProgress?: (progress: CellProgress) => void
  /** Begins no more cells. */
  readonly signal?: AbortSignal
  /** What of the cells in hand is finished then: all of them, or the round in hand with a checkpoint. Default the cell. */
  readonly stopAfter?: 'cell' | 'round'
  /** Called when a cell has ended, with how long it was in hand, s. */
  readonly onCell?: (cell: Cell, outcome: WorkerOutcome, seconds: number) => void
}

/** How far it is. */
export interface CellProgress {
  readonly cells: number
  readonly finished: number
  readonly failed: number
  /** Wall-clock time that is left, s, as far as finished cells tell; NaN before. */
  readonly secondsLeft: number
  readonly inHand: readonly CellInHand[]
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
  const { signal, onCell } = options
  if (cells.length === 0 || signal?.aborted)
    return { finished: 0, failures: [], interrupted: cells.length > 0 }
  const workers = Math.min(options.workers, cells.length)
  const runner = new CellRunner({ ...options, workers })
  const stopRounds = () => runner.stopRounds()
  if (options.stopAfter === 'round') signal?.addEventListener('abort', stopRounds, { once: true })
  const work = new WorkLeft(cells, workers)
  const failures: CellFailure[] = []
  let finished = 0
  const tell = () => {
    const { inHand } = runner
    const secondsLeft = work.secondsLeft(inHand)
    options.onProgress?.({ cells: cells.length, finished, failed: failures.length, secondsLeft, inHand })
  }
  const timer = setInterval(tell, INTERVAL_MS)
  try {
    const takeTurns = async () => {
      while (!signal?.aborted) {
        const cell = work.take()
        if (!cell) return
        const { outcome, seconds } = await runner.run(cell)
        work.learn(cell, seconds)
        if (outcome.failed) failures.push({ cell, problems: outcome.problems, ...stackOf(outcome) })
        else if (!outcome.stopped) finished++
        onCell?.(cell, outcome, seconds)
        tell()
      }
    }
    await Promise.all(Array.from({ length: workers }, takeTurns))
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', stopRounds)
    await runner.close()
  }
  const interrupted = finished + failures.length < cells.length
  return { finished, failures, interrupted }
}

const stackOf = ({ stack }: { readonly stack?: string }) => (stack === undefined ? {} : { stack })
