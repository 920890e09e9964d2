import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { Queue } from 'bullmq'
import { CellStore } from '../../suite/execution/cell-store.js'
import { isTrained } from '../../suite/execution/trainings.js'
import type { Campaign } from '../campaign-file.js'
import { packCampaign } from '../pack.js'
import { readTask } from '../task-file.js'
import type { RedisConnection } from './connection.js'
import {
  archiveKey,
  CAMPAIGNS,
  type CampaignJob,
  failuresKey,
  finishedKey,
  jobOptions,
  openQueue,
  type QueuedCampaign,
  queueId,
  readEntry,
  workersKey,
} from './keys.js'
import type { QueuePackages } from './packages.js'

/** Jobs that are put into Redis at once. */
const AT_ONCE = 1000

/**
 * Puts what is missing of a campaign into its queue, trainings before the cells that need them, the first seeds early and of
 * those the longest cells first. What is there already is left as it is, so the same command may be given again; what had
 * failed is tried again.
 */
export async function submitToQueue(
  campaign: Campaign,
  results: QueuedCampaign['results'],
  connection: RedisConnection,
  packages: QueuePackages,
): Promise<{ readonly entry: QueuedCampaign; readonly queue: Queue<CampaignJob>; readonly jobs: number }> {
  const { client } = connection
  const id = queueId(campaign)
  const home = hostname()
  const directory = resolve(campaign.directory)
  await cancelOthers(id, { home, directory }, connection, packages)
  const queue = openQueue(id, connection, packages)
  await queue.clean(0, 0, 'failed')
  await client.del(failuresKey(id))
  const { bytes, sha256 } = results === 'redis' ? packCampaign(campaign) : { bytes: undefined, sha256: '' }
  const before = readEntry(await client.hget(CAMPAIGNS, id))
  if (bytes) await client.set(archiveKey(sha256), Buffer.from(bytes))
  const { suite, cotwin, programs, node, workers } = campaign
  const entry: QueuedCampaign = {
    id,
    name: suite.name,
    cotwin,
    programs,
    node,
    workers,
    results,
    home,
    directory,
    archive: sha256,
  }
  await client.hset(CAMPAIGNS, id, JSON.stringify(entry))
  if (before && before.archive !== '' && before.archive !== sha256)
    await client.del(archiveKey(before.archive))
  const jobs = missingJobs(campaign)
  await addJobs(queue, jobs)
  return { entry, queue, jobs: jobs.length }
}

/** Trainings and cells that can be begun and are not finished, in the order in which they are to be. */
export function missingJobs(campaign: Campaign): CampaignJob[] {
  const store = new CellStore(join(campaign.directory, 'cells'))
  const there = new Set(store.addresses())
  const trainings: CampaignJob[] = []
  const untrained = new Set<string>()
  campaign.tasks.forEach(({ kind }, i) => {
    if (kind !== 'training') return
    const task = readTask(campaign, i + 1)
    if (task.kind !== 'training' || isTrained(task.training)) return
    untrained.add(task.training.address)
    trainings.push({ kind: 'training', address: task.training.address })
  })
  const waiting = new Set(
    untrained.size === 0
      ? []
      : campaign.tasks.flatMap((_, i) => {
          const task = readTask(campaign, i + 1)
          return task.kind === 'cells'
            ? task.cells
                .filter(({ training }) => training && untrained.has(training.address))
                .map(({ address }) => address)
            : []
        }),
  )
  const { seeds } = campaign.suite
  const order = new Map(seeds.map((seed, i) => [seed, i]))
  const cells = campaign.cells
    .filter(({ address }) => !there.has(address) && !waiting.has(address))
    .toSorted((a, b) => order.get(a.seed)! - order.get(b.seed)! || b.seconds - a.seconds)
    .map(({ address }): CampaignJob => ({ kind: 'cell', address }))
  return [...trainings, ...cells]
}

export async function addJobs(queue: Queue<CampaignJob>, jobs: readonly CampaignJob[]): Promise<void> {
  for (let at = 0; at < jobs.length; at += AT_ONCE)
    await queue.addBulk(
      jobs.slice(at, at + AT_ONCE).map((data) => ({ name: data.kind, data, opts: jobOptions(data) })),
    )
}

/** Ends the campaigns of a directory that are other ones than this: the suite was changed. */
async function cancelOthers(
  id: string,
  { home, directory }: Pick<QueuedCampaign, 'home' | 'directory'>,
  connection: RedisConnection,
  packages: QueuePackages,
): Promise<void> {
  for (const text of Object.values(await connection.client.hgetall(CAMPAIGNS))) {
    const entry = readEntry(text)
    if (entry && entry.id !== id && entry.home === home && entry.directory === directory)
      await cancelQueue(entry, connection, packages)
  }
}

/** Takes a campaign out of Redis; workers stop after the rounds in hand. */
export async function cancelQueue(
  entry: QueuedCampaign,
  connection: RedisConnection,
  packages: QueuePackages,
): Promise<void> {
  const { client } = connection
  const { id, archive } = entry
  await client.hdel(CAMPAIGNS, id)
  const queue = openQueue(id, connection, packages)
  try {
    await queue.obliterate({ force: true })
  } finally {
    await queue.close()
  }
  const results = await keysOf(client, `cotwin:${id}:*`)
  const keys = [
    ...results,
    failuresKey(id),
    finishedKey(id),
    workersKey(id),
    ...(archive ? [archiveKey(archive)] : []),
  ]
  for (let at = 0; at < keys.length; at += AT_ONCE) await client.del(keys.slice(at, at + AT_ONCE))
}

async function keysOf(client: RedisConnection['client'], match: string): Promise<string[]> {
  const found: string[][] = []
  for await (const some of client.scanStream({ match, count: AT_ONCE })) found.push(some as string[])
  return found.flat()
}
