import { closeSync, openSync, writeSync } from 'node:fs'
import { exponentialTable } from '../core/kernel/ziggurat.js'
import { resolveReference } from '../core/plugin/options.js'
import type { SchedulerView } from '../core/plugin/view.js'
import { builtInPlugins } from '../plugins/index.js'
import { randomAssignment } from '../plugins/schedulers/random.js'
import type { BenchmarkNetwork } from './networks.js'

/**
 * Writes rounds for the peer program, with everything random that the schedulers here draw on them, so that both do the
 * same to the last change. `bench/peers/schedulers-search.c` reads it in this order.
 */
export function writeInstances(
  path: string,
  { parameters, streams }: BenchmarkNetwork,
  views: readonly SchedulerView[],
  localSearch: Readonly<Record<string, number>> = {},
): void {
  const reference = { plugin: 'local-search', options: localSearch }
  const { options } = resolveReference(builtInPlugins, 'scheduler', reference)
  const search = options as Record<
    'randomStarts' | 'annealingSteps' | 'initialTemperature' | 'finalTemperature',
    number
  >
  const { clients, servers, channels, load, weights } = parameters
  const file = openSync(path, 'w')
  const write = (values: Float64Array | Int32Array | Uint32Array) => writeSync(file, values)
  write(Int32Array.of(clients, servers, channels, views.length, search.randomStarts, search.annealingSteps))
  write(
    Float64Array.of(
      parameters.bandwidthHz,
      parameters.noiseW,
      weights.latency,
      weights.energy,
      load.headFlops,
      load.bodyFlops,
      load.uplinkBits,
      load.downlinkBits,
      search.initialTemperature,
      search.finalTemperature,
      exponentialTable.tail,
    ),
  )
  write(exponentialTable.edge)
  write(exponentialTable.height)
  write(parameters.clientPowerW)
  write(parameters.clientSamples)
  write(parameters.clientFlops)
  write(parameters.clientJoulesPerSample)
  write(parameters.serverPowerW)
  write(parameters.serverFlops)
  for (const view of views) {
    write(view.uplinkGain)
    write(view.meanGain)
    write(randomAssignment(view, streams.stream('scheduler/swap-matching/slots', view.round)))
    for (let start = 1; start <= search.randomStarts; start++)
      write(randomAssignment(view, streams.stream('scheduler/local-search/start', view.round, start)))
    write(streams.stream('scheduler/local-search/annealing', view.round).save())
  }
  closeSync(file)
}
