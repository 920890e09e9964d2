import { UserError } from '../../errors.js'
import type { Reward } from '../../plugin/games/reward.js'
import type { LoadedScenario } from '../../scenario/load.js'
import { networkOf } from '../../training/network-of.js'
import { openTwin, type Twin } from '../../twin/training-environment.js'
import type { Environment, EnvironmentOptions } from './environment.js'
import type { EnvironmentSizes, Outputs } from './outputs.js'
import { ParallelEnvironment, parallelSizes } from './parallel-environment.js'
import { rewardOf } from './rewards.js'
import { SequentialEnvironment, sequentialSizes } from './sequential-environment.js'

/** A scenario from which environments can be made, any number of them. */
export interface EnvironmentFactory {
  readonly twin: Twin
  readonly options: EnvironmentOptions
  readonly sizes: EnvironmentSizes
  /** Writes what comes of its steps into `outputs`, or arrays of its own. */
  create(outputs?: Outputs): Environment
}

/** What is chosen where nothing is said. */
const defaultOptions: EnvironmentOptions = {
  game: 'sequential',
  tier: 'twin',
  reward: 'negative-log-cost',
  actions: 'slots',
  shortlist: 4,
}

/** Opens a scenario as environments; tier `twin`, but `local` for `parallel`, and so on, unless it is said. */
export async function openEnvironments(
  loaded: LoadedScenario,
  given: Partial<EnvironmentOptions> = {},
): Promise<EnvironmentFactory> {
  refuseOthers(loaded)
  refuseUnused(given)
  const game = given.game ?? defaultOptions.game
  // Agents that act at once see what is theirs, as those of the paper's game do; one that acts for all sees everything.
  const tier = given.tier ?? (game === 'parallel' ? 'local' : 'twin')
  const { onViolation } = loaded.scenario.constraints
  const options = {
    ...defaultOptions,
    conflicts: onViolation === 'interfere' ? ('interfere' as const) : ('repair' as const),
    ...given,
    game,
    tier,
  }
  const twin = await openTwin(loaded, await networkOf(loaded))
  const sequential = game === 'sequential'
  const sizes = (sequential ? sequentialSizes : parallelSizes)(twin.parameters, options)
  let reward: Reward | undefined
  return {
    twin,
    options,
    sizes,
    create(outputs) {
      reward ??= rewardOf(options.reward, twin)
      const Kind = sequential ? SequentialEnvironment : ParallelEnvironment
      return new Kind(twin, options, reward, outputs)
    },
  }
}

/** Refuses an option that nothing would come of. */
function refuseUnused({ game = defaultOptions.game, actions, shortlist }: Partial<EnvironmentOptions>): void {
  if (game !== 'sequential' && actions === 'shortlist')
    throw new UserError(`actions: a shortlist is there in the game sequential only; the game is ${game}`)
  if (shortlist !== undefined && actions !== 'shortlist')
    throw new UserError(`shortlist: ${shortlist} counts with the option actions "shortlist" only`)
}

/** Refuses scenarios whose rounds are others than the games': an agent would learn what no run of them does. */
function refuseOthers(loaded: LoadedScenario): void {
  const { protocol, network, jobs } = loaded.scenario
  if (jobs.length > 0)
    throw new UserError(
      loaded.problemAt(
        'jobs',
        'environments play rounds of one task; expected none, or cotwin run with a scheduler of plugin python, which is told the job (view.job)',
      ),
    )
  if (protocol)
    throw new UserError(
      loaded.problemAt(
        'protocol',
        `environments play rounds, in which all clients set out at once; found protocol ${protocol.plugin}, expected protocol: null`,
      ),
    )
  if (network.access !== 'channels')
    throw new UserError(
      loaded.problemAt(
        'network.access',
        `agents choose slots, one client each; found access ${network.access}, in which clients share them; expected channels`,
      ),
    )
}
