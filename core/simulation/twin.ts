import type { Environment } from '../environment/environment.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { LoadedScenario } from '../scenario/load.js'
import { Replica } from '../twin/replica.js'
import { openTrainingEnvironment } from '../twin/training-environment.js'
import type { TwinSettings } from './scheduler-run-settings.js'

/** The twin that a scenario's schedulers decide on; undefined where it is perfect. */
export function twinSettings(
  loaded: LoadedScenario,
  environment: Environment,
  { network, streams }: PluginContext,
): TwinSettings | undefined {
  const { twin, network: settings } = loaded.scenario
  if (twin === 'perfect') return undefined
  const { window, threshold, fineTuneSteps } = twin.deviation
  const coherenceSeconds = settings.coherenceTimeSeconds ?? Number.POSITIVE_INFINITY
  return {
    window,
    threshold: threshold ?? Number.POSITIVE_INFINITY,
    createReplica: () => new Replica(twin, environment, network, streams, coherenceSeconds),
    fineTuneSteps,
    // They follow from the scenario's seed, the label and the round.
    openTrainingEnvironment: (label, round) =>
      openTrainingEnvironment(loaded, `${label}/round ${round}`, network),
  }
}
