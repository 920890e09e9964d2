import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { workerExecArgv, workerModule } from '../../worker-threads.js'
import type { TensorEngineOptions } from '../engine.js'
import type { TensorWorkerData } from './worker.js'

/** What is run, and by how many workers. */
export interface TensorWorkersOptions {
  /** The module whose default export, from `defineTensorTask`, is run; JavaScript or TypeScript. */
  readonly task: URL
  /** How many workers; all processors when not given. */
  readonly workers?: number
  /** What each worker's engine is opened with; `threads` is 1, since the workers share the processors already. */
  readonly engine?: Omit<TensorEngineOptions, 'threads'>
}

/** Worker threads, each with a backend of its own, for models that do not depend on one another. */
export interface TensorWorkers<Input, Result> {
  readonly size: number
  /** The results of all inputs, in their order. Rejects with the first error of a task. */
  map(inputs: readonly Input[]): Promise<Result[]>
  /** Ends the threads once what they do is done. */
  close(): Promise<void>
}

/**
 * Starts workers, which takes some 0.3 s, and keeps them until closed.
 *
 * Which worker takes which input is left to chance, so a task must depend on its input alone: then results are the same
 * for any number of workers, and the same as in one thread.
 */
export function openTensorWorkers<Input, Result>(
  options: TensorWorkersOptions,
): TensorWorkers<Input, Result> {
  const size = options.workers ?? availableParallelism()
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`tensor workers: workers must be a positive integer, not ${size}`)
  }
  const workerData: TensorWorkerData = { task: options.task.href, engine: { ...options.engine, threads: 1 } }
  const worker = workerModule('./worker.js', import.meta.url)
  const pool = new Piscina<Input, Result>({
    filename: fileURLToPath(worker),
    minThreads: size,
    maxThreads: size,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData,
    execArgv: workerExecArgv([worker, options.task]),
  })
  // A worker that ends rejects what it was asked; of one that was asked nothing, the next to be asked tells the same.
  pool.on('error', () => {})
  return {
    size,
    map: (inputs) => Promise.all(inputs.map((input) => pool.run(input))),
    close: () => pool.close(),
  }
}
