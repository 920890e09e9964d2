import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { formatProblem, UserError } from '../../core/errors.js'
import { writeSafetensors } from '../../core/files/safetensors.js'
import { compile, parseScenario } from '../../core/index.js'
import { createTask } from '../../core/learning/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { clusters, operationsOf, planOf } from './support.js'

const base = (samples: number) => `network: { clients: { count: 4 }, servers: { count: 2 } }
workload: { samplesPerRound: 32 }
record: { detailRounds: [] }
learning:
  dataset: { plugin: synthetic-classification, options: { samples: ${samples}, testSamples: 40 } }
  model: mlp
`

/** What is wrong with a scenario that goes on so, without the file's name. */
async function problems(more: string, samples = 400): Promise<string[]> {
  try {
    await compile(
      await parseScenario(`${base(samples)}${more}`, { registry: builtInPlugins, file: 'scenario.yaml' }),
      builtInPlugins,
    )
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(formatProblem)
  }
  return []
}

test.each([
  [
    '  batchSize: 16\n  cut: hiden1',
    'scenario.yaml:8:8: learning.cut: the model has no layer "hiden1" to cut behind; expected one of flatten, hidden1, hidden2 (did you mean "hidden1"?)',
  ],
  [
    '  batchSize: 16\n  cut: 4',
    "scenario.yaml:8:8: learning.cut: a cut behind layer 4 is none of this model's; expected from 0 to 3 layers in the head: flatten, hidden1, hidden2",
  ],
  [
    '  aggregation: { headParticipants: all }\n  privacy: { epsilon: 2 }',
    'scenario.yaml:8:23: learning.privacy.epsilon: ε = 2 says nothing about privacy where changes are not clipped; expected a clipNorm above 0',
  ],
  [
    '  privacy: { clipNorm: 1, noiseMultiplier: 1 }',
    'scenario.yaml:7:12: learning.privacy: no client shares its head; expected privacy: null, or aggregation.headParticipants',
  ],
  [
    '  head: { trained: false }\n  aggregation: { headParticipants: all }',
    'scenario.yaml:8:36: learning.aggregation.headParticipants: heads that are not trained have nothing to share; expected none, or head.trained: true',
  ],
  [
    '  aggregation: { headParticipants: [0, 4] }',
    'scenario.yaml:7:40: learning.aggregation.headParticipants[1]: expected a client from 0 to 3, found 4',
  ],
  [
    '  protocol: federated\n  precision: int8',
    'scenario.yaml:8:14: learning.precision: federated sends no activations; expected precision: fp32',
  ],
  [
    '  optimiser: { kind: sgd, learningrate: 1 }',
    'scenario.yaml:7:27: learning.optimiser: unknown key "learningrate" (did you mean "learningRate"?)',
  ],
  [
    '  aggregation: { body: scaffold }',
    'scenario.yaml:7:24: learning.aggregation.body: scaffold takes the way of plain gradient steps for their sum (option II); expected optimiser sgd, found adam',
  ],
  [
    '  optimiser: { kind: sgd }\n  head: { optimiser: { kind: momentum } }\n  aggregation: { body: scaffold, head: fednova }',
    'scenario.yaml:9:40: learning.aggregation.head: fednova counts the gradients that momentum repeats; expected localMomentum 0.9, as the optimiser has it, found 0',
  ],
  [
    '  aggregation: { body: krum }',
    'scenario.yaml:7:24: learning.aggregation.body: krum takes at least 5 updates; there are never more than 2 bodies to put together',
  ],
  [
    '  protocol: federated\n  aggregation: { body: { plugin: multi-krum, options: { byzantine: 0, selected: 5 } } }',
    'scenario.yaml:8:24: learning.aggregation.body: multi-krum takes at least 5 updates; there are never more than 4 bodies to put together',
  ],
  [
    '  aggregation: { headParticipants: [0, 2], head: bulyan }',
    'scenario.yaml:7:50: learning.aggregation.head: bulyan takes at least 7 updates; there are never more than 2 heads to put together',
  ],
  ['  weights: missing.safetensors', 'the weights file is missing'],
])('%s', async (more, expected) => {
  const found = await problems(`${more}\n`)
  expect(found.join('\n')).toContain(expected)
})

