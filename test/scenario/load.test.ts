import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { UserError } from '../../core/errors.js'
import { loadScenario, parseScenario } from '../../core/index.js'
import { directoryWith, registry, scenarioOf } from './support.js'

const hashOf = async (text: string) => (await parseScenario(text, { registry })).hash

test('a scenario is frozen to the bottom', async () => {
  const scenario = await scenarioOf(`
network: { clients: { powerDbm: { choice: [20, 23] } } }
schedulers: [{ plugin: swap-matching, options: { start: { plugin: greedy } } }]`)
  const unfrozen = (value: unknown, path: string): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : [
          ...(Object.isFrozen(value) ? [] : [path]),
          ...Object.entries(value).flatMap(([key, inner]) => unfrozen(inner, `${path}.${key}`)),
        ]
  expect(unfrozen(scenario, 'scenario')).toEqual([])
})

test('a plugin keeps the defaults of its schema to itself', async () => {
  const { options } = registry.get('scheduler', 'swap-matching')
  const before = JSON.stringify(options)
  await scenarioOf('schedulers: [swap-matching]')
  expect([Object.isFrozen(options), JSON.stringify(options)]).toEqual([false, before])
})

describe('the name', () => {
  test.each([
    ['paper-schedulers.yaml', 'paper-schedulers'],
    ['my runs.yml', 'my-runs'],
    ['.hidden.yaml', 'hidden'],
    ['scenario.2.yaml', 'scenario.2'],
  ])('is by default that of the file: %s', async (file, name) => {
    const { scenario } = await parseScenario('rounds: 3', { registry, file })
    expect(scenario.name).toBe(name)
  })

  test('can be given', async () => {
    expect((await scenarioOf('name: Zürich 2026')).name).toBe('Zürich 2026')
  })
})

describe('the hash', () => {
  test('is that of what a scenario says, not of how it is written', async () => {
    const hash = await hashOf('rounds: 3\nseed: 1\nschedulers: [greedy]')
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(
      await hashOf(
        '# the same\nschedulers:\n  - { plugin: greedy, options: { order: all-pairs } }\nrounds: 0x3',
      ),
    ).toBe(hash)
  })

  test.each(['rounds: 4', 'rounds: 3\nseed: 2', 'rounds: 3\nschedulers: [greedy]', 'rounds: 3\nname: other'])(
    'changes with what it says: %s',
    async (text) => {
      expect(await hashOf(text)).not.toBe(await hashOf('rounds: 3'))
    },
  )
})

test('a resolved scenario, written out and read again, is the same', async () => {
  const { scenario, hash } = await parseScenario(
    `rounds: 3
name: again
network: { clients: { powerDbm: { uniform: [20, 23], times: 1 } }, gains: { plugin: trace, options: { file: x } } }
schedulers: [{ plugin: swap-matching, label: mine }, greedy]
report: { baseline: greedy }`,
    { registry },
  )
  const again = await parseScenario(stringify(scenario), { registry })
  expect(again.scenario).toEqual(scenario)
  expect(again.hash).toBe(hash)
})

test('what was read is told with its hashes, the scenario first', async () => {
  const directory = directoryWith({ 'main.yaml': 'extends: base.yaml', 'base.yaml': '' })
  const emptyBase = loadScenario(join(directory, 'main.yaml'), { registry })
  await expect(emptyBase).rejects.toThrow(UserError)

  const whole = directoryWith({ 'main.yaml': 'extends: base.yaml', 'base.yaml': 'rounds: 3' })
  const { sources, file } = await loadScenario(relative(process.cwd(), join(whole, 'main.yaml')), {
    registry,
  })
  expect(file).toBe(join(whole, 'main.yaml'))
  expect(sources).toEqual([
    { role: 'scenario', path: file, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    {
      role: 'base',
      path: join(whole, 'base.yaml'),
      // printf 'rounds: 3' | sha256sum
      sha256: '293dbf84857e0ee446dedb38ce2d6a106145441cb52c5f40190a63f61f89af47',
    },
  ])
})

test('a problem names the file as the user gave it', async () => {
  const directory = directoryWith({ 'main.yaml': 'rounds: 0' })
  const given = relative(process.cwd(), join(directory, 'main.yaml'))
  const loading = loadScenario(given, { registry })
  await expect(loading).rejects.toMatchObject({ problems: [{ place: { file: given, line: 1, column: 9 } }] })
})

test('a byte order mark shifts no column', async () => {
  const file = join(directoryWith({ 'main.yaml': '\ufeffrounds: 0' }), 'main.yaml')
  await expect(loadScenario(file, { registry })).rejects.toMatchObject({
    problems: [{ place: { line: 1, column: 9 } }],
  })
})

test('lines that end as on Windows shift none either', async () => {
  const loading = parseScenario('seed: 1\r\nrounds: 0\r\n', { registry })
  await expect(loading).rejects.toMatchObject({ problems: [{ place: { line: 2, column: 9 } }] })
})
