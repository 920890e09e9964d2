import type { Template } from './template.js'

/** A small task that is learned in seconds, with one part of it chosen by the plugin. */
const learning = (parts: Readonly<Record<string, string>>): string => `rounds: 30
learning:
${Object.entries({
  protocol: 'federated',
  model: 'mlp',
  dataset: '{ plugin: synthetic-classification, options: { samples: 2000, testSamples: 500 } }',
  batchSize: '16',
  optimiser: '{ kind: sgd, learningRate: 0.05 }',
  evaluateEvery: '10',
  ...parts,
})
  .map(([key, value]) => `  ${key}: ${value}\n`)
  .join('')}schedulers: [swap-matching]
`

export const datasetTemplate: Template = {
  source: (name) => `import { type Dataset, definePlugin, type Samples, Type, tokens } from 'cotwin/plugin'

export default definePlugin({
  kind: 'dataset',
  name: '${name}',
  summary: 'two interleaved spirals, generated as they are read',
  options: Type.Object(
    {
      samples: Type.Integer({ default: 2000, minimum: 2, description: 'to train on' }),
      testSamples: Type.Integer({ default: 500, minimum: 2, description: 'to test with' }),
      noise: Type.Number({ default: 0.05, minimum: 0, description: 'standard deviation of a point around its spiral' }),
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random },
  create({ samples, testSamples, noise }, { random }): Dataset {
    const spirals = (set: string, count: number): Samples => ({
      count,
      labels: Int32Array.from({ length: count }, (_, i) => i % 2),
      read(indices, into) {
        for (const [i, index] of indices.entries()) {
          // A stream for each sample: it is the same whichever were read before.
          const stream = random.stream(set, index)
          const turn = 3 * Math.PI * Math.sqrt(stream.next())
          const angle = turn + (index % 2) * Math.PI
          into[2 * i] = (turn / 10) * Math.cos(angle) + stream.normal(0, noise)
          into[2 * i + 1] = (turn / 10) * Math.sin(angle) + stream.normal(0, noise)
        }
      },
    })
    return { sampleShape: [2], classes: 2, train: spirals('train', samples), test: spirals('test', testSamples) }
  },
})
`,
  use: (name) => learning({ dataset: name }),
}

export const partitionTemplate: Template = {
  source: (name) => `import { definePlugin, Type, UserError } from 'cotwin/plugin'

export default definePlugin({
  kind: 'partition',
  name: '${name}',
  summary: 'a share of the samples is dealt out at random, the rest by class',
  options: Type.Object(
    {
      mixed: Type.Number({ default: 0.2, minimum: 0, maximum: 1, description: 'share that is dealt out at random' }),
    },
    { additionalProperties: false },
  ),
  create: ({ mixed }) => ({
    split({ labels, clients, random }) {
      if (labels.length < clients)
        throw new UserError(\`${name}: \${labels.length} samples do not suffice for \${clients} clients\`)
      const order = random.shuffle(Int32Array.from({ length: labels.length }, (_, i) => i))
      const apart = order.subarray(Math.round(mixed * labels.length)).sort((a, b) => labels[a] - labels[b] || a - b)
      const together = order.subarray(0, labels.length - apart.length)
      const piece = (list: Int32Array, client: number) =>
        list.subarray(
          Math.floor((client * list.length) / clients),
          Math.floor(((client + 1) * list.length) / clients),
        )
      return Array.from({ length: clients }, (_, client) =>
        Int32Array.of(...piece(together, client), ...piece(apart, client)).sort(),
      )
    },
  }),
})
`,
  use: (name) => learning({ partition: name }),
}

export const aggregatorTemplate: Template = {
  source: (name) => `import { definePlugin, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'aggregator',
  name: '${name}',
  summary: 'the mean by samples, and of the change no more than a limit',
  options: Type.Object(
    {
      limit: Type.Number({ default: 5, exclusiveMinimum: 0, description: 'largest L2 norm of what a round may change' }),
    },
    { additionalProperties: false },
  ),
  create: ({ limit }) => ({
    aggregate(start, updates) {
      const total = updates.reduce((sum, { samples }) => sum + samples, 0)
      const change = new Float32Array(start.length)
      for (const { weights, samples, start: own = start } of updates)
        for (let i = 0; i < change.length; i++) change[i] += (samples / total) * (weights[i] - own[i])
      const norm = Math.sqrt(change.reduce((sum, x) => sum + x * x, 0))
      const scale = norm > limit ? limit / norm : 1
      return start.map((weight, i) => weight + scale * change[i])
    },
  }),
})
`,
  use: (name) => learning({ aggregation: `{ body: ${name} }` }),
}

export const modelTemplate: Template = {
  source: (name) => `import { definePlugin, denseLayer, flatten, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'model',
  name: '${name}',
  summary: 'two hidden layers that narrow down, cut behind the first',
  options: Type.Object(
    {
      units: Type.Integer({ default: 64, minimum: 2, description: 'of the first hidden layer; the second has half' }),
    },
    { additionalProperties: false },
  ),
  create: ({ units }) => ({
    build({ sampleShape, classes }) {
      const flat = flatten('flatten', sampleShape)
      const first = denseLayer('hidden-1', flat.outputShape, units, 'relu')
      const second = denseLayer('hidden-2', first.outputShape, Math.floor(units / 2), 'relu')
      return {
        layers: [flat, first, second, denseLayer('logits', second.outputShape, classes)],
        cut: 'hidden-1',
      }
    },
  }),
})
`,
  use: (name) => learning({ model: name, protocol: 'collaborative' }),
}
