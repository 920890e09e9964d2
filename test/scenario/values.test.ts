import { describe, expect, test } from 'vitest'
import { problemsOf, scenarioOf } from './support.js'

describe('a key', () => {
  test.each([
    ['netwrk: {}', '1:1: unknown key "netwrk" (did you mean "network"?)'],
    [
      'network:\n  clients:\n    counts: 3',
      '3:5: network.clients: unknown key "counts" (did you mean "count"?)',
    ],
    [
      'objective:\n  delay: 1',
      '2:3: objective: unknown key "delay"; expected latency, energy, unserved, unservedSample or terms',
    ],
    ['1: x', expect.stringContaining('1:1: unknown key "1"')],
  ])('that is unknown is pointed at: %s', async (text, problem) => {
    const expected = typeof problem === 'string' ? `scenario.yaml:${problem}` : problem
    expect(await problemsOf(text)).toEqual([expected])
  })
})

describe('a value', () => {
  test.each([
    ['rounds: 0', '1:9: rounds: expected a whole number of at least 1, found 0'],
    ['rounds: 2.5', '1:9: rounds: expected a whole number of at least 1, found 2.5'],
    ['rounds:', '1:8: rounds: expected a whole number of at least 1, found nothing'],
    ['seed: -1', '1:7: seed: expected a whole number of at least 0, found -1'],
    [
      'seed: 9007199254740993',
      '1:7: seed: expected a whole number from 0 to 9007199254740991, found 9007199254740992',
    ],
    [
      'network:\n  channels: { count: 0 }',
      '2:22: network.channels.count: expected a whole number of at least 1, found 0',
    ],
    [
      'network:\n  channels:\n    noiseDbm: -1000',
      '3:15: network.channels.noiseDbm: expected a number from -200 to 200 (dBm), found -1000',
    ],
    [
      'workload: { headForwardShare: 1.5 }',
      '1:31: workload.headForwardShare: expected a number from 0 to 1, found 1.5',
    ],
    [
      'objective: []',
      '1:12: objective: expected a mapping with latency, energy, unserved, unservedSample or terms, found []',
    ],
    [
      'budgets: { latencySeconds: 0 }',
      '1:28: budgets.latencySeconds: expected a number above 0 (s), found 0',
    ],
    [
      'budgets: { latencySeconds: none }',
      '1:28: budgets.latencySeconds: expected null or a number above 0 (s), found "none"',
    ],
    [
      'network: { clients: { positions: per-rounds } }',
      '1:34: network.clients.positions: expected "fixed", "per-episode" or "per-round", found "per-rounds" (did you mean "per-round"?)',
    ],
    [
      'dynamics: dynamc',
      '1:11: dynamics: expected "static" or "dynamic", found "dynamc" (did you mean "dynamic"?)',
    ],
    [
      'record: { detailRounds: [0] }',
      '1:26: record.detailRounds[0]: expected a whole number of at least 1, found 0',
    ],
    [
      'record: { detailRounds: [1, 2, 1] }',
      '1:32: record.detailRounds[2]: this value stands in the list twice',
    ],
    ['schedulers: []', '1:13: schedulers: expected a list of one or more scheduler plugins, found []'],
    [
      'schedulers: greedy',
      '1:13: schedulers: expected a list of one or more scheduler plugins, found "greedy"',
    ],
    [
      'schedulers: [3]',
      '1:14: schedulers[0]: expected the name of a scheduler plugin or { plugin, label, options }, found 3',
    ],
    [
      'name: a/b',
      '1:7: name: expected a name that starts with neither dot nor space and has none of / \\ : * ? " < > | and control characters, found "a/b"',
    ],
  ])('that is wrong is pointed at: %s', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([`scenario.yaml:${problem}`])
  })

  test('null lifts a limit', async () => {
    expect((await scenarioOf('budgets: { latencySeconds: null, energyJoules: null }')).budgets).toEqual({
      latencySeconds: null,
      energyJoules: null,
    })
  })
})

