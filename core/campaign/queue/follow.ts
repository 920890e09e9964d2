import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { CAMPAIGN, type Campaign } from '../campaign-file.js'
import { isFailure, removeFailure, writeFailure } from '../failures.js'
import { isWorkerSign, removeSign, writeSign } from '../signs.js'
import { type CampaignStatus, statusOf } from '../status.js'
import {
  CAMPAIGNS,
  type CampaignJob,
  failuresKey,
  isBusy,
  type QueuedCampaign,
  signKey,
  workersKey,
} from './keys.js'
import { fetchResult, forgetResult, waitingResults } from './results.js'
import { addJobs, missingJobs } from './submit.js'

/** Looks that have to find nothing at work before what is missing is given out again. */
const IDLE_LOOKS = 3

/**
 * Follows a campaign that runs by Redis: collects what comes there into its directory, and gives out again what was lost
 * there, as when Redis ended within a second of being told something.
 */
export class QueueFollower {
  readonly #campaign: Campaign
  readonly #entry: QueuedCampaign
  readonly #queue: Queue<CampaignJob>
  readonly #client: Redis
  readonly #workers = new Set<string>()
  #idle = 0
  #over = false

  constructor(campaign: Campaign, entry: QueuedCampaign, queue: Queue<CampaignJob>, client: Redis) {
    this.#campaign = campaign
    this.#entry = entry
    this.#queue = queue
    this.#client = client
  }

  /** Whether nothing more will come: all that is missing has failed, or it was cancelled. */
  get over(): boolean {
    return this.#over
  }

  /** Looks once: collects, and tells how far it is. */
  async look(): Promise<CampaignStatus> {
    if (this.#entry.results === 'redis') await this.#collect()
    const status = statusOf(this.#campaign)
    if (status.finished === status.cells) {
      await this.#client.hdel(CAMPAIGNS, this.#entry.id)
      return status
    }
    if ((await this.#client.hexists(CAMPAIGNS, this.#entry.id)) === 0) {
      this.#over = true
      return status
    }
    this.#idle = (await isBusy(this.#queue)) ? 0 : this.#idle + 1
    if (this.#idle >= IDLE_LOOKS) {
      const failed = new Set(status.failures.map(({ address }) => address))
      const lost = missingJobs(this.#campaign).filter(({ address }) => !failed.has(address))
      this.#over = lost.length === 0
      await addJobs(this.#queue, lost)
      this.#idle = 0
    }
    return status
  }

  async #collect(): Promise<void> {
    const { directory } = this.#campaign
    const { id } = this.#entry
    if (!existsSync(join(directory, CAMPAIGN))) return
    const known = new Set(
      [...this.#campaign.cells, ...this.#campaign.trainings].map(({ address }) => address),
    )
    for (const job of await waitingResults(this.#client, id)) {
      // Kept first, and forgotten there then: whoever is killed between does it again.
      if (known.has(job.address) && (await fetchResult(this.#client, id, directory, job)))
        removeFailure(directory, job.address)
      await forgetResult(this.#client, id, job)
    }
    for (const text of Object.values(await this.#client.hgetall(failuresKey(id)))) {
      const failure = parsed(text)
      if (isFailure(failure) && known.has(failure.address)) writeFailure(directory, failure)
    }
    const workers = await this.#client.smembers(workersKey(id))
    for (const worker of workers) {
      const sign = parsed(await this.#client.get(signKey(id, worker)))
      if (isWorkerSign(sign) && sign.worker === worker && /^[\w.-]+$/.test(worker)) {
        writeSign(directory, sign)
        this.#workers.add(worker)
      } else await this.#client.srem(workersKey(id), worker)
    }
    for (const worker of this.#workers) {
      if (workers.includes(worker)) continue
      removeSign(directory, worker)
      this.#workers.delete(worker)
    }
  }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return undefined
  }
}
