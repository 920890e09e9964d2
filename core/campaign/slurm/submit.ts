import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Type, { type Static } from 'typebox'
import { UserError } from '../../errors.js'
import { makeDirectories } from '../../files/make-directory.js'
import { usableSealedJson, writeSealedJson } from '../../files/sealed-json.js'
import { writeTextFile } from '../../files/write-file.js'
import type { Campaign } from '../campaign-file.js'
import { quoted, type SlurmJob, type SlurmRequest, slurmJobs } from './scripts.js'

/** The file of a campaign that says which jobs of Slurm it has. */
const JOBS = 'slurm/jobs.json'

const jobsSchema = Type.Object({
  plan: Type.String(),
  jobs: Type.Array(Type.Object({ what: Type.String(), id: Type.String() })),
})

/** Jobs that were submitted, by their numbers in Slurm. */
export type SubmittedJobs = Readonly<Static<typeof jobsSchema>>

/**
 * Submits a campaign to Slurm: trainings, then cells, each an array, and the report when all have ended; each job waits for
 * the one before (`afterany`). A `UserError` where Slurm refuses, or has jobs of this campaign still; what was submitted
 * before is then taken back.
 */
export function submitToSlurm(campaign: Campaign, request: SlurmRequest): SubmittedJobs {
  refuseRunning(campaign.directory)
  const jobs = slurmJobs(campaign, request)
  writeScripts(campaign.directory, jobs)
  const submitted: { what: string; id: string }[] = []
  try {
    for (const job of jobs) {
      const answer = slurm('sbatch', wordsOf(job, campaign.directory, submitted.at(-1)?.id))
      const id = answer.replace(/[;\s].*/s, '')
      submitted.push({ what: job.what, id })
    }
  } catch (error) {
    if (submitted.length > 0)
      slurm(
        'scancel',
        submitted.map(({ id }) => id),
      )
    throw error
  }
  const record = { plan: campaign.id, jobs: submitted }
  writeSealedJson(join(campaign.directory, JOBS), record)
  return record
}

/** The same without submitting: the commands, a line each, with `$trainings` and `$cells` for numbers of jobs. */
export function dryRun(campaign: Campaign, request: SlurmRequest): string[] {
  const jobs = slurmJobs(campaign, request)
  writeScripts(campaign.directory, jobs)
  return jobs.map((job, i) => {
    const after = jobs[i - 1]?.what
    const words = wordsOf(job, campaign.directory, after && `$${after}`)
    return `${job.what}=$(${['sbatch', ...words].map((word) => (word.includes('$') ? word : quoted([word]))).join(' ')})`
  })
}

/** Ends the jobs of a campaign that Slurm still has; returns their numbers. */
export function cancelSlurm(directory: string): string[] {
  const running = runningJobs(directory)
  if (running.length > 0) slurm('scancel', running)
  return running
}

/** Whether a campaign was submitted to Slurm. */
export const isOnSlurm = (directory: string): boolean => existsSync(join(directory, JOBS))

/** Throws a `UserError` where Slurm has jobs of the campaign in this directory still. */
export function refuseRunning(directory: string): void {
  const running = runningJobs(directory)
  if (running.length === 0) return
  throw new UserError({
    message: `Slurm still has jobs of this campaign: ${running.join(', ')}; follow them with cotwin campaign status, or end them with cotwin campaign cancel`,
    place: { file: directory },
  })
}

/** Numbers of the jobs of a campaign that are waiting or running. */
function runningJobs(directory: string): string[] {
  const record = usableSealedJson(join(directory, JOBS), jobsSchema)
  if (!record) return []
  const known = new Set(record.jobs.map(({ id }) => id))
  // All of this user's: of a number that Slurm has forgotten it says that it is invalid, and no more.
  const listed = slurm('squeue', ['--me', '--noheader', '--format=%F']).split('\n')
  return [...new Set(listed.map((line) => line.trim()).filter((id) => known.has(id)))]
}

const wordsOf = (job: SlurmJob, directory: string, after: string | undefined): string[] => [
  ...job.words,
  ...(after === undefined ? [] : [`--dependency=afterany:${after}`]),
  join(resolve(directory), job.file),
]

function writeScripts(directory: string, jobs: readonly SlurmJob[]): void {
  makeDirectories(join(directory, 'slurm'))
  for (const { file, script } of jobs) {
    writeTextFile(join(directory, file), script)
    chmodSync(join(directory, file), 0o755)
  }
}

/** Runs one of Slurm's commands; what it prints. A `UserError` with what it says where it fails, or is not there. */
function slurm(command: string, words: readonly string[]): string {
  try {
    return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT')
      throw new UserError(
        `there is no ${command} here: expected a machine from which jobs are submitted to Slurm; --dry-run writes the scripts only`,
      )
    const said = String(stderr ?? '').trim()
    if (said === '') throw error
    throw new UserError(`${command}: ${said.replace(/^\w+: (error: )?/gm, '')}`)
  }
}
