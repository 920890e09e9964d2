import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { type Problem, UserError } from '../../errors.js'
import { isSystemError } from '../../files/system-error.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { workerExecArgv } from '../../worker-threads.js'
import type { CellTask } from './run-cell.js'
import type { TrainingTask } from './trainings.js'

/** What workers are asked to do. */
export type WorkerTask = CellTask | TrainingTask

/** What a worker answers: errors lose their class on the way from one thread to another. */
export type WorkerOutcome =
  | { readonly failed: false; readonly stopped?: boolean }
  | {
      readonly failed: true
      readonly problems: readonly Problem[]
      readonly stack?: string
      /** Whether it is the machine's fault, such as a full disk, so that it may go well elsewhere. */
      readonly ofMachine?: boolean
    }

/** Starts worker threads; `worker` is a module whose default export takes a `WorkerTask` and answers by `doTask`. */
export function openPool(worker: URL, threads: number): Piscina<WorkerTask, WorkerOutcome> {
  const pool = new Piscina<WorkerTask, WorkerOutcome>({
    filename: fileURLToPath(worker),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    execArgv: workerExecArgv([worker]),
  })
  // A worker that ends answers for what it was asked; one that was asked nothing is replaced.
  pool.on('error', () => {})
  return pool
}

/** How long threads may take to end, ms. */
const ENDING = 10_000

/**
 * Ends the worker threads, which have nothing to do any more.
 *
 * A thread that does not end is left behind: Node waits for ever for one that ends while code is compiled for it and that
 * compiling waits for its heap (nodejs/node#54918). All that it has done is there.
 */
export async function endPool(pool: Pick<Piscina, 'destroy'>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ENDING)
  })
  await Promise.race([pool.destroy(), late])
  clearTimeout(timer)
}

/**
 * The worker's answer, also where the worker itself ended: out of memory, or a plugin that exits. When the signal aborts,
 * the worker is ended and the answer is the signal's reason.
 */
export async function askWorker(
  pool: Piscina<WorkerTask, WorkerOutcome>,
  task: WorkerTask,
  signal?: AbortSignal,
): Promise<WorkerOutcome> {
  try {
    return await pool.run(task, signal ? { signal } : {})
  } catch (error) {
    if (signal?.aborted) return { failed: true, problems: [signal.reason as Problem] }
    return {
      failed: true,
      problems: [{ message: `its worker ended: ${(error as Error).message}` }],
      ofMachine: true,
    }
  }
}

/** Does in a worker what it is asked to, and puts what that throws into words that can be sent. */
export async function doTask(task: WorkerTask, plugins: PluginRegistry): Promise<WorkerOutcome> {
  try {
    if (task.kind === 'cell') {
      const ended = await (await import('./run-cell.js')).runCell(task, plugins)
      return { failed: false, stopped: ended === 'stopped' }
    }
    await (await import('./trainings.js')).runTraining(task.training, plugins)
    return { failed: false }
  } catch (error) {
    if (error instanceof UserError)
      return { failed: true, problems: error.problems, ofMachine: isSystemError(error.cause) }
    const thrown = error instanceof Error ? error : new Error(String(error))
    return {
      failed: true,
      problems: [{ message: `${thrown.name}: ${thrown.message}` }],
      ...(thrown.stack !== undefined && { stack: thrown.stack }),
    }
  }
}
