import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pluginContextOf } from '../../core/environment/plugin-context.js'
import { RandomStreams } from '../../core/kernel/index.js'
import { createTask, type LearningTask, planLearning } from '../../core/learning/index.js'
import {
  convolutionLayer,
  definePlugin,
  denseLayer,
  flatten,
  poolLayer,
  Type,
} from '../../core/plugin/index.js'
import { parseScenario } from '../../core/scenario/load.js'
import * as tensor from '../../core/tensor/index.js'
import { openTensorEngine } from '../../core/tensor/index.js'
import { builtInPlugins } from '../../plugins/index.js'

/** Federated averaging of a small convolutional network: who takes part, and on how much. */
export interface FederatedWork {
  readonly clients: number
  /** Clients of a round. */
  readonly chosen: number
}

/** Steps of a client in a round, and samples of each. */
export const STEPS = 5
export const BATCH = 20
export const SIZE = 32
export const CHANNELS = 3
export const CLASSES = 10
export const LEARNING_RATE = 0.05
/** Samples that a client holds: it goes through all of them once a round. */
export const SAMPLES = STEPS * BATCH

/** Clients of a round: the next ones in turn, the same for everybody who is measured. */
export const chosenIn = (round: number, { clients, chosen }: FederatedWork): number[] =>
  Array.from({ length: chosen }, (_, i) => (round * chosen + i) % clients)

/** The folder of a work's data, weights and orders of samples. */
export function folderOf({ clients, chosen }: FederatedWork): string {
  const folder = join(tmpdir(), 'cotwin-bench', `federated-${clients}-${chosen}`)
  mkdirSync(folder, { recursive: true })
  return folder
}

const network = definePlugin({
  kind: 'model',
  name: 'bench-cnn',
  summary: 'two convolutions and two dense layers',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    build({ classes }) {
      const layers = [convolutionLayer('conv1', [SIZE, SIZE, CHANNELS], { filters: 32, size: 3 })]
      const add = (layer: (typeof layers)[number]) => layers.push(layer)
      const last = () => layers.at(-1)!.outputShape
      add(poolLayer('pool1', last(), { size: 2, kind: 'max' }))
      add(convolutionLayer('conv2', last(), { filters: 64, size: 3 }))
      add(poolLayer('pool2', last(), { size: 2, kind: 'max' }))
      add(flatten('flatten', last()))
      add(denseLayer('dense1', last(), 128, 'relu'))
      add(denseLayer('output', last(), classes))
      return { layers, cut: 'pool1' }
    },
  }),
})

/** The samples of all clients: a pattern of each class under noise, as bytes `N×32×32×3`, and their labels. */
export function samplesOf(count: number): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const random = new RandomStreams(1).stream('federated')
  const length = SIZE * SIZE * CHANNELS
  const patterns = Array.from({ length: CLASSES }, () =>
    Float32Array.from({ length }, () => random.uniform(64, 192)),
  )
  const y = Uint8Array.from({ length: count }, (_, i) => i % CLASSES)
  const x = new Uint8Array(count * length)
  for (let sample = 0, at = 0; sample < count; sample++) {
    const pattern = patterns[y[sample]]
    for (let i = 0; i < length; i++, at++)
      x[at] = Math.max(0, Math.min(255, pattern[i] + random.uniform(-63, 63)))
  }
  return { x, y }
}

/** What our learner starts from, whose data lie in the work's folder. */
export async function taskOf(work: FederatedWork): Promise<LearningTask> {
  const file = (name: string) => join(folderOf(work), name)
  const scenario = {
    network: { clients: { count: work.clients }, servers: { count: 1 } },
    workload: { samplesPerRound: SAMPLES },
    learning: {
      protocol: 'federated',
      model: 'bench-cnn',
      dataset: {
        plugin: 'npy',
        options: {
          trainSamples: file('x.npy'),
          trainLabels: file('y.npy'),
          testSamples: file('test-x.npy'),
          testLabels: file('test-y.npy'),
        },
      },
      partition: 'iid',
      batchSize: BATCH,
      optimiser: { kind: 'sgd', learningRate: LEARNING_RATE },
    },
  }
  const loaded = await parseScenario(JSON.stringify(scenario), { registry: builtInPlugins.with([network]) })
  const { learning: section } = loaded.scenario
  if (section === null) throw new Error('nothing is learned')
  const context = pluginContextOf(loaded)
  const { tf } = await openTensorEngine()
  const plan = await planLearning({
    section,
    clients: work.clients,
    servers: 1,
    rounds: 1,
    samplesPerRound: context.network.clientSamples,
    context,
    problemAt: loaded.problemAt,
  })
  return createTask(plan, section.protocol, { ...tensor, tf })
}
