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
  const shared =
    scenario.decisions.share === null
      ? []
      : [
          problemAt(
            'decisions.share',
            `${why}: whole ones, since what is left of one that is shared they are not told (view.held); expected null, or ${instead}`,
          ),
        ]
  const { twin } = scenario
  const tuned =
    jobs.length < 2 || twin === 'perfect' || twin.deviation.fineTuneSteps === 0
      ? []
      : [
          problemAt(
            'twin.deviation.fineTuneSteps',
            'a scheduler trains on in networks with the load of one job, and decides for several; expected 0, or one job',
          ),
        ]
  const problems = [...unable, ...shared, ...tuned]
  if (problems.length > 0) throw new UserError(problems)
}
