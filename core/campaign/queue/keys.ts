import type { ConnectionOptions, JobsOptions, Queue } from 'bullmq'
import Type, { type Static } from 'typebox'
import { sha256Of } from '../../files/hash.js'
import { isValid } from '../../files/schema-violation.js'
import type { Campaign } from '../campaign-file.js'
import type { RedisConnection } from './connection.js'
import type { QueuePackages } from './packages.js'

// What lies in Redis: all of it below `cotwin:`, so that one rule for keys can be given to a user.

const PREFIX = 'cotwin'

/** What Redis knows of a campaign. */
const entrySchema = Type.Object({
  // Names of files follow from it and from the archive's SHA-256: whoever can write to Redis may say anything.
  id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  archive: Type.String({ pattern: '^([0-9a-f]{64})?$' }),
  name: Type.String(),
  cotwin: Type.String(),
  programs: Type.String(),
  node: Type.String(),
  workers: Type.Integer(),
  /** Whether cells are kept in a directory that all share, or in Redis until they are collected. */
  results: Type.Union([Type.Literal('directory'), Type.Literal('redis')]),
  /** Where whoever submitted it has its directory: machine and path. */
  home: Type.String(),
  directory: Type.String(),
})

export type QueuedCampaign = Readonly<Static<typeof entrySchema>>

/** What a job is about: a cell or a training, by its address. */
export interface CampaignJob {
  readonly kind: 'cell' | 'training'
  readonly address: string
}

/** Of all campaigns: what Redis knows of each, by its number. */
export const CAMPAIGNS = `${PREFIX}:campaigns`
export const archiveKey = (sha256: string): string => `${PREFIX}:archive:${sha256}`
export const resultKey = (id: string, kind: CampaignJob['kind'], address: string): string =>
  `${PREFIX}:${id}:${kind}:${address}`
/** Cells and trainings whose results wait to be collected. */
export const finishedKey = (id: string): string => `${PREFIX}:${id}:finished`
export const failuresKey = (id: string): string => `${PREFIX}:${id}:failures`
export const workersKey = (id: string): string => `${PREFIX}:${id}:workers`
export const signKey = (id: string, worker: string): string => `${PREFIX}:${id}:worker:${worker}`

/**
 * The number of a campaign in Redis: 16 hexadecimal digits of the addresses of all its cells, so the same suite is the same
 * campaign however often it is planned.
 */
export const queueId = ({ cells }: Pick<Campaign, 'cells'>): string =>
  sha256Of(
    cells
      .map(({ address }) => address)
      .sort()
      .join(),
  ).slice(0, 16)

export function readEntry(text: string | null | undefined): QueuedCampaign | undefined {
  if (!text) return undefined
  try {
    const entry: unknown = JSON.parse(text)
    return isValid(entrySchema, entry) ? entry : undefined
  } catch {
    return undefined
  }
}

/** Jobs may not be called by numbers alone. */
const jobId = ({ kind, address }: CampaignJob): string => `${kind === 'cell' ? 'c' : 't'}-${address}`

/** How a job is tried again, and what of it is kept: what is finished is known by the results. */
export const jobOptions = (job: CampaignJob): JobsOptions => ({
  jobId: jobId(job),
  attempts: 3,
  backoff: { type: 'exponential', delay: 10_000 },
  removeOnComplete: true,
  removeOnFail: { age: 7 * 24 * 3600 },
})

export const queueOptions = ({ options }: Pick<RedisConnection, 'options'>) => ({
  connection: options as ConnectionOptions,
  prefix: `${PREFIX}:queue`,
})

/** The queue of a campaign; looking at it leaves nothing in Redis. */
export function openQueue(
  id: string,
  connection: RedisConnection,
  { Queue }: Pick<QueuePackages, 'Queue'>,
): Queue<CampaignJob> {
  const queue = new Queue<CampaignJob>(id, { ...queueOptions(connection), skipMetasUpdate: true })
  // It connects anew by itself.
  queue.on('error', () => {})
  return queue
}

/** Whether a queue has jobs that wait or are being done. */
export async function isBusy(queue: Queue<CampaignJob>): Promise<boolean> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
  return Object.values(counts).some((count) => count > 0)
}
