import { createEnvironment } from '../core/environment/create.js'
import { pluginContextOf } from '../core/environment/plugin-context.js'
import { parseScenario } from '../core/scenario/load.js'
import { builtInPlugins } from '../plugins/index.js'
import type { BenchmarkCase } from './case.js'

const umi = `
    area: { widthM: 1200, heightM: 1200 }
    clients: { count: 1000, placement: hexagonal-cells, indoor: { share: 0.8 } }
    servers:
      count: 57
      placement: { plugin: hexagonal, options: { wrapAround: true } }
      sectors: { count: 3 }
    channels: { count: 20 }
    propagation: umi`

/** Networks whose channels are drawn round by round, everyone placed anew. */
const networks: Readonly<Record<string, string>> = {
  'paper/16x4x10': `
    clients: { count: 16 }
    servers: { count: 4 }
    channels: { count: 10 }`,
  'umi/1000x57x20': umi,
  'umi-rician/1000x57x20': `${umi}
    fading: rician`,
}

/** Rounds of one measurement; as many warm up. */
const ROUNDS: Readonly<Record<string, number>> = {
  'paper/16x4x10': 3000,
  'umi/1000x57x20': 20,
  'umi-rician/1000x57x20': 20,
}

/** Processor time of drawing a round's channels, ms. */
export const cases: BenchmarkCase[] = Object.entries(networks).map(([name, network]) => ({
  name: `environment/${name}`,
  unit: 'ms',
  run: async () => {
    const rounds = ROUNDS[name]
    const text = `name: draw\nrounds: ${2 * rounds}\nnetwork:${network}\nschedulers: [random]\n`
    const loaded = await parseScenario(text, { registry: builtInPlugins })
    const environment = await createEnvironment(loaded, pluginContextOf(loaded))
    for (let round = 1; round <= rounds; round++) await environment.snapshot(round)
    const start = process.cpuUsage()
    for (let round = rounds + 1; round <= 2 * rounds; round++) await environment.snapshot(round)
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000 / rounds
  },
}))
