// Times rounds of split learning: `tsx bench/learning/measure.ts`. Prints milliseconds a round and peak memory as JSON.

import { pluginContextOf } from '../../core/environment/plugin-context.js'
import { createTask, Learner, planLearning } from '../../core/learning/index.js'
import { parseScenario } from '../../core/scenario/load.js'
import * as tensor from '../../core/tensor/index.js'
import { builtInPlugins } from '../../plugins/index.js'

const CLIENTS = 16
const SERVERS = 4
const SAMPLES = 128
const WARM_UP = 3
const ROUNDS = 9

const scenario = {
  network: { clients: { count: CLIENTS }, servers: { count: SERVERS } },
  workload: { samplesPerRound: SAMPLES },
  learning: {
    // Read before the clock runs: the samples of one epoch, which every round goes through.
    dataset: { plugin: 'synthetic-intention', options: { segments: CLIENTS * SAMPLES, testSegments: 16 } },
    head: { initialisation: 'private' },
  },
}
const loaded = await parseScenario(JSON.stringify(scenario), { registry: builtInPlugins })
const { learning: section } = loaded.scenario
if (section === null) throw new Error('nothing is learned')
const context = pluginContextOf(loaded)
const { tf } = await tensor.openTensorEngine()
const plan = await planLearning({
  section,
  clients: CLIENTS,
  servers: SERVERS,
  rounds: ROUNDS,
  samplesPerRound: context.network.clientSamples,
  context,
  problemAt: loaded.problemAt,
})
const learner = await Learner.create(createTask(plan, section.protocol, { ...tensor, tf }))
const completed = Array.from({ length: CLIENTS }, (_, client) => ({
  client,
  server: client % SERVERS,
  finishedAt: client,
}))

const times: number[] = []
for (let round = 1; round <= WARM_UP + ROUNDS; round++) {
  const start = performance.now()
  await learner.round(round, completed)
  if (round > WARM_UP) times.push(performance.now() - start)
}
const milliseconds = times.sort((a, b) => a - b)[ROUNDS >> 1]
console.log(JSON.stringify({ milliseconds, mebibytes: process.resourceUsage().maxRSS / 1024 }))
