import { join } from 'node:path'
import type { Problem } from '../errors.js'
import { settingLabels } from './analysis/results.js'
import { loadSuite } from './definition/load.js'
import { CellStore } from './execution/cell-store.js'
import { cellsOf } from './execution/cells.js'
import { type SampleOptions, sampleKinds } from './execution/estimate.js'
import { balanced } from './execution/shares.js'
import { trainingsOf } from './execution/trainings.js'
import { kindOf } from './execution/work-left.js'
import { type RunSuiteOptions, suiteDirectory } from './run-suite.js'

/** What cells of one kind take. */
export interface EstimatedKind {
  readonly setting: string
  readonly scheduler: string
  /** Those that are left to be run. */
  readonly cells: number
  /** Of one cell, s and bytes. */
  readonly seconds: number
  readonly bytes: number
}

/** What is left of a suite, as samples tell. */
export interface SuiteEstimate {
  readonly name: string
  readonly cells: number
  readonly left: number
  readonly kinds: readonly EstimatedKind[]
  /** What one worker takes, and so many here, s. */
  readonly seconds: number
  readonly workers: number
  readonly wallSeconds: number
  /** Of the cells that are left. */
  readonly bytes: number
  /** Schedulers that have to be trained first; how long that takes is not known. */
  readonly trainings: readonly string[]
  readonly failures: readonly { readonly what: string; readonly problems: readonly Problem[] }[]
}

/** How long what is left of a suite takes, and how large its results are; nothing of it is kept. */
export async function estimateSuite(
  path: string,
  { plugins, worker, workers, out, signal, ...options }: RunSuiteOptions,
): Promise<SuiteEstimate> {
  const suite = await loadSuite(path, { ...options, registry: plugins })
  const directory = out ?? suiteDirectory(suite)
  const trainings = trainingsOf(suite, join(directory, 'trainings'))
  const cells = cellsOf(suite, trainings)
  const store = new CellStore(join(directory, 'cells'))
  const left = cells.filter(({ address }) => !store.record(address))
  const wanted = new Set(left.map(kindOf))
  const sampling: SampleOptions = {
    worker,
    workers,
    wanted: (kind) => wanted.has(kind),
    ...(signal && { signal }),
  }
  const { kinds: sampled, failures } = await sampleKinds(suite, sampling)
  const labels = settingLabels(suite)
  const kinds = new Map<string, EstimatedKind>()
  const timed = left.flatMap((cell) => {
    const kind = sampled.get(kindOf(cell))
    if (!kind) return []
    const seconds = kind.start + kind.perRound * cell.rounds
    const bytes = kind.bytes + kind.bytesPerRound * cell.rounds
    const before = kinds.get(kindOf(cell))?.cells ?? 0
    const { scheduler } = cell
    kinds.set(kindOf(cell), { setting: labels[cell.setting]!, scheduler, cells: before + 1, seconds, bytes })
    return [{ item: bytes, seconds }]
  })
  const shares = balanced(timed, workers).map((share) => share.reduce((sum, { seconds }) => sum + seconds, 0))
  return {
    name: suite.name,
    cells: cells.length,
    left: left.length,
    kinds: [...kinds.values()],
    seconds: timed.reduce((sum, { seconds }) => sum + seconds, 0),
    workers,
    wallSeconds: shares[0] ?? 0,
    bytes: timed.reduce((sum, { item }) => sum + item, 0),
    trainings: [...new Set(trainings.map(({ scheduler }) => scheduler))],
    failures: failures.map(({ kind, problems }) => ({
      what: `${labels[kind.setting]}, ${kind.scheduler}`,
      problems,
    })),
  }
}
