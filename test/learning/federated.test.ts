import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { clusters, completedAt, learnerOf } from './support.js'

/** An IDX file: magic number, lengths and bytes. */
const idx = (shape: readonly number[], bytes: Uint8Array): Buffer => {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.set([0, 0, 8, shape.length])
  for (const [i, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * i)
  return Buffer.concat([header, bytes])
}

/** Images of 14 × 14 whose bright quarter tells the class, under noise. */
function writeImages(directory: string, name: string, count: number): void {
  const random = new RandomStreams('images').stream(name)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 4)
  const pixels = new Uint8Array(count * 196)
  for (let i = 0; i < pixels.length; i++) {
    const [row, column] = [Math.floor((i % 196) / 14), i % 14]
    const quarter = 2 * Number(row >= 7) + Number(column >= 7)
    const bright = quarter === labels[Math.floor(i / 196)] ? 70 : 0
    pixels[i] = Math.max(0, Math.min(255, 90 + bright + 40 * random.normal()))
  }
  writeFileSync(join(directory, `${name}-images.gz`), gzipSync(idx([count, 14, 14], pixels)))
  writeFileSync(join(directory, `${name}-labels`), idx([count], labels))
}

test('federated learning of LeNet on IDX files, with the load of the model', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-idx-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  writeImages(directory, 'train', 320)
  writeImages(directory, 'test', 80)
  writeFileSync(
    join(directory, 'digits.yaml'),
    `network: { clients: { count: 4, flops: 1.0e9 }, servers: { count: 2 } }
workload: { samplesPerRound: [40, 40, 40, 20] }
rounds: 12
learning:
  protocol: federated
  model: lenet
  sizes: model
  batchSize: 10
  optimiser: { kind: adam, learningRate: 0.005 }
  evaluateEvery: 4
  dataset:
    plugin: idx
    options: { trainImages: train-images.gz, trainLabels: train-labels, testImages: test-images.gz, testLabels: test-labels }
schedulers: [hardest-first]
`,
  )
  const load = { headTime: [] as number[][], uplinkBits: [] as number[] }
  const { summary } = await run(join(directory, 'digits.yaml'), {
    plugins: builtInPlugins,
    report: false,
    out: join(directory, 'run'),
    onStart: ({ bus }) => {
      bus.on('scheduler:round', ({ cost }) => {
        load.headTime.push([...cost.headTime])
        load.uplinkBits.push(cost.uplinkRate[0] * cost.uplinkTime[0])
        expect([...cost.edgeTime]).toEqual([0, 0, 0, 0])
      })
    },
  })
  const [model] = summary.learning ?? []
  expect(model).toMatchObject({ label: 'hardest-first', protocol: 'federated', samples: 12 * 140 })
  expect(model.accuracy).toBeGreaterThan(0.9)
  // 14 × 14: conv1 156, conv2 2416, dense 16·1·1·120 + 120, 120·84 + 84, 84·4 + 4 weights, each of 32 bit.
  const weights = 156 + 2416 + (16 * 120 + 120) + (120 * 84 + 84) + (84 * 4 + 4)
  for (const bits of load.uplinkBits) expect(bits / (32 * weights)).toBeCloseTo(1, 9)
  // Forward and backward of all samples, twice as many for clients that have twice as many.
  const flops =
    2 * 14 * 14 * 6 * 25 +
    4 * 7 * 7 * 6 +
    2 * 3 * 3 * 16 * 150 +
    4 * 16 +
    2 * 16 * 120 +
    2 * 120 * 84 +
    2 * 84 * 4
  expect(load.headTime[0][0]).toBeCloseTo((40 * 3 * flops) / 1e9, 9)
  expect(load.headTime[0][3]).toBeCloseTo((20 * 3 * flops) / 1e9, 9)
})

/** What federated learning minimises: the mean over clients of their mean loss, of a linear model. */
async function objective({ task, learner }: Awaited<ReturnType<typeof learnerOf>>): Promise<number> {
  const { classes, train, sampleShape } = task.dataset
  const [features] = sampleShape
  const [kernel, bias] = [
    learner.body.subarray(0, features * classes),
    learner.body.subarray(features * classes),
  ]
  let sum = 0
  for (const part of task.parts) {
    const samples = new Float32Array(part.length * features)
    await train.read(part, samples)
    for (const [i, index] of part.entries()) {
      const logits = bias.map((start, label) => {
        let logit = start
        for (let f = 0; f < features; f++) logit += samples[i * features + f] * kernel[f * classes + label]
        return logit
      })
      const total = logits.reduce((each, logit) => each + Math.exp(logit), 0)
      sum += (Math.log(total) - logits[train.labels[index]]) / part.length / task.parts.length
    }
  }
  return sum
}

/** That objective after rounds with much local work on clients that hold a class or two, mean of two tasks. */
async function objectiveUnder(body: unknown): Promise<number> {
  const found: number[] = []
  for (const classes of [5, 6]) {
    const learning = await learnerOf({
      clients: 10,
      servers: 1,
      samplesPerRound: 96,
      rounds: 30,
      dataset: clusters({ shape: [12], classes, train: 960, spread: 2.2 }),
      learning: {
        protocol: 'federated',
        model: 'logistic',
        partition: { plugin: 'dirichlet', options: { alpha: 0.1, minimumSamples: 24 } },
        batchSize: 24,
        passes: 5,
        optimiser: { kind: 'sgd', learningRate: 0.3 },
        aggregation: { body },
      },
    })
    const everyone = completedAt([Array.from({ length: 10 }, (_, client) => client)])
    for (let round = 1; round <= 20; round++) await learning.learner.round(round, everyone)
    found.push(await objective(learning))
    learning.learner.dispose()
  }
  return found.reduce((sum, loss) => sum + loss, 0) / found.length
}

// As each paper says of this setting: Li et al. (2020) and Karimireddy et al. (2020).
test('with much local work on unlike data, FedProx comes closer to the optimum than FedAvg, and SCAFFOLD than both', async () => {
  const average = await objectiveUnder('fedavg')
  const proximal = await objectiveUnder({ plugin: 'fedprox', options: { mu: 1 } })
  const scaffold = await objectiveUnder('scaffold')
  expect(proximal).toBeLessThan(average)
  expect(scaffold).toBeLessThan(proximal)
})
