import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { trainingFiles } from '../results/training-results.js'
import type { Campaign } from './campaign-file.js'
import { type CampaignFailure, readFailures } from './failures.js'
import { readSigns, type WorkerSign } from './signs.js'

/** How far a campaign is, whichever engine runs it. */
export interface CampaignStatus {
  readonly cells: number
  readonly finished: number
  readonly trainings: { readonly all: number; readonly finished: number }
  /** Workers that say that they are there. */
  readonly workers: readonly WorkerSign[]
  readonly failures: readonly (CampaignFailure & { readonly what: string })[]
  /** Wall-clock time that is left with the workers that are there, s; null where there are none. */
  readonly secondsLeft: number | null
}

/** Looks at a campaign's directory; reads no cell, so it costs little however many there are. */
export function statusOf(campaign: Campaign): CampaignStatus {
  const { directory, cells, kinds, trainings } = campaign
  const there = new Set(namesIn(join(directory, 'cells')))
  const left = cells.filter(({ address }) => !there.has(`${address}.json`))
  const workers = readSigns(directory)
  const open = new Set(left.map(({ address }) => address))
  const byAddress = new Map(cells.map((cell) => [cell.address, cell]))
  const nameOf = (address: string) => {
    const cell = byAddress.get(address)
    const kind = cell && kinds[cell.kind]
    if (kind) return `${kind.setting}, ${kind.scheduler}, seed ${cell.seed}`
    return `training of ${trainings.find((each) => each.address === address)?.scheduler ?? address}`
  }
  const trained = trainings.filter((training) =>
    existsSync(join(directory, training.directory, trainingFiles.summary)),
  ).length
  return {
    cells: cells.length,
    finished: cells.length - left.length,
    trainings: { all: trainings.length, finished: trained },
    workers,
    failures: readFailures(directory)
      .filter(({ address }) => open.has(address) || !byAddress.has(address))
      .map((failure) => ({ ...failure, what: nameOf(failure.address) })),
    secondsLeft: secondsLeft(left, workers),
  }
}

/** By what was expected of the cells that are left, corrected by how long the finished ones took. */
function secondsLeft(left: readonly { seconds: number }[], workers: readonly WorkerSign[]): number | null {
  const threads = workers.reduce((sum, each) => sum + each.workers, 0)
  if (threads === 0) return null
  const expected = workers.reduce((sum, each) => sum + each.expected, 0)
  const took = workers.reduce((sum, each) => sum + each.seconds, 0)
  const pace = expected > 0 ? took / expected : 1
  let [sum, longest] = [0, 0]
  for (const { seconds } of left) {
    sum += seconds * pace
    longest = Math.max(longest, seconds * pace)
  }
  return Math.max(sum / threads, longest)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
