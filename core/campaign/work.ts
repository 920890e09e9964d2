import { join } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import { CellStore } from '../suite/execution/cell-store.js'
import type { Cell } from '../suite/execution/cells.js'
import { runCells } from '../suite/execution/run-cells.js'
import { runTrainings } from '../suite/execution/run-trainings.js'
import { isTrained, type Training } from '../suite/execution/trainings.js'
import type { WorkerOutcome } from '../suite/execution/worker-pool.js'
import type { Campaign } from './campaign-file.js'
import { checkCompatible } from './compatible.js'
import { removeFailure, writeFailure } from './failures.js'
import { checkObjects } from './objects.js'
import { ownSign, removeSign, SIGN_EVERY_MS, type WorkerSign, writeSign } from './signs.js'
import { readTask } from './task-file.js'

export interface WorkOptions {
  /** Number of the task, from 1. */
  readonly task: number
  /** Threads; default as planned. */
  readonly workers?: number
  /** The module of a worker thread, see `RunCellsOptions`. */
  readonly worker: URL
  /** Whether another major version of Node will do. */
  readonly mixed?: boolean
  /** Stops after the round in hand of each cell, with checkpoints. */
  readonly signal?: AbortSignal
}

/** What came of a task. */
export interface WorkedTask {
  readonly kind: 'training' | 'cells'
  /** Cells, or the training, that were finished in this call. */
  readonly finished: number
  /** Those that were finished before. */
  readonly reused: number
  readonly failures: readonly WorkFailure[]
  readonly interrupted: boolean
}

/** A cell or training that failed. */
export interface WorkFailure {
  readonly address: string
  readonly problems: readonly Problem[]
  readonly stack?: string
  /** Whether trying again may help: a bug of ours, or this machine's fault. */
  readonly again: boolean
}

/**
 * What `campaign work` ends with: 0 where all is done; 75 (EX_TEMPFAIL) where it was stopped and goes on when it is
 * started again; 1 where trying again may help; 2 where it does not.
 */
export function exitCodeOf({ failures, interrupted }: WorkedTask): number {
  if (interrupted) return 75
  if (failures.length === 0) return 0
  return failures.some(({ again }) => again) ? 1 : 2
}

/** Does one task of a campaign: the contract that every engine rests on. Any number of workers may share its directory. */
export async function workOnTask(campaign: Campaign, options: WorkOptions): Promise<WorkedTask> {
  checkCompatible(campaign, { file: campaign.directory }, options.mixed)
  const task = readTask(campaign, options.task)
  checkObjects(campaign.directory, campaign.objects)
  return task.kind === 'training'
    ? workOnTraining(campaign, task.training, options)
    : workOnCells(campaign, task.cells, options)
}

async function workOnTraining(
  { directory }: Campaign,
  training: Training,
  { worker, signal, task }: WorkOptions,
): Promise<WorkedTask> {
  const common = { kind: 'training', interrupted: false, failures: [] } as const
  if (isTrained(training)) return { ...common, finished: 0, reused: 1 }
  const sign = { ...ownSign(), task, workers: 1, finished: 0, failed: 0, seconds: 0, expected: 0 }
  const tell = () => writeSign(directory, { ...sign, inHand: [] })
  tell()
  const timer = setInterval(tell, SIGN_EVERY_MS)
  try {
    const failed = await runTrainings([training], { workers: 1, worker, ...(signal && { signal }) })
    if (failed.length === 0 && isTrained(training)) {
      removeFailure(directory, training.address)
      return { ...common, finished: 1, reused: 0 }
    }
    if (signal?.aborted) return { ...common, finished: 0, reused: 0, interrupted: true }
    const failures = failed.map(({ training: { address }, problems, stack }) =>
      failureOf(directory, address, { failed: true, problems, ...(stack !== undefined && { stack }) }),
    )
    return { ...common, finished: 0, reused: 0, failures }
  } finally {
    clearInterval(timer)
    removeSign(directory, sign.worker)
  }
}

async function workOnCells(
  campaign: Campaign,
  cells: readonly Cell[],
  { worker, workers = campaign.workers, signal, task }: WorkOptions,
): Promise<WorkedTask> {
  const { directory } = campaign
  const store = new CellStore(join(directory, 'cells'))
  store.open()
  const missing = cells.filter(({ address }) => !store.record(address))
  const untrained = missing.filter(({ training }) => training && !isTrained(training))
  const seconds = new Map(campaign.cells.map((cell) => [cell.address, cell.seconds]))
  const counts = { finished: 0, failed: 0, seconds: 0, expected: 0 }
  const sign = { ...ownSign(), task, workers }
  const tell = (inHand: WorkerSign['inHand']) => writeSign(directory, { ...sign, ...counts, inHand })
  const failures = untrained.map(({ address, training }) =>
    failureOf(directory, address, {
      failed: true,
      problems: [{ message: `not trained: ${training!.scheduler} has no weights yet` }],
      // Its training may have come to an end by then.
      ofMachine: true,
    }),
  )
  let last = Number.NEGATIVE_INFINITY
  try {
    const ran = await runCells(
      missing.filter((cell) => !untrained.includes(cell)),
      {
        directory: store.directory,
        workers,
        worker,
        stopAfter: 'round',
        ...(signal && { signal }),
        onProgress: ({ inHand }) => {
          if (performance.now() - last < SIGN_EVERY_MS) return
          last = performance.now()
          tell(inHand.map(({ cell: { address, rounds }, played }) => ({ address, played, rounds })))
        },
        onCell: ({ address }, outcome, took) => {
          if (outcome.failed) {
            counts.failed++
            failures.push(failureOf(directory, address, outcome))
          } else if (!outcome.stopped) {
            counts.finished++
            counts.seconds += took
            counts.expected += seconds.get(address) ?? took
            removeFailure(directory, address)
          }
        },
      },
    )
    return {
      kind: 'cells',
      finished: ran.finished,
      reused: cells.length - missing.length,
      failures,
      interrupted: ran.interrupted,
    }
  } finally {
    removeSign(directory, sign.worker)
  }
}

/** Writes down that something failed, for whoever follows the campaign. */
function failureOf(
  directory: string,
  address: string,
  { problems, stack, ofMachine = false }: Extract<WorkerOutcome, { failed: true }>,
): WorkFailure {
  const again = stack !== undefined || ofMachine
  writeFailure(directory, {
    address,
    host: ownSign().host,
    problems: new UserError(problems).message.split('\n'),
    ...(stack !== undefined && { stack }),
    again,
  })
  return { address, problems, again, ...(stack !== undefined && { stack }) }
}
