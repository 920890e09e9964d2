import { fileURLToPath } from 'node:url'
import { readCampaign } from '../../campaign/campaign-file.js'
import { planCampaign } from '../../campaign/plan.js'
import { cancelSlurm, dryRun, isOnSlurm, refuseRunning, submitToSlurm } from '../../campaign/slurm/submit.js'
import { UserError } from '../../errors.js'
import type { CancelArguments, SlurmArguments } from '../campaign-options.js'
import { print, printJson } from '../streams.js'
import { planLines, planOptions } from './campaign.js'

/** How long before its time limit a task is told, s. */
const WARN_SECONDS = 90

/** `cotwin campaign slurm`: plans and submits; returns the exit code. */
export async function slurmCommand(path: string, given: SlurmArguments): Promise<number> {
  const { campaign, finished } = await planCampaign(path, {
    ...planOptions(given),
    // Before anything is written.
    ...(!given.dryRun && { onDirectory: refuseRunning }),
  })
  const { time, partition, throttle, warnSeconds = WARN_SECONDS, sbatch = [], json, quiet } = given
  const request = {
    time,
    warnSeconds,
    more: sbatch.flatMap((words) => words.split(/\s+/).filter(Boolean)),
    cotwin: thisCommand(),
    ...(partition !== undefined && { partition }),
    ...(throttle !== undefined && { throttle }),
  }
  if (!quiet && !json) for (const line of planLines(campaign, finished)) print(line)
  if (campaign.tasks.length === 0) {
    if (json) printJson({ plan: campaign.id, jobs: [] })
    return 0
  }
  if (given.dryRun) {
    const commands = dryRun(campaign, request)
    if (json) printJson({ plan: campaign.id, commands })
    else for (const line of commands) print(line)
    return 0
  }
  const { jobs } = submitToSlurm(campaign, request)
  if (json) printJson({ plan: campaign.id, jobs })
  else if (!quiet) {
    print(`submitted: ${jobs.map(({ what, id }) => `${what} ${id}`).join(', ')}`)
    print(`follow it by: cotwin campaign status ${campaign.directory} --follow`)
  }
  return 0
}

/** `cotwin campaign cancel` of a campaign on Slurm: returns the exit code. */
export function cancelCommand(directory: string, { json }: CancelArguments): number {
  readCampaign(directory)
  if (!isOnSlurm(directory))
    throw new UserError({
      message: 'was not submitted to Slurm; nothing is cancelled',
      place: { file: directory },
    })
  const cancelled = cancelSlurm(directory)
  if (json) printJson({ cancelled })
  else
    print(
      cancelled.length === 0
        ? 'Slurm has no more jobs of this campaign'
        : `cancelled: ${cancelled.join(', ')}; what is finished is kept`,
    )
  return 0
}

/** This very command, for other machines: the same Node and the same build. */
function thisCommand(): string[] {
  return [process.execPath, ...process.execArgv, fileURLToPath(new URL('../main.js', import.meta.url))]
}
