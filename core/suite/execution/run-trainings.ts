import type { Problem } from '../../errors.js'
import type { Training } from './trainings.js'
import { askWorker, endPool, openPool } from './worker-pool.js'

export interface RunTrainingsOptions {
  readonly workers: number
  readonly worker: URL
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: TrainingProgress) => void
}

/** How far the trainings of a suite are. */
export interface TrainingProgress {
  readonly trainings: number
  readonly finished: number
  /** Labels of the schedulers in training. */
  readonly inHand: readonly string[]
}

/** A training that did not come to its end. */
export interface TrainingFailure {
  readonly training: Training
  readonly problems: readonly Problem[]
  readonly stack?: string
}

/**
 * Trains in worker threads, one training each.
 *
 * An abort ends them where they are: each goes on from its last checkpoint when it is asked for again.
 */
export async function runTrainings(
  trainings: readonly Training[],
  { workers, worker, signal, onProgress }: RunTrainingsOptions,
): Promise<TrainingFailure[]> {
  if (trainings.length === 0 || signal?.aborted) return []
  const threads = Math.min(workers, trainings.length)
  const pool = openPool(worker, threads)
  const failures: TrainingFailure[] = []
  const waiting = [...trainings]
  const inHand = new Set<Training>()
  let finished = 0
  const tell = () =>
    onProgress?.({
      trainings: trainings.length,
      finished,
      inHand: [...inHand].map(({ scheduler }) => scheduler),
    })
  const takeTurns = async () => {
    for (let training = waiting.shift(); training && !signal?.aborted; training = waiting.shift()) {
      inHand.add(training)
      tell()
      const outcome = await askWorker(pool, { kind: 'training', training })
      inHand.delete(training)
      if (signal?.aborted) return
      if (outcome.failed) failures.push({ ...outcome, training })
      else finished++
      tell()
    }
  }
  const stop = () => void pool.destroy()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await Promise.all(Array.from({ length: threads }, takeTurns))
  } finally {
    signal?.removeEventListener('abort', stop)
    await endPool(pool)
  }
  return failures
}
