import type { AnyPlugin } from '../core/plugin/definition.js'
import { parseScenario } from '../core/scenario/load.js'
import { compile } from '../core/simulation/experiment.js'
import { builtInPlugins } from '../plugins/index.js'
import type { BenchmarkCase } from './case.js'
import { wired, wiredProtocol, wiredScenario } from './protocols/wired.js'

/** Events of a turn and of its row, counted low: it sets out, ends its four phases, arrives, and is put together. */
const EVENTS_OF_A_TURN = 7

const ROWS = 20_000

const asynchronous = `name: asynchronous
rounds: ${ROWS}
network:
  area: { widthM: 1200, heightM: 1200 }
  clients: { count: 1000, flops: 1e12 }
  servers: { count: 16, placement: grid }
  channels: { count: 64 }
workload: { headFlopsPerSample: 1e9, headForwardShare: 1 }
dynamics: dynamic
protocol: { plugin: asynchronous, options: { decideEvery: ${ROWS} } }
schedulers: [random]
record: { clients: false }
`

/**
 * Clients that set out by themselves, nothing learned and nothing recorded, behind the one decision of the run: 1000 of them on
 * channels of 16, a row for each update; and 1023 clients over wires, which take FedDES 73 µs an update (SimGrid 3.32, one thread).
 */
export const cases: BenchmarkCase[] = [
  {
    name: 'protocols/asynchronous/1000x16x64',
    unit: 'µs an event',
    run: async () => ((await secondsOf(asynchronous)) / (ROWS * EVENTS_OF_A_TURN)) * 1e6,
  },
  {
    name: `protocols/wired/${wired.clients}`,
    unit: 'µs an update',
    run: async () => {
      const { clients, updatesEach } = wired
      return (
        ((await secondsOf(wiredScenario(clients, updatesEach), [wiredProtocol])) / (clients * updatesEach)) *
        1e6
      )
    },
  },
]

/** Processor time of a scenario's run, s, from the end of its first decision on, without what decisions take. */
async function secondsOf(text: string, outside: readonly AnyPlugin[] = []): Promise<number> {
  const loaded = await parseScenario(text, { registry: builtInPlugins.with(outside) })
  const { bus, run } = await compile(loaded, builtInPlugins)
  let deciding = 0
  let start: NodeJS.CpuUsage | undefined
  bus.on('decision', ({ decisionSeconds }) => {
    if (start) deciding += decisionSeconds
    start ??= process.cpuUsage()
  })
  await run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6 - deciding
}
