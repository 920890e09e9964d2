import { UserError } from '../../errors.js'
import type { LoadedScenario } from '../../scenario/load.js'

/** Where clients ask one by one, schedulers have to leave what others hold as it is: a `UserError` where some do not say so. */
export function refuseThoseWhoCannotBeAsked({ scenario, registry, problemAt }: LoadedScenario): void {
  const able = (plugin: string) => registry.get('scheduler', plugin).decidesAt?.includes('ask') ?? false
  const why = (plugin: string) => {
    const { roundsAlone } = registry.get('scheduler', plugin)
    return roundsAlone === undefined ? '' : ` (${roundsAlone})`
  }
  const known = registry
    .list('scheduler')
    .map(({ name }) => name)
    .filter(able)
  const problems = scenario.schedulers.flatMap(({ plugin }, i) =>
    able(plugin)
      ? []
      : [
          problemAt(
            `schedulers.${i}`,
            `${plugin} decides for all at once${why(plugin)}, and the protocol asks for those that ask while others hold their slots; expected one of ${known.join(', ')} (decidesAt), or a protocol that decides by rounds`,
          ),
        ],
  )
  if (problems.length > 0) throw new UserError(problems)
}
