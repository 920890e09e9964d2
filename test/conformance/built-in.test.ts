import { afterAll, describe, expect, test } from 'vitest'
import { type ConformanceSettings, checksOf } from '../../core/conformance/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { writeExampleFiles } from './example-files.js'

/** What some plugins cannot do without. */
const settings: Readonly<Record<string, ConformanceSettings>> = {
  'scheduler/optimal': { size: { clients: 6, servers: 2, channels: 4 } },
  // Its agents ask for slots at once and may ask for the same.
  'scheduler/d3qn': {
    options: { untrained: true },
    sharesSlots: true,
    size: { clients: 5, servers: 2, channels: 3 },
  },
  'scheduler/static': { options: { untrained: true } },
  'placement/fixed': {
    options: {
      positions: [
        [1, 2],
        [300, 150],
      ],
    },
  },
  'placement/file': { options: { file: 'positions.csv' } },
  'protocol/u-shaped': { options: { tailBitsPerSample: 1e5, tailFlopsPerSample: 1e6 } },
  'propagation/file': { options: { file: 'mean-gains.csv' } },
  'mobility/trace': { options: { file: 'walk.csv' } },
  'gains/trace': { options: { file: 'gains.csv' } },
  'gains/throughput-map': { options: { file: 'throughputs.csv' } },
  'churn/trace': { options: { file: 'churn.csv' } },
  'mobility/sumo-fcd': { options: { file: 'cars.csv' } },
  'churn/sumo-fcd': { options: { file: 'cars.csv' } },
  'churn/fedscale': { options: { file: 'devices.json' } },
  'compute-time/fedscale': { options: { file: 'devices.json' } },
  'rate/table': { options: { file: 'rates.csv' } },
  'compute-time/trace': { options: { file: 'factors.csv' } },
  'dataset/idx': {
    options: { trainImages: 'images', trainLabels: 'labels', testImages: 'images', testLabels: 'labels' },
  },
  'dataset/cifar': { options: { train: ['cifar.bin'], test: ['cifar.bin'] } },
  'dataset/npy': {
    options: { trainSamples: 'x.npy', trainLabels: 'y.npy', testSamples: 'x.npy', testLabels: 'y.npy' },
  },
  'dataset/npz': { options: { file: 'data.npz' } },
  'dataset/csv': { options: { train: 'table.csv' } },
  'dataset/image-folder': { options: { train: 'images-by-class', testShare: 0.5 } },
}

/** Programs and models of one's own, which are held to it in their tests, where there is something to run them. */
const elsewhere = new Set(['scheduler/python', 'scheduler/onnx'])
const plugins = builtInPlugins
  .list()
  .map((plugin) => [`${plugin.kind}/${plugin.name}`, plugin] as const)
  .filter(([name]) => !elsewhere.has(name))

const { directory, remove } = writeExampleFiles()
afterAll(remove)

describe.each(plugins)('%s', (name, plugin) => {
  for (const { name: promise, run } of checksOf(plugin, {
    registry: builtInPlugins,
    directory,
    ...settings[name],
  }))
    test(promise, async () => {
      const { outcome, detail } = await run()
      // A model may say that a task does not suit it; nobody else may refuse what everyone is asked for.
      if (plugin.kind !== 'model') expect(outcome, detail).toBe('passed')
    })
})
