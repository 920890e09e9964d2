import { pluginContextOf } from '../../core/environment/plugin-context.js'
import { parseScenario } from '../../core/index.js'
import { RandomStreams } from '../../core/kernel/index.js'
import {
  createTask,
  Learner,
  type LearningPlan,
  type LearningTask,
  planLearning,
} from '../../core/learning/index.js'
import { type Dataset, definePlugin, type Samples, Type } from '../../core/plugin/index.js'
import * as tensor from '../../core/tensor/index.js'
import { builtInPlugins } from '../../plugins/index.js'

/** Noise around a centre of each class: something that can be learned, of any shape. */
export function clusters(options: {
  readonly shape: readonly number[]
  readonly classes: number
  readonly train: number
  readonly test?: number
  readonly spread?: number
}): Dataset {
  const { shape, classes, train, test = 64, spread = 1 } = options
  const streams = new RandomStreams('clusters')
  const length = shape.reduce((product, each) => product * each, 1)
  const stream = streams.stream('centres')
  const centres = Float32Array.from({ length: classes * length }, () => stream.normal())
  const samples = (name: string, count: number): Samples => {
    const labels = Int32Array.from({ length: count }, (_, i) => i % classes)
    return {
      count,
      labels,
      read(indices, into) {
        for (const [row, index] of indices.entries()) {
          const random = streams.stream(name, index)
          for (let i = 0; i < length; i++)
            into[row * length + i] = centres[labels[index] * length + i] + spread * random.normal()
        }
      },
    }
  }
  return { sampleShape: shape, classes, train: samples('train', train), test: samples('test', test) }
}

export interface Given {
  readonly clients?: number
  readonly servers?: number
  readonly samplesPerRound?: number | readonly number[]
  readonly rounds?: number
  readonly dataset?: Dataset
  readonly learning?: Record<string, unknown>
}

/** A plan for a dataset of the test's own, the rest as a scenario would say it. */
export async function planOf(given: Given = {}): Promise<LearningPlan> {
  const { clients = 4, servers = 2, samplesPerRound = 8, rounds = 10, learning = {} } = given
  const dataset = given.dataset ?? clusters({ shape: [6], classes: 3, train: 96 })
  const own = definePlugin({
    kind: 'dataset',
    name: 'of-the-test',
    summary: 'samples that a test made up',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => dataset,
  })
  const scenario = {
    rounds,
    record: { detailRounds: [] },
    network: { clients: { count: clients }, servers: { count: servers }, channels: { count: clients } },
    workload: { samplesPerRound },
    learning: { model: 'mlp', batchSize: 4, dataset: 'of-the-test', ...learning },
  }
  const loaded = await parseScenario(JSON.stringify(scenario), { registry: builtInPlugins.with([own]) })
  const context = pluginContextOf(loaded)
  if (loaded.scenario.learning === null) throw new Error('nothing is learned')
  return planLearning({
    section: loaded.scenario.learning,
    clients,
    servers,
    rounds,
    samplesPerRound: context.network.clientSamples,
    context,
    problemAt: loaded.problemAt,
  })
}

/** TensorFlow.js with everything a layer computes with. */
export async function operationsOf() {
  const { tf } = await tensor.openTensorEngine({ backend: 'wasm', threads: 1 })
  return { ...tensor, tf }
}

export async function taskOf(given: Given = {}): Promise<LearningTask> {
  const plan = await planOf(given)
  return createTask(plan, plan.section.protocol, await operationsOf())
}

export async function learnerOf(given: Given = {}): Promise<{ task: LearningTask; learner: Learner }> {
  const task = await taskOf(given)
  return { task, learner: await Learner.create(task) }
}

/** Clients that completed a round, by server; each a second after the one before. */
export const completedAt = (servers: readonly (readonly number[])[]) =>
  servers.flatMap((clients, server) => clients.map((client) => ({ client, server, finishedAt: client })))
