import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Job } from 'bullmq'
import { type Problem, UserError } from '../../errors.js'
import { makeDirectories } from '../../files/make-directory.js'
import { CellRunner } from '../../suite/execution/cell-runner.js'
import { CellStore } from '../../suite/execution/cell-store.js'
import type { Cell } from '../../suite/execution/cells.js'
import { runTrainings } from '../../suite/execution/run-trainings.js'
import { isTrained, type Training } from '../../suite/execution/trainings.js'
import type { WorkerOutcome } from '../../suite/execution/worker-pool.js'
import { CAMPAIGN, type Campaign, readCampaign } from '../campaign-file.js'
import { checkCompatible } from '../compatible.js'
import { removeFailure, writeFailure } from '../failures.js'
import { checkObjects } from '../objects.js'
import { unpackCampaign } from '../pack.js'
import { ownSign, removeSign, SIGN_EVERY_MS, type WorkerSign, writeSign } from '../signs.js'
import { readTask } from '../task-file.js'
import type { RedisConnection } from './connection.js'
import {
  archiveKey,
  CAMPAIGNS,
  type CampaignJob,
  failuresKey,
  isBusy,
  jobOptions,
  openQueue,
  type QueuedCampaign,
  queueOptions,
  readEntry,
  signKey,
  workersKey,
} from './keys.js'
import type { QueuePackages } from './packages.js'
import { fetchResult, publishResult } from './results.js'

export interface QueueWorkerOptions {
  readonly connection: RedisConnection
  readonly packages: QueuePackages
  /** Threads. */
  readonly workers: number
  /** The module of a worker thread. */
  readonly worker: URL
  /** The campaign's directory as it is called here; default as where it was submitted. */
  readonly directory?: string
  /** Where campaigns are unpacked that have no directory here; default `~/.cache/cotwin`. */
  readonly cache?: string
  readonly mixed?: boolean
  /** Waits for campaigns to come, rather than to end when none has anything left to do. */
  readonly wait?: boolean
  /** For how long a cell is this worker's without a sign of life, s; then another runs it. */
  readonly lockSeconds: number
  readonly signal: AbortSignal
  readonly tell: (text: string) => void
}

/** How often it is looked for campaigns, and whether one is done, ms. */
const LOOK_EVERY_MS = 1000

/** What a worker did. */
export interface QueueWork {
  finished: number
  failed: number
}

/**
 * Takes cells of the campaigns that wait in Redis until nothing is left to do, or the signal aborts: then rounds in hand are
 * finished, and their cells given back with checkpoints. Cells run in threads, so the one here renews what Redis needs to
 * know that they are still this worker's.
 */
export async function workOnQueue(options: QueueWorkerOptions): Promise<QueueWork> {
  const { connection, packages, signal, tell } = options
  const total: QueueWork = { finished: 0, failed: 0 }
  const refused = new Map<string, UserError>()
  while (!signal.aborted) {
    const entries = Object.values(await connection.client.hgetall(CAMPAIGNS)).flatMap(
      (text) => readEntry(text) ?? [],
    )
    let worked = false
    for (const entry of entries) {
      if (signal.aborted || refused.has(entry.id) || !(await hasWork(entry.id, connection, packages)))
        continue
      try {
        checkCompatible(entry, { file: `the campaign ${entry.name}` }, options.mixed)
        const directory = await directoryOf(entry, options)
        tell(`${entry.name}: working in ${directory}`)
        const { finished, failed } = await workOnCampaign(entry, directory, options)
        total.finished += finished
        total.failed += failed
        worked = true
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        refused.set(entry.id, error)
      }
    }
    if (worked) continue
    // Others may still be at work, and give back what they do not finish.
    if (!options.wait) break
    await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
  }
  if (refused.size > 0 && total.finished === 0)
    throw new UserError([...refused.values()].flatMap(({ problems }) => problems))
  return total
}

async function hasWork(id: string, connection: RedisConnection, packages: QueuePackages): Promise<boolean> {
  const queue = openQueue(id, connection, packages)
  try {
    return await isBusy(queue)
  } finally {
    await queue.close()
  }
}

/** Where the campaign lies here: the directory that all share, or its archive, unpacked. */
async function directoryOf(
  entry: QueuedCampaign,
  { directory, cache, connection }: QueueWorkerOptions,
): Promise<string> {
  if (entry.results === 'directory') {
    const there = directory ?? entry.directory
    if (existsSync(join(there, CAMPAIGN))) return there
    throw new UserError({
      message: `has no ${CAMPAIGN}: expected the directory of the campaign ${entry.name} as it is called here, by --out; or submit it with --results redis`,
      place: { file: there },
    })
  }
  const unpacked = join(cache ?? join(homedir(), '.cache', 'cotwin'), entry.archive.slice(0, 16))
  if (existsSync(join(unpacked, CAMPAIGN))) return unpacked
  const bytes = await connection.client.getBuffer(archiveKey(entry.archive))
  if (!bytes)
    throw new UserError(`the archive of the campaign ${entry.name} is not in Redis any more; submit it again`)
  makeDirectories(unpacked)
  unpackCampaign({ bytes, sha256: entry.archive }, unpacked)
  return unpacked
}

/** All that jobs of a campaign may ask for. */
function readWork(campaign: Campaign) {
  const cells = new Map<string, Cell>()
  const trainings = new Map<string, Training>()
  campaign.tasks.forEach((_, i) => {
    const task = readTask(campaign, i + 1)
    if (task.kind === 'training') trainings.set(task.training.address, task.training)
    else for (const cell of task.cells) cells.set(cell.address, cell)
  })
  return { cells, trainings }
}

