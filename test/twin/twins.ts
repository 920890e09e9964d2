import { createEnvironment } from '../../core/environment/create.js'
import { pluginContextOf } from '../../core/environment/plugin-context.js'
import type { RoundSnapshot } from '../../core/environment/round-snapshot.js'
import { type LoadedScenario, parseScenario } from '../../core/index.js'
import { createPlugin } from '../../core/plugin/create-plugin.js'
import type { RoundNetwork } from '../../core/plugin/index.js'
import { Replica } from '../../core/twin/replica.js'
import type { ImperfectTwin } from '../../core/twin/settings.js'
import { builtInPlugins } from '../../plugins/index.js'

/** The twin of a scenario, with what it takes the network for. */
export interface Twin {
  readonly replica: Replica
  readonly loaded: LoadedScenario
  /** What it takes a round for that is played at that time, beside what it is. */
  look(
    round: number,
    now: number,
    active?: Uint8Array,
    energyRatio?: Float64Array,
  ): Promise<{ readonly known: RoundNetwork; readonly snapshot: RoundSnapshot }>
}

/** The twin of a scenario; clients that move are where their walk has them at the time. */
export async function twinOf(text: string): Promise<Twin> {
  const loaded = await parseScenario(text, { registry: builtInPlugins })
  const context = pluginContextOf(loaded)
  const environment = await createEnvironment(loaded, context)
  const { twin, network } = loaded.scenario
  const settings = twin as ImperfectTwin
  const reference = settings.prediction === 'hold' ? { plugin: 'hold', options: {} } : settings.estimator
  const replica = new Replica(
    settings,
    environment,
    context.network,
    context.streams,
    network.coherenceTimeSeconds ?? Number.POSITIVE_INFINITY,
    await createPlugin('estimator', reference, 'estimator', context),
  )
  const walk = environment.walk()
  const everyone = new Uint8Array(context.network.clients).fill(1)
  return {
    replica,
    loaded,
    async look(round, now, active = everyone, energyRatio) {
      const snapshot = await environment.snapshot(round, walk?.positionsAt(now), { now })
      return { known: replica.network(snapshot, now, active, energyRatio), snapshot }
    },
  }
}

/** Mean squared error of the gains that are taken for the present, over their mean squared. */
export function relativeError({ uplinkGain, meanGain }: RoundNetwork, { network }: RoundSnapshot): number {
  let sum = 0
  for (const [at, gain] of uplinkGain.entries())
    sum += ((gain - network.uplinkGain[at]) / meanGain[at % meanGain.length]) ** 2
  return sum / uplinkGain.length
}
