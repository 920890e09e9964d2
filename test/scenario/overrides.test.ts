import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../core/index.js'
import { directoryWith, problemsOf, registry, scenarioOf } from './support.js'

const set = (text: string, ...overrides: string[]) => scenarioOf(text, { overrides })
const refused = (text: string, ...overrides: string[]) => problemsOf(text, { overrides })

describe('a setting', () => {
  test('stands over what the file says, in the types of YAML', async () => {
    const { network, name, budgets } = await set(
      'network: { clients: { count: 3 }, reciprocal: true }\nbudgets: { latencySeconds: 4 }',
      'network.clients.count=5',
      'network.reciprocal=false',
      'network.channels.bandwidthHz=2e6',
      'network.clients.powerDbm={ uniform: [20, 23] }',
      'name="7"',
      'budgets.latencySeconds=null',
    )
    expect(network.clients).toMatchObject({ count: 5, powerDbm: { uniform: [20, 23] } })
    expect([network.reciprocal, network.channels.bandwidthHz, name, budgets.latencySeconds]).toEqual([
      false,
      2e6,
      '7',
      null,
    ])
  })

  test('stands over earlier ones, and over bases', async () => {
    const directory = directoryWith({ 'a.yaml': 'extends: b.yaml', 'b.yaml': 'rounds: 3' })
    const { scenario } = await loadScenario(join(directory, 'a.yaml'), {
      registry,
      overrides: ['rounds=4', 'rounds=5'],
    })
    expect(scenario.rounds).toBe(5)
  })

  test.each(['schedulers.1.options.order=hardest-first', 'schedulers[1].options.order=hardest-first'])(
    'reaches into lists: %s',
    async (setting) => {
      const { schedulers } = await set('schedulers: [random, { plugin: greedy, label: mine }]', setting)
      expect(schedulers[1]).toEqual({ plugin: 'greedy', label: 'mine', options: { order: 'hardest-first' } })
    },
  )

  test('opens a bare name, written or by default', async () => {
    const { schedulers, network } = await set(
      'rounds: 3',
      'schedulers.0.options.start=greedy',
      'network.propagation.options.slopeDb=40',
      'schedulers.0.options.start.options.order=hardest-first',
    )
    expect(schedulers[0].options).toMatchObject({
      start: { plugin: 'greedy', options: { order: 'hardest-first' } },
    })
    expect(network.propagation.options.slopeDb).toBe(40)
  })

  test('can add to the end of a list', async () => {
    const { schedulers } = await set('schedulers: [random]', 'schedulers[1]=greedy')
    expect(schedulers.map(({ label }) => label)).toEqual(['random', 'greedy'])
  })

  test('leaves other uses of an alias alone', async () => {
    const { network } = await set(
      'network: { clients: { placement: &p { plugin: uniform } }, servers: { placement: *p } }',
      'network.clients.placement.label=here',
    )
    expect([network.clients.placement.label, network.servers.placement.label]).toEqual(['here', 'uniform'])
  })

  test.each([
    ['network.clients.count=0', 'network.clients.count: expected a whole number of at least 1, found 0'],
    ['network.client.count=3', 'network: unknown key "client" (did you mean "clients"?)'],
    ['network.clients={ cout: 3 }', 'network.clients: unknown key "cout" (did you mean "count"?)'],
    ['rounds=', 'rounds: expected a whole number of at least 1, found nothing'],
    ['rounds.x=3', 'rounds is 3, which has no keys'],
    ['schedulers.4=greedy', 'schedulers is a list; expected an index from 0 to 0, or 1 to add, found "4"'],
    [
      'schedulers.first=greedy',
      'schedulers is a list; expected an index from 0 to 0, or 1 to add, found "first"',
    ],
    ['schedulers.0.optoins.start=greedy', 'schedulers[0]: unknown key "optoins" (did you mean "options"?)'],
    ['rounds=[', 'this is not valid YAML: flow sequence must end with a ]'],
    ['rounds', 'expected path=value, such as network.clients.count=32 or schedulers[0].label=mine'],
    ['=3', 'expected path=value, such as network.clients.count=32 or schedulers[0].label=mine'],
    ['a..b=3', 'expected path=value, such as network.clients.count=32 or schedulers[0].label=mine'],
    ['extends=x.yaml', 'extends can only stand in a file'],
  ])('that is wrong is shown itself: %s', async (setting, message) => {
    expect(await refused('rounds: 3', setting)).toEqual([`--set ${setting}: ${message}`])
  })

  test('comes after the problems of the files', async () => {
    const problems = await refused('rounds: 0', 'seed=-1', 'network.clients.powerDbm=x')
    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
      'scenario.yaml:1:9',
      '--set seed=-1',
      '--set network.clients.powerDbm=x',
    ])
  })

  test('that contradicts the file is to blame', async () => {
    expect(
      await refused('network: { clients: { powerDbm: [1, 2], count: 2 } }', 'network.clients.count=41'),
    ).toEqual([
      expect.stringContaining('scenario.yaml:1:33: network.clients.powerDbm: expected a list of 41 numbers'),
    ])
  })

  test('names files from the working directory', async () => {
    const directory = directoryWith({
      'main.yaml': 'network: { gains: { plugin: trace, options: { file: x } } }',
    })
    const { scenario } = await loadScenario(join(directory, 'main.yaml'), {
      registry,
      overrides: [`network.gains.options.file=${join('data', 'gains.npy')}`],
    })
    expect(join(directory, String(scenario.network.gains?.options.file))).toBe(
      join(process.cwd(), 'data', 'gains.npy'),
    )
  })
})

describe('a seed', () => {
  test('given beside the file stands over it', async () => {
    expect((await scenarioOf('seed: 3', { seed: 7, overrides: ['seed=5'] })).seed).toBe(7)
  })

  test('that is none is refused', async () => {
    expect(await problemsOf('seed: 3', { seed: 1.5 })).toEqual([
      '--seed 1.5: seed: expected a whole number of at least 0, found 1.5',
    ])
  })
})
