import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { kindOfFile } from '../../core/cli/validation/kind-of-file.js'
import { validatedScenario } from '../../core/cli/validation/validate-scenario.js'
import { cellsOf, validatedSuite } from '../../core/cli/validation/validate-suite.js'
import { UserError } from '../../core/errors.js'
import { compile, parseScenario } from '../../core/index.js'
import { readInstance } from '../../core/instance/read-instance.js'
import { builtInPlugins } from '../../plugins/index.js'
import { directoryWith } from './cotwin.js'

/** What is wrong, a line each, the directory left out. */
async function told(validating: Promise<unknown>, directory: string): Promise<string[]> {
  try {
    await validating
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.message.replaceAll(`${directory}/`, '').split('\n')
  }
}

/** What is wrong with a scenario of this text, beside these files. */
async function wrong(text: string, files: Record<string, string> = {}): Promise<string[]> {
  const directory = directoryWith({ ...files, 'scenario.yaml': text })
  const found = await told(validatedScenario(join(directory, 'scenario.yaml'), { overrides: [] }), directory)
  return found.map((line) => line.replace(/^scenario\.yaml:/, ''))
}

describe('validate of a scenario', () => {
  test('tells what shows only when plugins are created, of all of them', async () => {
    const text = `network: { servers: { count: 5 } }
learning: { dataset: { plugin: npz, options: { file: scenario.yaml } } }
schedulers: [d3qn, static, greedy, { plugin: sequential-q, options: { tier: local, polish: 3 } }]
`
    expect(await wrong(text)).toEqual([
      expect.stringMatching(/^3:14: schedulers\[0\]: d3qn has not been trained; run `cotwin train` /),
      expect.stringMatching(/^3:20: schedulers\[1\]: static has no assignment yet; run `cotwin train` /),
      expect.stringMatching(/^3:36: schedulers\[3\]: sequential-q: polish 3 needs tier twin/),
      expect.stringMatching(/^scenario\.yaml: is no zip archive|^ ?is no zip/),
      '1:21: network.servers.placement: corners places at most 4, found servers.count 5',
    ])
  })

  test('names the files that are not there, beside what else is wrong', async () => {
    const text =
      'sead: 3\nlearning: { weights: w.safetensor }\nnetwork: { gains: { plugin: trace, options: { file: gone.csv } } }\n'
    expect(await wrong(text, { 'w.safetensors': '' })).toEqual([
      '1:1: unknown key "sead" (did you mean "seed"?)',
      '2:22: learning.weights: there is no file "w.safetensor" (did you mean "w.safetensors"?)',
      '3:53: network.gains.options.file: there is no file "gone.csv"',
    ])
  })

  test('a cut of a model that stays in one piece is refused', async () => {
    expect(await wrong('learning: { protocol: federated, cut: block3 }')).toEqual([
      '1:39: learning.cut: federated learns a model in one piece; expected cut: null',
    ])
  })
})

describe('a node that stands where the area is not', () => {
  const area = (positions: string, nodes = 'servers') =>
    `network:
  area: { widthM: 100, heightM: 20 }
  clients: { count: 2, placement: ${nodes === 'clients' ? `{ plugin: fixed, options: { positions: ${positions} } }` : 'uniform'} }
  servers: { count: 2, placement: ${nodes === 'servers' ? `{ plugin: fixed, options: { positions: ${positions} } }` : 'grid'} }
schedulers: [greedy]
`
  test.each([
    ['servers', 4],
    ['clients', 3],
  ] as const)('%s', async (nodes, line) => {
    expect(await wrong(area('[[50, 10], [5000, 9000]]', nodes))).toEqual([
      `${line}:85: network.${nodes}.placement.options.positions[1]: ${nodes.slice(0, -1)} 1 stands at [5000, 9000], outside the ` +
        'area of 100 m × 20 m; expected a place inside, or at most 10.2 m beside it',
    ])
  })

  test('beside the road is where servers stand', async () => {
    expect(await wrong(area('[[50, 25], [-7, -7]]'))).toEqual([])
  })
})

test('a run refuses what has not been trained before its first round', async () => {
  const loaded = await parseScenario('schedulers: [greedy, d3qn]', { registry: builtInPlugins })
  await expect(compile(loaded, builtInPlugins)).rejects.toThrow(
    /^scenario\.yaml:1:22: schedulers\[1\]: d3qn has not been trained/,
  )
})

