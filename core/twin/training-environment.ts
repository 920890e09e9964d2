import { createSettings } from '../environment/create.js'
import { budgetsOf } from '../environment/parameters.js'
import { pluginContextOf } from '../environment/plugin-context.js'
import { UserError } from '../errors.js'
import { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { RandomSource } from '../plugin/needs.js'
import type { TrainingEnvironment, Variety } from '../plugin/training-contracts.js'
import type { LoadedScenario } from '../scenario/load.js'
import { SampledEpisodes } from './episodes.js'
import { resizedParameters } from './resized.js'

/**
 * The twin of a scenario's network, to train the scheduler of that label in.
 *
 * Everything follows from the scenario's seed and the label; the validation networks from the seed alone, so that all
 * schedulers of a scenario are chosen by the same. `network` where its constants are not those that the scenario states,
 * but those of what is learned. Throws a `UserError` where gains come from a record, which has no
 * distribution to draw others from.
 */
export async function openTrainingEnvironment(
  loaded: LoadedScenario,
  label: string,
  network?: NetworkParameters,
): Promise<TrainingEnvironment> {
  const { scenario } = loaded
  const context = pluginContextOf(loaded)
  const { streams: physical } = context
  const parameters = network ?? context.network
  const settings = await createSettings(loaded, context)
  if (settings.gains) {
    const message = `${scenario.network.gains?.plugin} gives recorded gains, and the twin has no law to make up others by; expected network.gains: null to train`
    throw new UserError(loaded.problemAt('network.gains', message))
  }
  const { roundSeconds, validationRounds } = scenario.training
  const sampled = (sizes: typeof parameters, own: RandomSource, variety?: Variety) =>
    new SampledEpisodes(sizes, settings, { physical, own }, roundSeconds, variety)
  const streamsOf = (purpose: string) => new RandomStreams(`${scenario.seed}/twin/${purpose}`)

  const validation = sampled(parameters, streamsOf('validation'))
  const { latencySeconds, energyJoules } = budgetsOf(scenario, physical)
  return {
    parameters,
    energyBudgetJoules: energyJoules,
    latencyBudgetSeconds: latencySeconds,
    episodeRounds: settings.episodeRounds,
    episodes: sampled(parameters, streamsOf(`episodes/${label}`)),
    validation: Array.from({ length: validationRounds }, (_, index) =>
      validation.network(Math.floor(index / settings.episodeRounds), index % settings.episodeRounds),
    ),
    resized(sizes, variety) {
      const { servers } = parameters
      const { capacity } = settings.clientPlacement
      if (capacity !== undefined && capacity < sizes.clients)
        throw new UserError(
          `network.clients.placement: ${scenario.network.clients.placement.plugin} places at most ${capacity}; training asks for ${sizes.clients} clients`,
        )
      const kind = `${sizes.clients}x${servers}x${sizes.channels}${variety ? '/varied' : ''}`
      return sampled(resizedParameters(parameters, sizes), streamsOf(`episodes/${label}/${kind}`), variety)
    },
    random: streamsOf(`learning/${label}`),
  }
}
