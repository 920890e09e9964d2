import type { Environment } from '../environment/environment.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { PluginContext } from '../plugin/container.js'
import type { LoadedScenario } from '../scenario/load.js'
import { Replica } from '../twin/replica.js'
import { openTrainingEnvironment } from '../twin/training-environment.js'
import type { NamedScheduler, TwinSettings } from './scheduler-run-settings.js'

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
    fineTune: (scheduler, round) => fineTune(loaded, network, scheduler, round, fineTuneSteps),
  }
}

/**
 * Trains a scheduler's policy on in the twin for some steps (Section V-B); false where it has none.
 *
 * Each time in networks of its own: they follow from the scenario's seed, the label and the round.
 */
async function fineTune(
  loaded: LoadedScenario,
  network: NetworkParameters,
  { label, scheduler }: NamedScheduler,
  round: number,
  steps: number,
): Promise<boolean> {
  if (steps === 0 || !scheduler.train || !scheduler.save || !scheduler.restore) return false
  const environment = await openTrainingEnvironment(loaded, `${label}/round ${round}`, network)
  const trainer = await scheduler.train(environment, scheduler.save())
  try {
    for (let step = 0; step < steps; step++) if ((await trainer.advance()).done >= 1) break
    await scheduler.restore(await trainer.policy())
  } finally {
    trainer.dispose()
  }
  return true
}
