import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { UserError } from '../../errors.js'
import { makeDirectories } from '../../files/make-directory.js'
import { writeWholeFile } from '../../files/write-file.js'
import { trainingFiles } from '../../results/training-results.js'
import { CellStore } from '../../suite/execution/cell-store.js'
import { type CampaignJob, finishedKey, resultKey } from './keys.js'

/** What one cell or training may weigh in Redis, bytes. */
const MOST_RESULT_BYTES = 64 * 2 ** 20

/** Names of the files that a cell or training is kept in, the one last that says that it is whole. */
function resultFiles(directory: string, { kind, address }: CampaignJob): { folder: string; names: string[] } {
  if (kind === 'cell') {
    const folder = join(directory, 'cells')
    return { folder, names: new CellStore(folder).files(address) }
  }
  const folder = join(directory, 'trainings', address)
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && /\.(json|parquet|safetensors)$/.test(entry.name) ? [entry.name] : [],
  )
  return { folder, names: [...names.filter((name) => name !== trainingFiles.summary), trainingFiles.summary] }
}

/** Puts what came of a job into Redis, all of it at once; a `UserError` where that is too much. */
export async function publishResult(
  client: Redis,
  id: string,
  directory: string,
  job: CampaignJob,
): Promise<void> {
  const { folder, names } = resultFiles(directory, job)
  const files = names.map((name) => [name, readFileSync(join(folder, name))] as const)
  const weight = files.reduce((sum, [, { length }]) => sum + length, 0)
  if (weight > MOST_RESULT_BYTES)
    throw new UserError(
      `the ${job.kind} ${job.address} weighs ${Math.ceil(weight / 2 ** 20)} MB, and at most ${MOST_RESULT_BYTES / 2 ** 20} MB go through Redis; give all machines one directory (--results directory)`,
    )
  const key = resultKey(id, job.kind, job.address)
  const transaction = client.multi().del(key)
  for (const [name, bytes] of files) transaction.hset(key, name, bytes)
  await transaction.sadd(finishedKey(id), `${job.kind} ${job.address}`).exec()
}

/** Writes what Redis has of a job into a directory, where it is not there; returns whether it is there then, and whole. */
export async function fetchResult(
  client: Redis,
  id: string,
  directory: string,
  job: CampaignJob,
): Promise<boolean> {
  const found = await client.hgetallBuffer(resultKey(id, job.kind, job.address))
  const folder = job.kind === 'cell' ? join(directory, 'cells') : join(directory, 'trainings', job.address)
  const last = job.kind === 'cell' ? `${job.address}.json` : trainingFiles.summary
  const files = Object.entries(found).filter(([name]) => isResultFile(job, name))
  if (!files.some(([name]) => name === last)) return false
  makeDirectories(folder)
  for (const [name, contents] of files.sort(([a], [b]) => Number(a === last) - Number(b === last)))
    writeWholeFile(join(folder, name), [contents])
  return job.kind === 'training'
    ? existsSync(join(folder, last))
    : new CellStore(folder).record(job.address) !== undefined
}

/** Whoever can write to Redis may have called a file as one that lies elsewhere. */
function isResultFile({ kind, address }: CampaignJob, name: string): boolean {
  if (!/^[\w-][\w.-]*\.(json|parquet|safetensors)$/.test(name)) return false
  return kind === 'training' || name.startsWith(`${address}.`)
}

/** Jobs whose results wait in Redis. */
export async function waitingResults(client: Redis, id: string): Promise<CampaignJob[]> {
  const entries = await client.smembers(finishedKey(id))
  return entries.flatMap((entry) => {
    const [, kind, address] = /^(cell|training) ([0-9a-f]{24})$/.exec(entry) ?? []
    return kind === undefined || address === undefined ? [] : [{ kind: kind as CampaignJob['kind'], address }]
  })
}

/** Forgets a result that is kept elsewhere by now; what trainings came to stays, since cells need their weights. */
export async function forgetResult(client: Redis, id: string, job: CampaignJob): Promise<void> {
  const transaction = client.multi().srem(finishedKey(id), `${job.kind} ${job.address}`)
  if (job.kind === 'cell') transaction.del(resultKey(id, job.kind, job.address))
  await transaction.exec()
}
