import { dirname, resolve } from 'node:path'
import { RandomStreams } from '../kernel/index.js'
import { PluginContext } from '../plugin/plugin-context.js'
import type { StreamRegistry } from '../plugin/stream-registry.js'
import type { LoadedScenario } from '../scenario/load.js'
import { networkParameters } from './parameters.js'
import { rateOf } from './rate-of.js'

/** What a scenario gives its plugins: its seed's streams, the network's constants, files beside it. */
export function pluginContextOf(loaded: LoadedScenario, streamRegistry?: StreamRegistry): PluginContext {
  const { scenario, registry } = loaded
  const streams = new RandomStreams(scenario.seed)
  const files = { resolve: (path: string) => resolve(dirname(loaded.file), path) }
  const rate = rateOf(loaded, files)
  return new PluginContext({
    registry,
    streams,
    network: { ...networkParameters(scenario, streams), ...(rate && { rate }) },
    files,
    streamRegistry,
  })
}
