import { describe, expect, test } from 'vitest'
import { builtInPlugins } from '../../plugins/index.js'
import { problemsOf as problemsWith, scenarioOf } from './support.js'

const problemsOf = (text: string) => problemsWith(text, { registry: builtInPlugins })

test.each([
  'decisionTime: measured',
  'decisionTime: { seconds: 0.01 }',
  'schedulers: [greedy, { plugin: random, label: dice }]\ndecisionTime: { seconds: { greedy: 0.1, dice: 0 } }',
  'network: { clients: { positions: fixed, mobility: random-waypoint }, coherenceTimeSeconds: 0.1 }',
  'network: { clients: { positions: fixed, mobility: { plugin: random-waypoint, options: { speedMps: [1, 1], pauseSeconds: [0, 9] } } } }',
  'network: { clients: { positions: fixed, mobility: null } }',
  'decisionTime: { seconds: 1 }\nrecord: { coherenceTimesSeconds: [0.01, 0.1] }',
])('may be: %s', async (text) => {
  expect(await problemsOf(text)).toEqual([])
})

describe('decision time', () => {
  test.each([
    [
      'decisionTime: measure',
      '1:15: decisionTime: expected "ignore" or "measured", found "measure" (did you mean "measured"?)',
    ],
    ['decisionTime: 3', '1:15: decisionTime: expected "ignore", "measured" or { seconds: … }, found 3'],
    ['decisionTime: { second: 3 }', '1:17: decisionTime: unknown key "second" (did you mean "seconds"?)'],
    [
      'decisionTime: { seconds: -1 }',
      '1:26: decisionTime.seconds: expected a number of at least 0 (s), found -1',
    ],
    [
      'decisionTime: { seconds: fast }',
      '1:26: decisionTime.seconds: expected a number of at least 0 (s) or a mapping with a time (s) for each scheduler by its label, found "fast"',
    ],
    [
      'schedulers: [greedy]\ndecisionTime: { seconds: { greedy: -0.5 } }',
      '2:36: decisionTime.seconds.greedy: expected a number of at least 0 (s), found -0.5',
    ],
    [
      'schedulers: [greedy]\ndecisionTime: { seconds: { gredy: 1 } }',
      '2:28: decisionTime.seconds: no scheduler is labelled "gredy"; there are greedy (did you mean "greedy"?)',
    ],
    [
      'schedulers: [greedy, random]\ndecisionTime: { seconds: { greedy: 1 } }',
      '2:26: decisionTime.seconds: expected a time for each scheduler (s), found none for random',
    ],
  ])('that cannot be is pointed at: %s', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([`scenario.yaml:${problem}`])
  })

  test('is ignored unless asked for, and channels do not age', async () => {
    const { decisionTime, network, record } = await scenarioOf('rounds: 1')
    expect([decisionTime, network.coherenceTimeSeconds, network.clients.mobility]).toEqual([
      'ignore',
      null,
      null,
    ])
    expect(record.coherenceTimesSeconds).toEqual([])
  })
})

describe('a coherence time', () => {
  test.each([
    [
      'network: { coherenceTimeSeconds: 0 }',
      '1:34: network.coherenceTimeSeconds: expected a number above 0 (s), found 0',
    ],
    [
      'record: { coherenceTimesSeconds: [0.1, -1] }',
      '1:40: record.coherenceTimesSeconds[1]: expected a number above 0 (s), found -1',
    ],
    [
      'record: { coherenceTimesSeconds: [0.1, 0.1] }',
      '1:40: record.coherenceTimesSeconds[1]: this value stands in the list twice',
    ],
    [
      'decisionTime: { seconds: 1 }\nnetwork:\n  coherenceTimeSeconds: 0.1\n  gains: { plugin: trace, options: { file: gains.npy } }',
      '3:25: network.coherenceTimeSeconds: how the gains of network.gains age between rounds is not known; expected coherenceTimeSeconds: null, gains: null, or decisionTime: ignore',
    ],
  ])('that cannot be is pointed at: %s', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([`scenario.yaml:${problem}`])
  })
})

describe('mobility', () => {
  const network = (clients: string, rest = '') => `network:\n  clients: { ${clients} }\n${rest}`
  const options = (name: string, given: string) =>
    network(`positions: fixed, mobility: { plugin: ${name}, options: { ${given} } }`)

  test.each([
    [
      network('mobility: random-waypoint'),
      '2:24: network.clients.mobility: clients that move start at fixed positions; expected network.clients.positions: fixed, found "per-round"',
    ],
    [
      network('positions: per-episode, mobility: gauss-markov'),
      '2:48: network.clients.mobility: clients that move start at fixed positions; expected network.clients.positions: fixed, found "per-episode"',
    ],
    [
      network('positions: fixed, mobility: random-waypont'),
      '2:42: network.clients.mobility: there is no mobility plugin "random-waypont"; known: random-waypoint, gauss-markov, trace, sumo-fcd (did you mean "random-waypoint"?)',
    ],
    [
      options('random-waypoint', 'speedMps: [0, 1]'),
      '2:91: network.clients.mobility.options.speedMps[0]: expected a number above 0 (m/s), found 0',
    ],
    [
      options('random-waypoint', 'speedMps: [2, 1]'),
      '2:90: network.clients.mobility.options.speedMps: expected [low, high], found [2, 1]',
    ],
    [
      options('random-waypoint', 'pauseSeconds: [-1, 5]'),
      '2:95: network.clients.mobility.options.pauseSeconds[0]: expected a number of at least 0 (s), found -1',
    ],
    [
      options('gauss-markov', 'memory: 1.5'),
      '2:85: network.clients.mobility.options.memory: expected a number from 0 to 1, found 1.5',
    ],
    [
      options('gauss-markov', 'updateSeconds: 0'),
      '2:92: network.clients.mobility.options.updateSeconds: expected a number above 0 (s), found 0',
    ],
    [
      options('trace', 'fil: walk.csv'),
      '2:70: network.clients.mobility.options: unknown key "fil" (did you mean "file"?)',
    ],
  ])('that cannot be is pointed at: %s', async (text, problem) => {
    expect((await problemsOf(text))[0]).toBe(`scenario.yaml:${problem}`)
  })
})
