import type { Environment } from '../environment/environment.js'
import { createPlugin } from '../plugin/create-plugin.js'
import type { Estimator } from '../plugin/estimator-contract.js'
import { resolveReference } from '../plugin/options.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { LoadedScenario } from '../scenario/load.js'
import { Replica } from '../twin/replica.js'
import { openTrainingEnvironment } from '../twin/training-environment.js'
import type { TwinSettings } from './scheduler-run-settings.js'

/** The twin that a scenario's schedulers decide on; undefined where it is perfect. */
export async function twinSettings(
  loaded: LoadedScenario,
  environment: Environment,
  context: PluginContext,
): Promise<TwinSettings | undefined> {
  const { twin, network: settings, schedulers } = loaded.scenario
  if (twin === 'perfect') return undefined
  const { network, streams } = context
  const { window, threshold, fineTuneSteps } = twin.deviation
  const coherenceSeconds = settings.coherenceTimeSeconds ?? Number.POSITIVE_INFINITY
  const reference =
    twin.prediction === 'hold' ? resolveReference(loaded.registry, 'estimator', 'hold') : twin.estimator
  const estimators = new Map<string, Estimator>()
  for (const { label } of schedulers)
    estimators.set(label, await createPlugin('estimator', reference, `twin/estimator/${label}`, context))
  return {
    window,
    threshold: threshold ?? Number.POSITIVE_INFINITY,
    open: (label) => {
      const estimator = estimators.get(label)!
      const replica = new Replica(twin, environment, network, streams, coherenceSeconds, estimator)
      return { replica, estimator }
    },
    fineTuneSteps,
    // They follow from the scenario's seed, the label and the round.
    openTrainingEnvironment: (label, round) =>
      openTrainingEnvironment(loaded, `${label}/round ${round}`, network),
  }
}
