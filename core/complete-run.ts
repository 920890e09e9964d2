import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from './errors.js'
import { isUnfinished, removeUnfinished } from './files/unfinished.js'
import { hasCheckpoints, removeCheckpoints } from './results/checkpoints.js'
import type { Manifest } from './results/manifest.js'
import { openRun } from './results/read-run.js'
import type { RunDirectory } from './results/run-directory.js'
import { summarize } from './results/summarize.js'
import type { Summary } from './results/summary.js'

const REPORT = 'report.html'
const FIGURES = 'figures'

/** Whether a run that says it is finished lacks its summary or report, or still has what it went on from. */
export function lacksSomething(runDirectory: string): boolean {
  const figures = join(runDirectory, FIGURES)
  return (
    !existsSync(join(runDirectory, REPORT)) ||
    !existsSync(figures) ||
    storedSummaryOf(runDirectory) === undefined ||
    hasCheckpoints(runDirectory) ||
    [runDirectory, figures].some((folder) => readdirSync(folder).some(isUnfinished))
  )
}

/** Gives a finished run what it lacks, from its tables; a `UserError` names one that is damaged. */
export async function completeRun(
  directory: RunDirectory,
  manifest: Manifest,
): Promise<{ readonly summary: Summary; readonly report: string }> {
  const { path } = directory
  const summary = storedSummaryOf(path) ?? (await summarize(path, manifest.seed, schedulersOf(manifest)))
  directory.writeSummary(summary)
  const { writeReport } = await import('./report/index.js')
  const { html } = await writeReport(path)
  removeCheckpoints(path)
  removeLeftovers(path)
  return { summary, report: html }
}

/** Removes what processes that were killed had begun to write into a run's directory. */
export function removeLeftovers(runDirectory: string): void {
  for (const folder of [runDirectory, join(runDirectory, FIGURES)])
    if (existsSync(folder)) removeUnfinished(folder)
}

/** Undefined where it is missing or damaged: it can be worked out again. */
function storedSummaryOf(runDirectory: string): Summary | undefined {
  try {
    return openRun(runDirectory).summary()
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

const schedulersOf = ({ plugins }: Manifest) =>
  plugins
    .filter(({ kind }) => kind === 'scheduler')
    .map(({ name, label = name, tier = '' }) => ({ label, plugin: name, tier }))
