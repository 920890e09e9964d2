import { describe, expect, test } from 'vitest'
import { builtInPlugins } from '../../plugins/index.js'
import { problemsOf, scenarioOf } from './support.js'

test('more clients than slots are a selection: who gets none sits out', async () => {
  const crowd = 'network:\n  clients: { count: 9 }\n  servers: { count: 2 }\n  channels: { count: 4 }\n'
  expect(await problemsOf(crowd)).toEqual([])
  expect(await problemsOf(`${crowd}constraints: { onViolation: interfere }`)).toEqual([])
})

describe('labels', () => {
  test('are the names of the plugins unless given, and unique', async () => {
    expect(await problemsOf('schedulers: [greedy, random, greedy]')).toEqual([
      'scenario.yaml:1:30: schedulers[2]: the label "greedy" is that of schedulers[0] already; expected a label of its own, { plugin, label }',
    ])
  })

  test('that are given twice are pointed at', async () => {
    expect(await problemsOf('schedulers:\n  - random\n  - plugin: greedy\n    label: random')).toEqual([
      expect.stringContaining('scenario.yaml:4:12: schedulers[1].label: the label "random"'),
    ])
  })

  test('tell apart a plugin used twice', async () => {
    const { schedulers } = await scenarioOf('schedulers: [greedy, { plugin: greedy, label: again }]')
    expect(schedulers.map(({ label }) => label)).toEqual(['greedy', 'again'])
  })

  test('name the baseline', async () => {
    const two = 'schedulers: [random, { plugin: greedy, label: mine }]\nreport: { baseline: '
    expect((await scenarioOf(`${two}mine }`)).report.baseline).toBe('mine')
    expect(await problemsOf(`${two}greedy }`)).toEqual([
      'scenario.yaml:2:21: report.baseline: no scheduler is labelled "greedy"; there are random, mine',
    ])
    expect(await problemsOf(`${two}randm }`)).toEqual([expect.stringContaining('(did you mean "random"?)')])
  })
})

test('one weight of the objective is above 0', async () => {
  expect(await problemsOf('objective: { latency: 0, energy: 0 }')).toEqual([
    'scenario.yaml:1:12: objective: latency and energy are both 0; expected one of them above 0',
  ])
  expect(await problemsOf('objective: { latency: 0, energy: 1 }')).toEqual([])
})

test('rounds kept in detail are among the rounds', async () => {
  expect(await problemsOf('rounds: 5\nrecord: { detailRounds: [5, 6] }')).toEqual([
    'scenario.yaml:2:29: record.detailRounds[1]: expected a round from 1 to 5, since rounds is 5, found 6',
  ])
})

test('cuts and payloads can be told apart by their names', async () => {
  expect(await problemsOf('decisions: { cut: [{ name: a }, { name: b }, { name: a }] }')).toEqual([
    expect.stringContaining('decisions.cut[2]: there is a cut a before it; expected another name'),
  ])
  expect(
    await problemsOf('decisions: { payload: [fp32, { topK: 0.1 }, { name: fp32 }, { topK: 0.1 }] }'),
  ).toEqual([
    expect.stringContaining('decisions.payload[2]: there is a payload fp32 before it'),
    expect.stringContaining('decisions.payload[3]: there is a payload top-0.1 before it'),
  ])
})

test('energy of cycles takes cycles', async () => {
  const clients = (more: string) =>
    `network: { clients: { clockHz: 1e9, switchedCapacitance: 1e-28${more} } }`
  expect(await problemsOf(clients(''))).toEqual([
    expect.stringContaining(
      'network.clients.switchedCapacitance: expected cyclesPerRound beside it: what takes energy at a clock',
    ),
  ])
  expect(await problemsOf(clients(', cyclesPerRound: 1e9'))).toEqual([])
})

const problems = (text: string) => problemsOf(text, { registry: builtInPlugins })

test('cuts of a model that is learned have its numbers, unless the workload’s are asked for', async () => {
  const learning = (more = '') =>
    `learning: { protocol: splitfed-v1, model: mlp, dataset: synthetic-classification, optimiser: { kind: sgd }${more} }\n`
  const cuts = 'decisions: { cut: [{ name: flatten }, { name: hidden1, headFlops: 1e9 }] }\n'
  expect(await problems(learning() + cuts)).toEqual([
    expect.stringContaining(
      'decisions.cut[1].headFlops: follows from the model that is learned; expected none, or learning.sizes: workload',
    ),
  ])
  expect(await problems(learning(', sizes: workload') + cuts)).toEqual([])
  // Of a round beside, such as a head's weights, the model has none.
  expect(await problems(learning() + cuts.replace('headFlops', 'uplinkBitsPerRound'))).toEqual([])
})

test('stragglers take something that clients compute: a head, that of a cut, or cycles', async () => {
  const faults = 'dynamics: dynamic\nfaults: { stragglers: lognormal }\n'
  expect(await problems(faults)).toEqual([expect.stringContaining('slows what clients compute themselves')])
  expect(await problems(`${faults}workload: { headFlopsPerSample: 1 }`)).toEqual([])
  expect(await problems(`${faults}decisions: { cut: [{ name: a, headFlops: 1 }] }`)).toEqual([])
  expect(
    await problems(`${faults}network: { clients: { clockHz: 1e9, cyclesPerRound: { uniform: [1, 2] } } }`),
  ).toEqual([])
})
