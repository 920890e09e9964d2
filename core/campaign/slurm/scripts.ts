import { resolve } from 'node:path'
import type { Campaign } from '../campaign-file.js'

/** How tasks are asked of Slurm. */
export interface SlurmRequest {
  /** Time limit of a task, as sbatch takes it: `1:00:00`, `2-00:00:00`, minutes. */
  readonly time: string
  readonly partition?: string
  /** How long before its time limit a task is told of it, s; Slurm may be up to a minute early. */
  readonly warnSeconds: number
  /** Tasks that run at once, at most. */
  readonly throttle?: number
  /** What else sbatch is given, word by word. */
  readonly more: readonly string[]
  /** The command that starts cotwin, word by word. */
  readonly cotwin: readonly string[]
}

/** One call of sbatch. */
export interface SlurmJob {
  readonly what: 'trainings' | 'cells' | 'report'
  /** The script's file, from the campaign's directory. */
  readonly file: string
  readonly script: string
  /** Arguments of sbatch before the script; a dependency is added by whoever submits it. */
  readonly words: readonly string[]
}

/** How often a task that was killed is begun again. */
const MOST_RESTARTS = 20

/** What is to be submitted, in this order: each job waits until the one before has ended, however it did. */
export function slurmJobs(campaign: Campaign, request: SlurmRequest): SlurmJob[] {
  const trainings = campaign.tasks.filter(({ kind }) => kind === 'training').length
  const last = campaign.tasks.length
  const common = [
    `--job-name=${campaign.suite.name}`,
    ...(request.partition === undefined ? [] : [`--partition=${request.partition}`]),
    `--chdir=${resolve(campaign.directory)}`,
    '--parsable',
    '--open-mode=append',
    ...request.more,
  ]
  const array = (what: 'trainings' | 'cells', from: number, to: number, threads: number): SlurmJob => ({
    what,
    file: `slurm/${what}.sh`,
    script: taskScript(campaign, request),
    words: [
      ...common,
      `--array=${from}-${to}${request.throttle === undefined ? '' : `%${request.throttle}`}`,
      `--time=${request.time}`,
      `--cpus-per-task=${threads}`,
      `--signal=B:USR1@${request.warnSeconds}`,
      '--requeue',
      '--output=slurm/%x-%A_%a.out',
    ],
  })
  return [
    ...(trainings > 0 ? [array('trainings', 1, trainings, 1)] : []),
    ...(last > trainings ? [array('cells', trainings + 1, last, campaign.workers)] : []),
    {
      what: 'report',
      file: 'slurm/report.sh',
      script: `#!/bin/bash\nexec ${quoted([...request.cotwin, 'campaign', 'collect', resolve(campaign.directory)])}\n`,
      words: [...common, `--time=${request.time}`, '--output=slurm/%x-report-%j.out'],
    },
  ]
}

/**
 * A task: the signal before its time limit goes to the batch shell alone, since Node would open its debugger on USR1, and on
 * to cotwin as SIGTERM. Slurm does not begin a task anew whose script has failed, so the script asks for it: when it was
 * stopped, and when it was killed or may do better elsewhere, but not where there is something to put right.
 */
function taskScript({ directory, id }: Campaign, { cotwin }: SlurmRequest): string {
  const work = quoted([...cotwin, 'campaign', 'work', resolve(directory), '--plan', id])
  return `#!/bin/bash
${work} --task "$SLURM_ARRAY_TASK_ID" &
child=$!
told=
trap 'told=yes; kill -TERM "$child" 2> /dev/null' USR1 TERM
wait "$child"
code=$?
# A wait that a signal ends returns before the child does; asked again, it tells how that ended.
while [ -n "$told" ]; do told=; wait "$child"; code=$?; done
trap - USR1 TERM
if [ "$code" -eq 0 ] || [ "$code" -eq 2 ]; then exit "$code"; fi
if [ "$code" -ne 75 ] && [ "\${SLURM_RESTART_COUNT:-0}" -ge ${MOST_RESTARTS} ]; then exit "$code"; fi
echo "task $SLURM_ARRAY_TASK_ID ended with $code and goes on when it is started again" >&2
scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}" && sleep 60
exit "$code"
`
}

/** Words as a shell reads them back. */
export const quoted = (words: readonly string[]): string =>
  words.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