async function workOnCampaign(
  entry: QueuedCampaign,
  directory: string,
  { connection, packages, workers, worker, lockSeconds, signal }: QueueWorkerOptions,
): Promise<QueueWork> {
  const { client } = connection
  const { id } = entry
  const throughRedis = entry.results === 'redis'
  const campaign = readCampaign(directory)
  checkObjects(directory, campaign.objects)
  const { cells, trainings } = readWork(campaign)
  const expected = new Map(campaign.cells.map((cell) => [cell.address, cell.seconds]))
  const store = new CellStore(join(directory, 'cells'))
  store.open()
  const queue = openQueue(id, connection, packages)
  const runner = new CellRunner({ directory: store.directory, workers, worker })
  const counts = { finished: 0, failed: 0, seconds: 0, expected: 0 }
  const own = { ...ownSign(), workers }

  const sign = async () => {
    const inHand = runner.inHand.map(({ cell: { address, rounds }, played }) => ({ address, rounds, played }))
    const said: WorkerSign = { ...own, ...counts, inHand }
    if (!throughRedis) return writeSign(directory, said)
    await client
      .multi()
      .sadd(workersKey(id), own.worker)
      .set(signKey(id, own.worker), JSON.stringify(said), 'EX', 60)
      .exec()
  }
  const fail = async (address: string, outcome: Extract<WorkerOutcome, { failed: true }>): Promise<never> => {
    const { problems, stack, ofMachine = false } = outcome
    const again = stack !== undefined || ofMachine
    const reasons = new UserError(problems).message.split('\n')
    const failure = {
      address,
      host: own.host,
      problems: reasons,
      again,
      ...(stack !== undefined && { stack }),
    }
    counts.failed++
    if (throughRedis) await client.hset(failuresKey(id), address, JSON.stringify(failure))
    else writeFailure(directory, failure)
    const message = reasons.join('; ')
    throw again ? new Error(message) : new packages.UnrecoverableError(message)
  }
  const succeed = async (job: CampaignJob) => {
    if (throughRedis) {
      try {
        await publishResult(client, id, directory, job)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        await fail(job.address, { failed: true, problems: error.problems as Problem[] })
      }
      await client.hdel(failuresKey(id), job.address)
    } else removeFailure(directory, job.address)
  }
  /** Gives a job back, to be taken by whoever comes. */
  const giveBack = async (job: Job<CampaignJob>, token: string | undefined): Promise<never> => {
    await job.moveToWait(token)
    throw new packages.WaitingError()
  }

  const train = async (job: Job<CampaignJob>, token: string | undefined) => {
    const training = trainings.get(job.data.address)
    if (!training) throw new packages.UnrecoverableError('no such training')
    if (!isTrained(training)) {
      const [failed] = await runTrainings([training], { workers: 1, worker, signal })
      if (failed) await fail(training.address, { failed: true, ...failed })
      if (!isTrained(training)) await giveBack(job, token)
    }
    await succeed(job.data)
    const users = [...cells.values()].filter((cell) => cell.training?.address === training.address)
    await queue.addBulk(
      users.map(({ address }) => {
        const data = { kind: 'cell', address } as const
        return { name: 'cell', data, opts: jobOptions(data) }
      }),
    )
  }
  const run = async (job: Job<CampaignJob>, token: string | undefined) => {
    const cell = cells.get(job.data.address)
    if (!cell) throw new packages.UnrecoverableError('no such cell')
    if (!store.record(cell.address)) {
      const { training } = cell
      if (training && !isTrained(training)) {
        const there =
          throughRedis &&
          (await fetchResult(client, id, directory, { kind: 'training', address: training.address }))
        if (!there || !isTrained(training)) throw new Error(`${training.scheduler} is not trained yet`)
      }
      if (signal.aborted) await giveBack(job, token)
      const { outcome, seconds } = await runner.run(cell)
      if (outcome.failed) await fail(cell.address, outcome)
      else if (outcome.stopped) await giveBack(job, token)
      counts.finished++
      counts.seconds += seconds
      counts.expected += expected.get(cell.address) ?? seconds
    }
    await succeed(job.data)
  }

  const lockDuration = lockSeconds * 1000
  const taker = new packages.Worker<CampaignJob>(
    id,
    (job, token) => (job.data.kind === 'training' ? train(job, token) : run(job, token)),
    {
      ...queueOptions(connection),
      concurrency: workers,
      lockDuration,
      stalledInterval: lockDuration / 2,
      // A worker that is lost takes nothing else with it; a cell that ends its worker each time is given up.
      maxStalledCount: 3,
      name: own.worker,
    },
  )
  // It connects anew by itself, and what has been lost to another worker is that one's.
  taker.on('error', () => {})
  const timer = setInterval(() => void sign().catch(() => {}), SIGN_EVERY_MS)
  const stop = () => runner.stopRounds()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await sign()
    while (!signal.aborted) {
      const open = await client.hexists(CAMPAIGNS, id)
      if (!open || !(await isBusy(queue))) break
      await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
    }
    if (!signal.aborted) stopIfCancelled(await client.hexists(CAMPAIGNS, id), runner)
    await taker.close()
    return counts
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', stop)
    await runner.close()
    await queue.close()
    if (throughRedis)
      await client.multi().srem(workersKey(id), own.worker).del(signKey(id, own.worker)).exec()
    else removeSign(directory, own.worker)
  }
}

/** A campaign that is not in Redis any more was cancelled. */
function stopIfCancelled(open: number, runner: CellRunner): void {
  if (open === 0) runner.stopRounds()
}
