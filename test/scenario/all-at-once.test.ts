import { expect, test } from 'vitest'
import { builtInPlugins } from '../../plugins/index.js'
import { problemsOf, scenarioOf } from './support.js'

/** The problems of a scenario with cotwin's own plugins, without the list of what is known instead. */
const told = async (text: string) =>
  (await problemsOf(text, { registry: builtInPlugins })).map((problem) =>
    problem
      .replace(/^scenario\.yaml:/, '')
      .replace(/; known: [^(]*/, ' ')
      .trimEnd(),
  )

test('a scenario written from memory is told all that is wrong with it in one pass', async () => {
  const text = `name: road
rounds: 100
seeds: 3
network:
  area: { width: 1000, height: 20 }
  clients:
    count: 30
    powerDbm: { uniform: [17, 23] }
    flops: { uniform: [1e9, 1e10] }
    mobility: { plugin: random-waypoint, options: { speedMps: [10, 20] } }
  servers: { count: 5, placement: line }
  channels: 8
  fading: { plugin: ricean, options: { k: 5 } }
deadline: 10
budget: { energy: 500 }
learning:
  protocol: fedavg
  model: lenet
  dataset: mnist
  partition: { plugin: dirichlet, options: { alpha: 0.3, minSamples: 20 } }
schedulers: [swap-matching, hardest-first, proportional-rate, random]
`
  expect(await told(text)).toEqual([
    '3:1: unknown key "seeds" (did you mean "seed"?)',
    '5:11: network.area: unknown key "width" (did you mean "widthM"?)',
    '5:24: network.area: unknown key "height" (did you mean "heightM"?)',
    '10:15: network.clients.mobility: clients that move start at fixed positions; expected network.clients.positions: fixed, found "per-round"',
    '11:35: network.servers.placement: there is no placement plugin "line" (did you mean "file"?)',
    '12:13: network.channels: expected a mapping with count, bandwidthHz, noiseDbm or noiseFigureDb, found 8',
    '13:21: network.fading.plugin: there is no fading plugin "ricean" (did you mean "rician"?)',
    '13:40: network.fading.options: unknown key "k"; expected kFactor',
    '14:1: unknown key "deadline" here; there is decisions.deadline and round.deadlineSeconds',
    '15:1: unknown key "budget" (did you mean "budgets"?)',
    '17:13: learning.protocol: expected "collaborative", "splitfed-v1", "splitfed-v2", "split", "federated" or "centralized", found "fedavg"',
    '19:12: learning.dataset: there is no dataset plugin "mnist"',
    '20:58: learning.partition.options: unknown key "minSamples" (did you mean "minimumSamples"?)',
    '21:44: schedulers[2]: there is no scheduler plugin "proportional-rate" (did you mean "proportional-fair"?)',
  ])
})

test('what stands beside a key that is written twice, or an alias of nothing, is told with it', async () => {
  expect(await told('rounds: 3\nrounds: 4\nsead: 3\nnetwork: { clients: { count: *x } }')).toEqual([
    '2:1: the key "rounds" stands here a second time',
    '3:1: unknown key "sead" (did you mean "seed"?)',
    '4:30: the alias *x has no anchor &x before it',
  ])
})

test('a label that is no text is named where it stands, and in no other message', async () => {
  const label = '{ plugin: x }'
  const text = `decisionTime: { seconds: {} }
report: { baseline: mine }
schedulers:
  - { plugin: greedy, label: ${label} }
  - { plugin: hardest-first, label: ${label} }
  - [random]
`
  expect(await told(text)).toEqual([
    '4:30: schedulers[0].label: expected a text with something to be seen in it, without line breaks, control characters and changes of direction, found a mapping with plugin',
    '5:37: schedulers[1].label: expected a text with something to be seen in it, without line breaks, control characters and changes of direction, found a mapping with plugin',
    '6:5: schedulers[2]: expected the name of a scheduler plugin or { plugin, label, options }, found ["random"]',
  ])
})

test('a scheduler that is wrong has no time to be missed', async () => {
  expect(await told('decisionTime: { seconds: {} }\nschedulers: [greedy, [hardest-first]]')).toEqual([
    '1:26: decisionTime.seconds: expected a time for each scheduler (s), found none for greedy',
    '2:22: schedulers[1]: expected the name of a scheduler plugin or { plugin, label, options }, found ["hardest-first"]',
  ])
})

test('a file of another kind is told apart at once, and not repeated', async () => {
  expect(await told('{ "version": 1, "scripts": { "token": "secret" }, "engines": [] }')).toEqual([
    '1:1: this is no scenario: it has none of the keys of one, such as network and schedulers',
  ])
  expect(await told('the secret')).toEqual([
    '1:1: expected keys such as network and schedulers, found a text',
  ])
  expect(await told('{ "servers": 2, "uplinkGain": [], "downlinkGain": [] }')).toEqual([
    '1:1: this is an explicit instance, which cotwin evaluate takes; expected a scenario',
  ])
})

test('<< merges mappings: what is written beside it holds, then the first that has a key', async () => {
  const { schedulers } = await scenarioOf(`
schedulers:
  - &a { plugin: greedy, label: one, options: { order: hardest-first } }
  - &b { plugin: swap-matching, label: two, options: {} }
  - { label: three, <<: *a }
  - { <<: [*b, *a], label: four }
`)
  expect(schedulers.map(({ plugin, label }) => [plugin, label])).toEqual([
    ['greedy', 'one'],
    ['swap-matching', 'two'],
    ['greedy', 'three'],
    ['swap-matching', 'four'],
  ])
  expect(schedulers[2].options).toEqual({ order: 'hardest-first' })
})

test('<< that merges no mapping is pointed at, and in quotes it is a key like others', async () => {
  expect(await told('network: { clients: { <<: 3 } }')).toEqual([
    '1:27: << merges mappings: expected an alias of one, such as <<: *common, or a list of them',
  ])
  expect(await told('network: { area: { "<<": 3 } }')).toEqual([
    '1:20: network.area: unknown key "<<"; expected widthM or heightM',
  ])
})

test('kinds of plugins have the article that they take', async () => {
  expect(await told('learning: { aggregation: { body: 3 } }')).toEqual([
    '1:34: learning.aggregation.body: expected the name of an aggregator plugin or { plugin, label, options }, found 3',
  ])
})
