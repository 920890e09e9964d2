// Times the scheduler d3qn at the paper's size: tsx bench/d3qn/measure.ts decision|update. Prints ms as JSON.

import { type RandomStream, RandomStreams } from '../../core/kernel/index.js'
import { type NetworkParameters, type SchedulerView, SITS_OUT } from '../../core/plugin/index.js'
import { openTensorEngine } from '../../core/tensor/index.js'
import { Agents } from '../../plugins/schedulers/d3qn/agents.js'
import { benchmarkNetwork } from '../networks.js'

const AGENTS = 16
const [what] = process.argv.slice(2)

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!

/** Median time of a repetition, ms, once the first ones have let the compiler see what there is to do. */
async function timed(warmUp: number, repetitions: number, repeat: (i: number) => unknown): Promise<number> {
  for (let i = 0; i < warmUp; i++) await repeat(i)
  const times: number[] = []
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now()
    await repeat(warmUp + i)
    times.push(performance.now() - start)
  }
  return median(times)
}

/** The joint decision of 16 clients, as a run asks for it: from the view to the assignment. */
async function decision(): Promise<number> {
  const random = new RandomStreams(1)
  const network = await benchmarkNetwork({ N: AGENTS, M: 4, K: 10 })
  const scheduler = await network.scheduler('d3qn', { untrained: true })
  const { parameters } = network
  const views = Array.from({ length: 16 }, (_, i) => observed(parameters, random.stream('round', i)))
  return timed(300, 1000, (i) => scheduler.decide(views[i % views.length]!))
}

/** What agents see of a round: who was where in the last one, and budgets half spent. */
function observed(parameters: NetworkParameters, random: RandomStream): SchedulerView {
  const { clients, servers, channels } = parameters
  const [serverClients, channelClients] = [new Int32Array(servers), new Int32Array(channels)]
  for (let client = 0; client < clients; client++) {
    serverClients[random.integer(servers)]!++
    channelClients[random.integer(channels)]!++
  }
  return {
    round: 2,
    parameters,
    active: new Uint8Array(clients).fill(1),
    held: new Int32Array(clients).fill(SITS_OUT),
    serverClients,
    channelClients,
    energyRatio: Float64Array.from({ length: clients }, () => random.next()),
    latencyRatio: 0.5,
  } as Partial<SchedulerView> as SchedulerView
}

/** One update of all agents from their replay memories. */
async function update(): Promise<number> {
  const engine = await openTensorEngine({ backend: 'wasm' })
  const random = new RandomStreams(1)
  const stream = random.stream('experience')
  const agents = new Agents(
    engine,
    {
      agents: AGENTS,
      common: 15,
      own: 1,
      actions: 40,
      hidden: [512, 256, 128],
      sharedParameters: false,
      target: 'double',
      together: false,
      learningRate: 1e-4,
      batch: 64,
      replay: 4096,
      targetEvery: 200,
    },
    {
      weights: random.stream('weights'),
      exploration: random.stream('exploration'),
      replay: random.stream('replay'),
    },
  )
  const floats = (length: number) => Float32Array.from({ length }, () => stream.normal())
  for (let i = 0; i < 4096; i++)
    agents.remember({
      state: floats(15 + AGENTS),
      actions: Int32Array.from({ length: AGENTS }, () => stream.integer(40)),
      rewards: floats(AGENTS),
      following: floats(15 + AGENTS),
      discounts: new Float32Array(AGENTS).fill(0.9),
    })
  return timed(20, 100, () => agents.learn())
}

const measures: Readonly<Record<string, () => Promise<number>>> = { decision, update }
console.log(JSON.stringify({ milliseconds: await measures[what!]!() }))
