import { createSettings } from '../environment/create.js'
import { budgetsOf } from '../environment/parameters.js'
import { pluginContextOf } from '../environment/plugin-context.js'
import { UserError } from '../errors.js'
import { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Area } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import type { TrainingEnvironment, Variety } from '../plugin/training-contracts.js'
import type { LoadedScenario } from '../scenario/load.js'
import { SampledEpisodes } from './episodes.js'
import { resizedParameters } from './resized.js'

/** The twin of a scenario's network: where networks to train on, and to be judged by, come from. */
export interface Twin
  extends Pick<
    TrainingEnvironment,
    'parameters' | 'energyBudgetJoules' | 'latencyBudgetSeconds' | 'episodeRounds' | 'validation'
  > {
  readonly area: Area
  /** How many clients can be placed, where that is limited; and by whom. */
  readonly capacity: number | undefined
  /** Episodes that follow from the scenario's seed and this name. */
  episodes(name: string, sizes?: NetworkParameters, variety?: Variety): SampledEpisodes
  /** Those that the validation networks come from: number `index` is round `index % episodeRounds` of an episode. */
  readonly validationEpisodes: SampledEpisodes
  /** Streams that follow from the scenario's seed and this name. */
  streams(name: string): RandomSource
}

/**
 * Opens the twin of a scenario's network.
 *
 * Everything follows from the scenario's seed. `network` where its constants are not those that the scenario states, but
 * those of what is learned. Throws a `UserError` where gains come from a record, which has no distribution to draw others
 * from.
 */
export async function openTwin(loaded: LoadedScenario, network?: NetworkParameters): Promise<Twin> {
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
  const streams = (name: string) => new RandomStreams(`${scenario.seed}/twin/${name}`)
  const episodes = (name: string, sizes = parameters, variety?: Variety) =>
    new SampledEpisodes(sizes, settings, { physical, own: streams(name) }, roundSeconds, variety)
  const validationEpisodes = episodes('validation')
  const { latencySeconds, energyJoules } = budgetsOf(scenario, physical)
  return {
    parameters,
    energyBudgetJoules: energyJoules,
    latencyBudgetSeconds: latencySeconds,
    episodeRounds: settings.episodeRounds,
    area: settings.area,
    capacity: settings.clientPlacement.capacity,
    episodes,
    validationEpisodes,
    validation: Array.from({ length: validationRounds }, (_, index) =>
      validationEpisodes.network(Math.floor(index / settings.episodeRounds), index % settings.episodeRounds),
    ),
    streams,
  }
}

/**
 * The twin of a scenario's network, to train the scheduler of that label in.
 *
 * Everything follows from the scenario's seed and the label; the validation networks from the seed alone, so that all
 * schedulers of a scenario are chosen by the same. Otherwise as `openTwin`.
 */
export async function openTrainingEnvironment(
  loaded: LoadedScenario,
  label: string,
  network?: NetworkParameters,
): Promise<TrainingEnvironment> {
  const twin = await openTwin(loaded, network)
  const { parameters, capacity } = twin
  return {
    ...twin,
    episodes: twin.episodes(`episodes/${label}`),
    resized(sizes, variety) {
      const { servers } = parameters
      const { placement } = loaded.scenario.network.clients
      if (capacity !== undefined && capacity < sizes.clients)
        throw new UserError(
          `network.clients.placement: ${placement.plugin} places at most ${capacity}; training asks for ${sizes.clients} clients`,
        )
      const kind = `${sizes.clients}x${servers}x${sizes.channels}${variety ? '/varied' : ''}`
      return twin.episodes(`episodes/${label}/${kind}`, resizedParameters(parameters, sizes), variety)
    },
    random: twin.streams(`learning/${label}`),
  }
}
