import { availableParallelism } from 'node:os'
import { readCampaign } from '../../campaign/campaign-file.js'
import { planCampaign } from '../../campaign/plan.js'
import { connect, type RedisAddress } from '../../campaign/queue/connection.js'
import { QueueFollower } from '../../campaign/queue/follow.js'
import { CAMPAIGNS, queueId, readEntry } from '../../campaign/queue/keys.js'
import { queuePackages } from '../../campaign/queue/packages.js'
import { cancelQueue, submitToQueue } from '../../campaign/queue/submit.js'
import { workOnQueue } from '../../campaign/queue/worker.js'
import { formatProblem, UserError } from '../../errors.js'
import { counted, fixed } from '../../report/numbers.js'
import type { CancelArguments, QueueArguments, RedisArguments, WorkerArguments } from '../campaign-options.js'
import { listenForInterruption } from '../interruption.js'
import { note, print, printJson } from '../streams.js'
import { followCampaign } from '../terminal/campaign-progress.js'
import { campaignWorker, planLines, planOptions } from './campaign.js'

const addressOf = ({ redis = process.env.COTWIN_REDIS, redisCa, insecure }: RedisArguments): RedisAddress => {
  if (redis === undefined)
    throw new UserError('expected where Redis is, by --redis or the variable COTWIN_REDIS')
  return {
    url: redis,
    ...(redisCa !== undefined && { ca: redisCa }),
    ...(insecure && { insecure }),
    onWarning: (problem) => note(`warning: ${formatProblem(problem)}`),
  }
}

/** Cells of a task, which a queue reads in one go. */
const CELLS_A_TASK = 100
/** How often the queue is looked at, ms. */
const LOOK_EVERY_MS = 1000

/** `cotwin campaign queue`: returns the exit code. */
export async function queueCommand(path: string, given: QueueArguments): Promise<number> {
  const { results = 'directory', detach, json, quiet } = given
  const packages = await queuePackages()
  const connection = await connect(addressOf(given), packages)
  const interruption = listenForInterruption(() => {})
  try {
    const options = { ...planOptions(given), all: true }
    const { campaign, finished } = await planCampaign(path, { ...options, cellsATask: CELLS_A_TASK })
    if (!quiet && !json) for (const line of planLines(campaign, finished)) print(line)
    if (finished === campaign.cells.length) {
      if (json) printJson({ cells: finished, finished })
      return 0
    }
    const { entry, queue, jobs } = await submitToQueue(campaign, results, connection, packages)
    try {
      const where = results === 'directory' ? ` --out ${campaign.directory}` : ''
      if (!quiet && !json)
        print(
          `${counted(jobs, 'job')} at ${connection.shown}; on each machine: cotwin campaign worker --redis ${connection.shown}${where}`,
        )
      if (detach) {
        if (json) printJson({ campaign: entry.id, jobs })
        return 0
      }
      const follower = new QueueFollower(campaign, entry, queue, connection.client)
      const exitCode = await followCampaign(() => follower.look(), {
        everyMs: LOOK_EVERY_MS,
        json: json === true,
        quiet: quiet === true,
        signal: interruption.signal,
        isOver: () => follower.over,
      })
      // What is all here is needed no more there.
      if (exitCode === 0) await cancelQueue(entry, connection, packages)
      if (!interruption.signal.aborted || exitCode === 0) return exitCode
      note('detached: workers go on; the same command follows them again, cotwin campaign cancel ends them')
      return interruption.exitCode() ?? exitCode
    } finally {
      await queue.close()
    }
  } finally {
    interruption.dispose()
    connection.client.disconnect()
  }
}

/** `cotwin campaign worker`: returns the exit code, 75 where it was told to stop. */
export async function workerCommand(given: WorkerArguments): Promise<number> {
  const { out, cache, workers = availableParallelism(), lockSeconds = 60, mixed, wait, json, quiet } = given
  const packages = await queuePackages()
  const connection = await connect(addressOf(given), packages)
  const interruption = listenForInterruption(() => {
    if (!quiet) note('finishing the round in hand of each cell; again to end at once')
  })
  try {
    const { finished, failed } = await workOnQueue({
      connection,
      packages,
      workers,
      worker: campaignWorker(),
      lockSeconds,
      signal: interruption.signal,
      tell: (text) => {
        if (!quiet) note(text)
      },
      ...(out !== undefined && { directory: out }),
      ...(cache !== undefined && { cache }),
      ...(mixed && { mixed }),
      ...(wait && { wait }),
    })
    if (json) printJson({ finished, failed })
    else if (!quiet)
      print(`${counted(finished, 'cell')} finished${failed > 0 ? `, ${fixed(failed, 0)} failed` : ''}`)
    return interruption.signal.aborted ? 75 : 0
  } finally {
    interruption.dispose()
    connection.client.disconnect()
  }
}

/** Ends what of a campaign waits or runs by Redis: returns the exit code. */
export async function cancelQueueCommand(directory: string, given: CancelArguments): Promise<number> {
  const campaign = readCampaign(directory)
  const packages = await queuePackages()
  const connection = await connect(addressOf(given), packages)
  try {
    const id = queueId(campaign)
    const entry = readEntry(await connection.client.hget(CAMPAIGNS, id))
    if (entry) await cancelQueue(entry, connection, packages)
    if (given.json) printJson({ cancelled: entry ? [id] : [] })
    else
      print(
        entry ? `cancelled: ${entry.name}; what is finished is kept` : 'Redis has no more of this campaign',
      )
    return 0
  } finally {
    connection.client.disconnect()
  }
}