test('a model that samples do not suit', async () => {
  await expect(planOf({ learning: { model: 'lenet' } })).rejects.toThrow('the model lenet takes images')
  await expect(planOf({ learning: { model: 'intention' } })).rejects.toThrow('takes video segments')
})

test('labels out of range', async () => {
  const dataset = clusters({ shape: [6], classes: 3, train: 96 })
  dataset.train.labels[7] = 3
  await expect(planOf({ dataset })).rejects.toThrow(
    'label 3 of training sample 7 is out of range; expected from 0 to 2',
  )
})

const file = (content: Uint8Array | string, name = 'weights.safetensors') => {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-weights-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

const ones = (...shape: number[]) => ({
  shape,
  values: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(1),
})
const model = { plugin: 'mlp', options: { hidden: [5] } }

test('weights of another model', async () => {
  const other = file(
    writeSafetensors([
      ['hidden1/kernel', ones(7, 5)],
      ['hidden1/bias', ones(5)],
    ]),
  )
  await expect(planOf({ learning: { model, weights: other } })).rejects.toThrow(
    'these are the weights of another model: its hidden1/kernel is 7×5; expected 6×5',
  )
  const nothing = file(writeSafetensors([['conv/kernel', ones(3)]]))
  await expect(planOf({ learning: { model, weights: nothing } })).rejects.toThrow('weights of another model')
  const half = file(writeSafetensors([['hidden1/kernel', ones(6, 5)]]))
  await expect(planOf({ learning: { model, weights: half } })).rejects.toThrow('it has no hidden1/bias')
  await expect(planOf({ learning: { model, weights: file('no weights') } })).rejects.toThrow('cannot be read')
})

test('weights of the head, by our names or PyTorch’s, and of the whole model in the format of TensorFlow.js Layers', async () => {
  const operations = await operationsOf()
  const kernel = { shape: [6, 5], values: Float32Array.from({ length: 30 }, (_, i) => i) }
  const bias = { shape: [5], values: Float32Array.from({ length: 5 }, (_, i) => -i) }
  const transposed = {
    shape: [5, 6],
    values: Float32Array.from({ length: 30 }, (_, i) => (i % 6) * 5 + Math.floor(i / 6)),
  }
  const paths = [
    file(
      writeSafetensors([
        ['hidden1/kernel', kernel],
        ['hidden1/bias', bias],
      ]),
    ),
    file(
      writeSafetensors([
        ['hidden1.weight', transposed],
        ['hidden1.bias', bias],
      ]),
    ),
  ]
  for (const weights of paths) {
    const task = createTask(await planOf({ learning: { model, weights } }), 'collaborative', operations)
    expect([...task.initialHead(2)]).toEqual([...kernel.values, ...bias.values])
    expect(task.initialBody.some((weight) => weight !== 0)).toBe(true)
  }
  const names = { 'hidden1/kernel': [6, 5], 'hidden1/bias': [5], 'output/kernel': [5, 3], 'output/bias': [3] }
  const json = file(
    JSON.stringify({
      weightsManifest: [
        {
          paths: ['weights.bin'],
          weights: Object.entries(names).map(([name, shape]) => ({ name, shape, dtype: 'float32' })),
        },
      ],
    }),
    'model.json',
  )
  const numbers = Float32Array.from({ length: 53 }, (_, i) => i / 10)
  writeFileSync(json.replace('model.json', 'weights.bin'), new Uint8Array(numbers.buffer))
  const task = createTask(await planOf({ learning: { model, weights: json } }), 'collaborative', operations)
  expect([...task.initialHead(0), ...task.initialBody]).toEqual([...numbers])
})
