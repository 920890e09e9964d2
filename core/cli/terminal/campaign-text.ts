import type { CampaignStatus } from '../../campaign/status.js'
import { counted, fixed } from '../../report/numbers.js'
import { duration } from './progress-text.js'

/** Failures that are told one by one. */
const MOST_FAILURES = 10

/** How far a campaign is: `12 of 96 cells · 4 workers on 2 machines · 1 failed · 2 min 05 s left`. */
export function campaignLine({ cells, finished, workers, failures, trainings, secondsLeft }: CampaignStatus) {
  const hosts = new Set(workers.map(({ host }) => host)).size
  const untrained = trainings.all - trainings.finished
  return [
    `${fixed(finished, 0)} of ${counted(cells, 'cell')}`,
    ...(untrained > 0 ? [`${fixed(trainings.finished, 0)} of ${counted(trainings.all, 'training')}`] : []),
    ...(failures.length > 0 ? [`${fixed(failures.length, 0)} failed`] : []),
    ...(finished === cells
      ? ['done']
      : workers.length === 0
        ? ['no worker is there']
        : [`${counted(workers.length, 'worker')} on ${counted(hosts, 'machine')}`]),
    ...(secondsLeft !== null && finished < cells ? [`${duration(secondsLeft)} left`] : []),
  ].join(' · ')
}

/** The same, with who works on what, and what failed. */
export function campaignText(status: CampaignStatus): string {
  const { workers, failures } = status
  return [
    campaignLine(status),
    ...workers.map(({ host, pid, cpu, task, finished, inHand }) => {
      const rounds = inHand.map((each) => `${fixed(each.played, 0)}/${fixed(each.rounds, 0)}`)
      const at = rounds.length > 0 ? `, in rounds ${rounds.join(', ')}` : ''
      const which = task === undefined ? '' : `task ${task}, `
      return `  ${host} (process ${pid}, ${cpu}): ${which}${counted(finished, 'cell')} finished${at}`
    }),
    ...failures
      .slice(0, MOST_FAILURES)
      .map(({ what, host, problems }) => `  failed on ${host}: ${what}: ${problems.join('; ')}`),
    ...(failures.length > MOST_FAILURES ? [`  and ${fixed(failures.length - MOST_FAILURES, 0)} more`] : []),
  ].join('\n')
}
