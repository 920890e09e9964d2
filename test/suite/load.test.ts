import { describe, expect, test } from 'vitest'
import { valuesOf } from '../../core/suite/definition/sweep.js'
import { load, problemsOf } from './support.js'

describe('ranges', () => {
  test('go from one value to the last in steps that add no dust', () => {
    expect(valuesOf({ from: 0.1, to: 0.5, step: 0.1 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
    expect(valuesOf({ from: -114, to: -108, step: 4 })).toEqual([-114, -110])
  })

  test('or in so many even steps or ratios', () => {
    expect(valuesOf({ from: 1, to: 3, points: 5 })).toEqual([1, 1.5, 2, 2.5, 3])
    expect(valuesOf({ from: 1, to: 1000, points: 4, scale: 'log' })).toEqual([1, 10, 100, 1000])
    expect(valuesOf({ from: 10, to: 100, points: 4, scale: 'log', whole: true })).toEqual([10, 22, 46, 100])
  })

  test('say what they lack', () => {
    expect(valuesOf({ from: 1, to: 3 })).toMatch(/either step or points/)
    expect(valuesOf({ from: 0, to: 3, points: 3, scale: 'log' })).toMatch(/above 0/)
    expect(valuesOf({ from: 3, to: 1, step: 1 })).toMatch(/from at most to/)
  })
})

describe('the settings of a suite', () => {
  test('have one job', async () => {
    const jobs = 'jobs: [{ label: a, protocol: federated }], dynamics: dynamic'
    const found = await problemsOf(`scenarios: [{ scenario: small.yaml, set: { ${jobs} } }]\n`)
    expect(found.join('\n')).toMatch(/a suite compares what one job comes to; expected none, or cotwin run/)
  })

  test('are scenarios under points and a grid, each value in its place', async () => {
    const { settings, swept, seeds } = await load(`
scenarios:
  - small.yaml
  - { scenario: small.yaml, label: louder, set: { network.clients.powerDbm: 30 } }
sweep:
  network.clients.count: [2, 3]
  network.channels.noiseDbm: { from: -110, to: -100, step: 10 }
points:
  - { network.servers.count: 2 }
  - { network.servers.count: 3, network.channels.count: 2 }
seeds: [7, 9]
`)
    expect(settings).toHaveLength(2 * 2 * 4)
    expect(swept).toEqual([
      'network.servers.count',
      'network.channels.count',
      'network.clients.count',
      'network.channels.noiseDbm',
    ])
    expect(seeds).toEqual([7, 9])
    const { scenario, values, loaded } = settings.at(-1)!
    expect(scenario).toBe('louder')
    expect(values).toEqual({
      'network.servers.count': 3,
      'network.channels.count': 2,
      'network.clients.count': 3,
      'network.channels.noiseDbm': -100,
    })
    const { network } = loaded.scenario
    expect([network.servers.count, network.channels.count, network.clients.count]).toEqual([3, 2, 3])
    expect([network.clients.powerDbm, network.channels.noiseDbm]).toEqual([30, -100])
  })

  test('have the suite’s schedulers where it names some, else their own', async () => {
    const own = await load('scenarios: [small.yaml]\n')
    expect(own.settings[0].schedulers.map(({ label }) => label)).toEqual([
      'swap-matching',
      'hardest-first',
      'random',
    ])
    const { settings } = await load(
      'scenarios: [small.yaml]\nschedulers: [greedy, { plugin: greedy, label: sum, options: { utility: sum-rate } }]\nbaseline: sum\n',
    )
    expect(settings[0].schedulers.map(({ label }) => label)).toEqual(['greedy', 'sum'])
    expect(settings[0].baseline).toBe('sum')
    expect(settings[0].schedulers[1].options).toMatchObject({ utility: 'sum-rate' })
  })

  test('leave schedulers out where the suite skips them', async () => {
    const { settings } = await load(`
scenarios: [small.yaml]
sweep: { network.clients.count: [2, 4] }
skip:
  - { schedulers: [random], where: { network.clients.count: { above: 3 } }, reason: it takes too long }
`)
    expect(settings.map(({ schedulers }) => schedulers.length)).toEqual([3, 2])
    expect(settings[1].skipped).toEqual([{ scheduler: 'random', reason: 'it takes too long' }])
  })

  test('change with --quick and --set, in this order', async () => {
    const text = `
scenarios: [small.yaml, { scenario: small.yaml, label: other }]
set: { rounds: 50, network.clients.powerDbm: 20 }
sweep: { network.clients.count: [2, 3, 4] }
seeds: 5
quick:
  set: { rounds: 5 }
  sweep: { network.clients.count: [2] }
  seeds: 1
  scenarios: [other]
  schedulers: [swap-matching, random]
`
    const whole = await load(text)
    expect([whole.settings.length, whole.seeds.length]).toEqual([6, 5])
    expect(whole.settings[0].loaded.scenario.rounds).toBe(50)
    const quick = await load(text, { quick: true, overrides: ['network.clients.powerDbm=21'] })
    expect(quick.settings).toHaveLength(1)
    expect(quick.settings[0]).toMatchObject({ scenario: 'other', values: { 'network.clients.count': 2 } })
    expect(quick.settings[0].schedulers).toHaveLength(2)
    expect(quick.settings[0].loaded.scenario.rounds).toBe(5)
    expect(quick.settings[0].loaded.scenario.network.clients.powerDbm).toBe(21)
    expect(quick.seeds).toEqual([1])
  })

  test('take files of the suite from where the suite is', async () => {
    const { settings } = await load(`
scenarios: [small.yaml]
set: { network.clients.placement: { plugin: file, options: { file: places.csv } } }
`)
    const { placement } = settings[0].loaded.scenario.network.clients
    expect(placement).toMatchObject({ plugin: 'file', options: { file: 'places.csv' } })
  })
})

describe('what is wrong with a suite is told all at once, with its place', () => {
  test('keys and values', async () => {
    expect(await problemsOf('scenario: [small.yaml]\nscenarios: []\nseeds: 0\nsweep: { a.b: 3 }\n')).toEqual([
      'suite.yaml:1:1: unknown key "scenario" (did you mean "scenarios"?)',
      'suite.yaml:2:12: scenarios: expected a list of one or more values, each the path of a scenario, or { scenario, label, schedulers, set, quick }, found []',
      expect.stringMatching(/^suite\.yaml:3:8: seeds: expected/),
      'suite.yaml:4:15: sweep.a.b: expected a list of values, or a range { from, to, step } or { from, to, points }, found 3',
    ])
  })

  test('seeds that would be counted twice, wherever they are given', async () => {
    const text = 'scenarios: [small.yaml]\n'
    expect(await problemsOf(text, { seeds: [1, 2, 1, 2, 3] })).toEqual([
      '--seeds: 1, 2: a seed stands in the list twice, and gives the same run again; expected each once',
    ])
    expect(await problemsOf(text, { seeds: [] })).toEqual(['--seeds: expected at least one seed'])
    const twice = 'seeds[1]: this value stands in the list twice'
    expect(await problemsOf(`${text}seeds: [1, 1]\n`)).toEqual([`suite.yaml:2:12: ${twice}`])
    expect(await problemsOf(`${text}quick: { seeds: [7, 7] }\n`)).toEqual([`suite.yaml:2:21: quick.${twice}`])
  })

  test('settings that would be counted twice', async () => {
    const twice = 'this value stands in the list twice'
    expect(
      await problemsOf(`scenarios: [small.yaml]
sweep: { network.clients.count: [2, 4, 2] }
points: [{ rounds: 3 }, { rounds: 3 }]
`),
    ).toEqual([
      `suite.yaml:2:40: sweep.network.clients.count[2]: ${twice}`,
      `suite.yaml:3:25: points[1]: ${twice}`,
    ])
  })

  test('labels that nobody has, and ranges that lack something', async () => {
    expect(
      await problemsOf(`scenarios: [small.yaml]
sweep: { network.clients.count: { from: 1, to: 3 } }
quick: { sweep: { network.client.count: [1] }, scenarios: [smal] }
claims:
  - { claim: c, compare: [greedy, random], expect: { ratio: [2, 1] }, where: { seed: 1 } }
`),
    ).toEqual([
      'suite.yaml:2:33: sweep.network.clients.count: expected either step or points beside from and to',
      'suite.yaml:3:19: quick.sweep: "network.client.count" is not swept by the suite (did you mean "network.clients.count"?)',
      'suite.yaml:3:60: quick.scenarios[0]: "smal" is the label of no scenario (did you mean "small"?)',
      'suite.yaml:5:27: claims[0].compare[0]: "greedy" is the label of no scheduler; there are swap-matching, hardest-first, random',
      'suite.yaml:5:61: claims[0].expect.ratio: expected [low, high], found [2, 1]',
      'suite.yaml:5:80: claims[0].where: "seed" is not swept by the suite; there are network.clients.count',
    ])
  })

  test('scenarios that are not there, settings and schedulers that no scenario takes', async () => {
    expect(
      await problemsOf(`scenarios: [smal.yaml, small.yaml]
schedulers: [swap-matchin, { plugin: greedy, options: { order: sideways } }]
set: { network.clients.cuont: 3 }
sweep: { network.clients.powerDbm: [20, loud] }
`),
    ).toEqual([
      'suite.yaml:1:13: scenarios[0]: there is no such file (did you mean "small.yaml"?)',
      expect.stringMatching(
        /^suite\.yaml:2:14: schedulers\[0\]: there is no scheduler plugin "swap-matchin"/,
      ),
      expect.stringMatching(/^suite\.yaml:2:64: schedulers\[1\]\.options\.order: expected/),
      'suite.yaml:3:8: network.clients: unknown key "cuont" (did you mean "count"?)',
      expect.stringMatching(/^suite\.yaml:4:41: network\.clients\.powerDbm: expected a number/),
    ])
  })

  test('a baseline that is not there', async () => {
    expect(await problemsOf('scenarios: [small.yaml]\nbaseline: swap\n')).toEqual([
      expect.stringMatching(/^suite\.yaml:2:11: report\.baseline: no scheduler is labelled "swap"/),
    ])
    const quick = 'scenarios: [small.yaml]\nquick: { schedulers: [random] }\n'
    expect(await problemsOf(quick, { quick: true })).toEqual([
      'suite.yaml:1:1: small: expected the baseline "swap-matching" among the schedulers that are kept',
    ])
  })

  test('a claim about schedulers that no scenario has', async () => {
    expect(
      await problemsOf(
        'scenarios: [small.yaml]\nclaims:\n  - { claim: c, compare: [random, swapmatching], expect: lower }\n',
      ),
    ).toEqual([
      'suite.yaml:3:35: claims[0].compare[1]: "swapmatching" is the label of no scheduler (did you mean "swap-matching"?)',
    ])
  })

  test('--set over a swept key, a path that is none, and a file that is none', async () => {
    const text = 'scenarios: [small.yaml]\nsweep: { network.clients.count: [2] }\n'
    expect(await problemsOf(text, { overrides: ['network.clients.count=3'] })).toEqual([
      expect.stringMatching(/^--set network\.clients\.count=3: the suite gives this key several values/),
    ])
    expect(await problemsOf('scenarios: [small.yaml]\nset: { "a..b": 1 }\n')).toEqual([
      expect.stringMatching(/^suite\.yaml:2:8: expected a path such as/),
    ])
    expect(await problemsOf('- a\n')).toEqual([
      'suite.yaml:1:1: expected keys such as scenarios and schedulers',
    ])
  })
})

describe('a grid that no machine holds', () => {
  const points = (key: string) => `  network.${key}: { from: 1, to: 1000, points: 1000 }\n`
  const keys = ['clients.powerDbm', 'servers.powerDbm', 'clients.joulesPerSample', 'minimumDistanceM']

  test('is refused by its settings, before any scenario is read', async () => {
    const text = `scenarios: [small.yaml]\nsweep:\n${keys.map(points).join('')}`
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(
        /^suite\.yaml:3:3: sweep: 1000000000000 settings would take 17\.8 PiB, and there are .*; expected fewer$/,
      ),
    ])
  })

  test('is refused by its cells', async () => {
    const text = `scenarios: [small.yaml]\nseeds: 10000\nsweep:\n${keys.slice(0, 2).map(points).join('')}`
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(/ seeds: 10000000000 cells and more would/),
    ])
  })
})