describe('validate of a suite', () => {
  const small =
    'rounds: 6\nnetwork: { clients: { count: 4 }, servers: { count: 2 }, channels: { count: 3 } }\nschedulers: [swap-matching, random]\n'
  const validate = async (suite: string, scenario = small) => {
    const directory = directoryWith({ 'suite.yaml': suite, 'small.yaml': scenario })
    return told(validatedSuite(join(directory, 'suite.yaml'), []), directory)
  }

  test('tells all that is wrong with it, its scenarios and its claims in one pass', async () => {
    const suite = `scenarios: [small.yaml, gone.yaml]
seeds: none
sead: 3
claims:
  - { claim: it is better, compare: [swap-matching, randum], expect: lower }
skip:
  - { schedulers: [random], where: { network.clients.cont: { above: 3 } }, reason: it takes too long }
sweep: { network.clients.count: { from: 3, to: 1, step: 1 } }
`
    expect(await validate(suite.replace(', gone.yaml', ''))).toEqual([
      'suite.yaml:2:8: seeds: expected how many seeds, or a list of them, found "none"',
      'suite.yaml:3:1: unknown key "sead" (did you mean "set"?)',
      'suite.yaml:5:53: claims[0].compare[1]: "randum" is the label of no scheduler (did you mean "random"?)',
      'suite.yaml:7:38: skip[0].where: "network.clients.cont" is not swept by the suite (did you mean "network.clients.count"?)',
      'suite.yaml:8:33: sweep.network.clients.count: expected from at most to, found 3 and 1',
    ])
    expect(await validate(suite, small.replace('count: 4', 'count: many'))).toEqual([
      expect.stringContaining('suite.yaml:1:25: scenarios[1]: there is no such file'),
      expect.stringContaining('suite.yaml:2:8: seeds: '),
      expect.stringContaining('suite.yaml:3:1: unknown key "sead"'),
      expect.stringContaining('suite.yaml:7:38: skip[0].where: '),
      expect.stringContaining('suite.yaml:8:33: sweep.network.clients.count: '),
      expect.stringContaining('small.yaml:2:30: network.clients.count: expected a whole number'),
    ])
  })

  test('wires its scenarios; what it trains has weights from there', async () => {
    const untrained = small.replace('random', 'd3qn')
    expect(await validate('scenarios: [small.yaml]', untrained)).toEqual([
      expect.stringContaining('small.yaml:3:29: schedulers[1]: d3qn has not been trained'),
    ])
    expect(await validate('scenarios: [small.yaml]\ntrain: [{ schedulers: [d3qn] }]', untrained)).toEqual([])
  })

  test('counts its cells', async () => {
    const directory = directoryWith({
      'suite.yaml': 'scenarios: [small.yaml]\nseeds: 3\nsweep: { seed: [1, 2] }\n',
      'small.yaml': small,
    })
    const suite = await validatedSuite(join(directory, 'suite.yaml'), [])
    expect(cellsOf(suite)).toBe(2 * 3 * 2)
  })
})

describe('an explicit instance', () => {
  const kindOf = (text: string, name = 'file.json') => kindOfFile({ text, name, directory: '.' })

  test('is told from other files by what it holds', () => {
    expect(kindOf('{ "uplinkGain": [] }')).toBe('instance')
    expect(kindOf('{ "servers": 2, "client": { "powerW": [] } }')).toBe('instance')
    expect(kindOf('{ "servers": 2, ')).toBe('instance')
    expect(kindOf('{ "server": [0], "channel": [0] }')).toBe('assignment')
    expect(kindOf('scenarios: [a.yaml]', 'suite.yaml')).toBe('suite')
    expect(kindOf('rounds: 3\nrounds: 4', 'a.yaml')).toBe('scenario')
  })

  test('of sizes that no machine holds is refused by its counts, not by its lists', () => {
    const text = '{ "servers": 4294967296, "channels": 100000000, "server": { "powerW": [1], "flops": [1] } }'
    const read = () => readInstance({ text, name: 'i.json', directory: '.' }, builtInPlugins)
    expect(read).toThrow(
      /i\.json:1:14: servers: the gains of 1 clients, .* would take .*; expected a smaller number/,
    )
    expect(read).not.toThrow(/list of 4294967296/)
  })
})