describe('a value per client', () => {
  const power = (value: string) => `network:\n  clients:\n    count: 3\n    powerDbm: ${value}`

  test.each([
    ['20'],
    ['[20, 21, 22]'],
    ['{ uniform: [20, 23] }'],
    ['{ normal: { mean: 20, sd: 1 } }'],
    ['{ lognormal: { median: 20, sigma: 0.1 } }'],
    ['{ choice: [20, 23], times: 0.5 }'],
  ])('may be %s', async (value) => {
    expect(await problemsOf(power(value))).toEqual([])
  })

  test.each([
    [
      'abc',
      '4:15: network.clients.powerDbm: expected a number from -200 to 200 (dBm), a list of 3 numbers or a distribution (uniform, normal, lognormal or choice), found "abc"',
    ],
    ['300', '4:15: network.clients.powerDbm: expected a number from -200 to 200 (dBm), found 300'],
    ['[20, x, 22]', '4:20: network.clients.powerDbm[1]: expected a number from -200 to 200 (dBm), found "x"'],
    [
      '[20, 21, 300]',
      '4:24: network.clients.powerDbm[2]: expected a number from -200 to 200 (dBm), found 300',
    ],
    [
      '[20, 21]',
      '4:15: network.clients.powerDbm: expected a list of 3 numbers, since network.clients.count is 3, found 2',
    ],
    [
      '{ unifrom: [1, 2] }',
      '4:17: network.clients.powerDbm: unknown key "unifrom" (did you mean "uniform"?)',
    ],
    [
      '{ gamma: [1, 2] }',
      '4:17: network.clients.powerDbm: unknown key "gamma"; expected uniform, times, normal, lognormal or choice',
    ],
    ['{ uniform: [1] }', '4:26: network.clients.powerDbm.uniform: expected a list of 2 numbers, found [1]'],
    ['{ uniform: [2, 1] }', '4:26: network.clients.powerDbm.uniform: expected [low, high], found [2, 1]'],
    [
      '{ uniform: [0, 201] }',
      '4:30: network.clients.powerDbm.uniform[1]: expected a number from -200 to 200 (dBm), found 201',
    ],
    [
      '{ uniform: [0, 50], times: 5 }',
      '4:30: network.clients.powerDbm.uniform[1]: expected a number from -200 to 200 (dBm), found 50 × 5',
    ],
    [
      '{ normal: { mean: 1, sd: -1 } }',
      '4:40: network.clients.powerDbm.normal.sd: expected a number of at least 0, found -1',
    ],
    [
      '{ normal: { mean: 1 } }',
      '4:25: network.clients.powerDbm.normal: missing key "sd"; expected a number of at least 0',
    ],
    [
      '{ normal: { mean: 1, std: 1 } }',
      '4:36: network.clients.powerDbm.normal: unknown key "std" (did you mean "sd"?)',
    ],
    [
      '{ lognormal: { median: 0, sigma: 1 } }',
      '4:38: network.clients.powerDbm.lognormal.median: expected a number above 0, found 0',
    ],
    [
      '{ choice: [] }',
      '4:25: network.clients.powerDbm.choice: expected a list of one or more numbers, found []',
    ],
    ['{ choice: [1], times: 0 }', '4:37: network.clients.powerDbm.times: expected a number above 0, found 0'],
    [
      '{ times: 2 }',
      '4:15: network.clients.powerDbm: expected a distribution (uniform, normal, lognormal or choice), found a mapping with times',
    ],
    [
      '{ uniform: [1, 2], choice: [1] }',
      '4:15: network.clients.powerDbm: expected a distribution (uniform, normal, lognormal or choice), found a mapping with uniform or choice',
    ],
  ])('cannot be %s', async (value, problem) => {
    expect(await problemsOf(power(value))).toEqual([`scenario.yaml:${problem}`])
  })

  test('is not drawn beyond its limits', async () => {
    expect(
      await problemsOf(
        'network: { clients: { flops: { choice: [1, 0] } } }\nbudgets: { energyJoules: { uniform: [0, 1] } }',
      ),
    ).toEqual([
      'scenario.yaml:1:44: network.clients.flops.choice[1]: expected a number above 0 (FLOP/s), found 0',
      'scenario.yaml:2:38: budgets.energyJoules.uniform[0]: expected a number above 0 (J), found 0',
    ])
  })

  test('has one number for each server where it is a server that it describes', async () => {
    expect(await problemsOf('network: { servers: { count: 2, powerDbm: [30, 31, 32] } }')).toEqual([
      'scenario.yaml:1:43: network.servers.powerDbm: expected a list of 2 numbers, since network.servers.count is 2, found 3',
    ])
  })

  test('of samples is whole', async () => {
    expect(await problemsOf('workload: { samplesPerRound: 1.5 }')).toEqual([
      'scenario.yaml:1:30: workload.samplesPerRound: expected a whole number of at least 1 (samples per round), found 1.5',
    ])
  })
})

test('all problems come at once, in the order of the file', async () => {
  const text = `seed: -1
netwrk: {}
network:
  propagation: lgo-distance
  clients: { count: 0, powerDbm: { uniform: [9, 8] } }
rounds: 10
record: { detailRounds: [11] }
schedulers: [greedy, greedy, { plugin: greedy, label: last, options: { order: none } }]
report: { baseline: lst }`
  expect((await problemsOf(text)).map((problem) => problem.split(': ').slice(0, 2).join(': '))).toEqual([
    'scenario.yaml:1:7: seed',
    'scenario.yaml:2:1: unknown key "netwrk" (did you mean "network"?)',
    'scenario.yaml:4:16: network.propagation',
    'scenario.yaml:5:21: network.clients.count',
    'scenario.yaml:5:45: network.clients.powerDbm.uniform',
    'scenario.yaml:7:26: record.detailRounds[0]',
    'scenario.yaml:8:22: schedulers[1]',
    'scenario.yaml:8:79: schedulers[2].options.order',
    'scenario.yaml:9:21: report.baseline',
  ])
})
