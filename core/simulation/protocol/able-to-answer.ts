import { UserError } from '../../errors.js'
import type { LoadedScenario } from '../../scenario/load.js'
import type { JobSettings } from './job.js'

/**
 * Where clients ask one by one, or several jobs share the slots, schedulers have to leave what others hold as it is: a `UserError`
 * where some do not say so.
 */
export function refuseThoseWhoCannotBeAsked(
  { scenario, registry, problemAt }: LoadedScenario,
  jobs: readonly JobSettings[],
): void {
  const asking = jobs.some(({ protocol }) => protocol.asks)
  if (!asking && jobs.length < 2) return
  const why = asking
    ? 'the protocol asks for those that ask while others hold their slots'
    : 'jobs are decided for one by one, while others hold their slots'
  const instead = asking ? 'a protocol that decides by rounds' : 'one job'
  const able = (plugin: string) => registry.get('scheduler', plugin).decidesAt?.includes('ask') ?? false
  const alone = (plugin: string) => {
    const { roundsAlone } = registry.get('scheduler', plugin)
    return roundsAlone === undefined ? '' : ` (${roundsAlone})`
  }
  const known = registry
    .list('scheduler')
    .map(({ name }) => name)
    .filter(able)
  const unable = scenario.schedulers.flatMap(({ plugin }, i) =>
    able(plugin)
      ? []
      : [
          problemAt(
            `schedulers.${i}`,
            `${plugin} decides for all at once${alone(plugin)}, and ${why}; expected one of ${known.join(', ')} (decidesAt), or ${instead}`,
          ),
        ],
  )
  const opened = Object.entries(scenario.decisions).filter(([, each]) => each !== null)
  const beyond = opened.map(([name]) =>
    problemAt(
      `decisions.${name}`,
      'schedulers that are asked for those that ask decide slots alone; expected null, or a protocol that decides by rounds',
    ),
  )
  const single = jobs.length < 2
  const together = [
    ...(single || scenario.twin === 'perfect' ? [] : ['twin']),
    ...(single || scenario.decisionTime === 'ignore' ? [] : ['decisionTime']),
  ].map((key) =>
    problemAt(
      key,
      'does not go with several jobs, which are decided for in turn; expected it to be left out',
    ),
  )
  const problems = [...unable, ...beyond, ...together]
  if (problems.length > 0) throw new UserError(problems)
}
