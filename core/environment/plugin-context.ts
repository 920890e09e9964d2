import { dirname, resolve } from 'node:path'
import { RandomStreams } from '../kernel/index.js'
import type { PluginContext } from '../plugin/container.js'
import type { LoadedScenario } from '../scenario/load.js'
import { networkParameters } from './parameters.js'

/** What a scenario offers its plugins: its seed's streams, the network's constants, files beside it. */
export function pluginContextOf(loaded: LoadedScenario): PluginContext {
  const { scenario, registry } = loaded
  const streams = new RandomStreams(scenario.seed)
  return {
    registry,
    streams,
    network: networkParameters(scenario, streams),
    files: { resolve: (path: string) => resolve(dirname(loaded.file), path) },
  }
}
