import { expect, test } from 'vitest'
import { resolveReference } from '../../../core/plugin/options.js'
import { builtInPlugins } from '../../../plugins/index.js'

// Published results hang on them: whoever changes one changes what a scenario without it computes.
const staleness = { staleness: 'polynomial', exponent: 0.5, hingeSlope: 10, hingeStart: 4 }
const server = { learningRate: 0.01, adaptivity: 1e-3 }

test.each([
  ['fedadagrad', { ...server, beta1: 0 }],
  ['fedadam', { ...server, beta1: 0.9, beta2: 0.99 }],
  ['fedyogi', { ...server, beta1: 0.9, beta2: 0.99 }],
  ['fedavgm', { momentum: 0.9, learningRate: 1 }],
  ['fedasync', { ...staleness, mixing: 0.6 }],
  ['fedbuff', { ...staleness, bufferSize: 10, learningRate: 1 }],
  ['fednova', { localMomentum: 0 }],
  ['fedprox', { mu: 0.01 }],
  ['scaffold', { learningRate: 1, weighting: 'equal' }],
  ['geometric-median', { iterations: 100, tolerance: 1e-7, smoothing: 1e-6 }],
  ['krum', { byzantine: 1 }],
  ['multi-krum', { byzantine: 1 }],
  ['bulyan', { byzantine: 1 }],
  ['trimmed-mean', { trim: 0.2 }],
])('%s: the constants that are usual', (name, options) => {
  expect(resolveReference(builtInPlugins, 'aggregator', name).options).toEqual(options)
})
