import { expect, test } from 'vitest'
import { parseScenario } from '../../core/index.js'
import { namedFiles } from '../../core/scenario/named-files.js'
import { builtInPlugins } from '../../plugins/index.js'

test('the files that a scenario names are told, wherever they stand, each once', async () => {
  const text = `
network:
  clients: { count: 8, placement: { plugin: file, options: { file: places.csv } } }
  servers: { count: 3, placement: { plugin: file, options: { file: places.csv } } }
  channels: { count: 6 }
  gains: { plugin: trace, options: { file: gains.npy } }
schedulers:
  - { plugin: d3qn, options: { weights: ../trained.safetensors } }
  - random
`
  const { scenario, registry } = await parseScenario(text, { registry: builtInPlugins })
  expect(namedFiles(scenario, registry).sort()).toEqual(['../trained.safetensors', 'gains.npy', 'places.csv'])
  const { scenario: none } = await parseScenario('rounds: 1\n', { registry: builtInPlugins })
  expect(namedFiles(none, registry)).toEqual([])
})
