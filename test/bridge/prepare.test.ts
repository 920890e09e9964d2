import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { Batch, type EnvironmentOptions, openEnvironments, type Start } from '../../core/bridge/index.js'
import { loadScenario } from '../../core/index.js'
import { SampledEpisodes } from '../../core/twin/episodes.js'
import { builtInPlugins } from '../../plugins/index.js'

const load = { registry: builtInPlugins }
const open = async (name: string, options: Partial<EnvironmentOptions>) =>
  openEnvironments(await loadScenario(join('scenarios', `${name}.yaml`), load), options)

/** Everything that two environments say, in episodes of a seed, other episodes, held-out ones, and the next again. */
async function said(name: string, options: Partial<EnvironmentOptions>, ahead: boolean) {
  const factory = await open(name, options)
  const batch = new Batch([factory.create(), factory.create()], 'next-step')
  const words: string[] = []
  const hear = () => {
    words.push(JSON.stringify(batch.environments.map(({ outputs }) => outputs)))
    if (ahead) batch.prepare()
  }
  const starts: Start[][] = [
    [{ seed: 3 }, { seed: 4 }],
    [{ validation: 1 }, {}],
    [{}, { seed: 3 }],
    [{ seed: 5 }, {}],
  ]
  const { choices, actions } = factory.sizes
  for (const start of starts) {
    batch.reset(start)
    hear()
    // A map of the round at hand stays one, though the next has been drawn.
    words.push(JSON.stringify(batch.environments.map((environment) => environment.map())))
    for (let step = 0; step < 9; step++) {
      batch.step(new Int32Array(2 * choices).map((_, i) => (5 * i + step) % actions))
      hear()
    }
  }
  return words
}

test.each([
  ['quickstart', { game: 'sequential', rounds: 2 }],
  ['quickstart', { game: 'joint', rounds: 3 }],
  ['heterogeneous-budgets', { game: 'parallel' }],
  ['mobility', { game: 'parallel', rounds: 4 }],
] as const)('what is drawn ahead changes nothing: %s, %o', async (name, options) => {
  expect(await said(name, options, true)).toEqual(await said(name, options, false))
})

test('what was drawn ahead is not drawn again, and of many environments one in sixteen draws at a time', async () => {
  const factory = await open('quickstart', { game: 'joint', rounds: 1 })
  const batch = new Batch(
    Array.from({ length: 32 }, () => factory.create()),
    'next-step',
  )
  batch.reset(batch.environments.map((_, seed) => ({ seed })))
  const drawn = vi.spyOn(SampledEpisodes.prototype, 'network')
  const drawsOf = (act: () => void) => {
    drawn.mockClear()
    act()
    return drawn.mock.calls.length
  }
  try {
    for (let turn = 0; turn < 16; turn++) expect(drawsOf(() => batch.prepare())).toBe(2)
    expect(drawsOf(() => batch.prepare())).toBe(0)
    expect(drawsOf(() => batch.reset(batch.environments.map(() => ({}))))).toBe(0)
    expect(drawsOf(() => batch.reset(batch.environments.map(() => ({}))))).toBe(32)
  } finally {
    drawn.mockRestore()
  }
})

test('what was drawn ahead of another seed is forgotten', async () => {
  const factory = await open('quickstart', { game: 'joint', rounds: 1 })
  const [ahead, plain] = [factory.create(), factory.create()]
  ahead.prepare()
  for (const environment of [ahead, plain]) environment.reset({ seed: 7 })
  expect(ahead.outputs).toEqual(plain.outputs)
})

test('a draw that fails ahead fails again where it is asked for', async () => {
  const factory = await open('quickstart', { game: 'joint', rounds: 1 })
  const environment = factory.create()
  environment.reset({ seed: 1 })
  const failing = vi.spyOn(SampledEpisodes.prototype, 'network').mockImplementation(() => {
    throw new Error('no room')
  })
  try {
    expect(() => environment.prepare()).toThrow('no room')
    expect(() => environment.reset()).toThrow('no room')
  } finally {
    failing.mockRestore()
  }
  environment.reset({ seed: 1 })
  expect(environment.outputs.facts[4]).toBe(0)
})
