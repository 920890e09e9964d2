import { describe, expect, test } from 'vitest'
import { PluginRegistry } from '../../core/index.js'
import { definePlugin, Type } from '../../core/plugin/index.js'
import { problemsOf, registry, scenarioOf } from './support.js'

describe('a plugin', () => {
  test('is resolved to its name, label and options with their defaults', async () => {
    const { schedulers, network } = await scenarioOf(`
network: { propagation: { plugin: log-distance, options: { slopeDb: 40 } } }
schedulers: [greedy, { plugin: greedy, label: hard, options: { order: hardest-first } }]`)
    expect(schedulers).toEqual([
      { plugin: 'greedy', label: 'greedy', options: { order: 'all-pairs' } },
      { plugin: 'greedy', label: 'hard', options: { order: 'hardest-first' } },
    ])
    expect(network.propagation.options).toEqual({ interceptDb: 35.3, slopeDb: 40 })
  })

  test('named in the options of another is resolved too', async () => {
    const { schedulers } = await scenarioOf(
      'schedulers: [{ plugin: swap-matching, options: { start: { plugin: swap-matching, options: { start: greedy } } } }]',
    )
    expect(schedulers[0].options.start).toEqual({
      plugin: 'swap-matching',
      label: 'swap-matching',
      options: {
        start: { plugin: 'greedy', label: 'greedy', options: { order: 'all-pairs' } },
        acceptance: 'system',
        sweeps: 1000,
      },
    })
  })

  test.each([
    [
      'network: { propagation: log-distnce }',
      '1:25: network.propagation: there is no propagation plugin "log-distnce"; known: log-distance (did you mean "log-distance"?)',
    ],
    [
      'network: { propagation: { plugin: rayleigh } }',
      '1:35: network.propagation.plugin: there is no propagation plugin "rayleigh"; known: log-distance',
    ],
    [
      'network: { fading: { plugn: rayleigh } }',
      '1:22: network.fading: unknown key "plugn" (did you mean "plugin"?)',
    ],
    [
      'network: { fading: { label: x } }',
      '1:20: network.fading: missing key "plugin"; expected a text that is not empty',
    ],
    [
      'network: { fading: { plugin: rayleigh, options: 3 } }',
      '1:49: network.fading.options: expected a mapping, found 3',
    ],
    [
      'network: { fading: 3 }',
      '1:20: network.fading: expected the name of a fading plugin or { plugin, label, options }, found 3',
    ],
    ['network: { gains: trace }', '1:19: network.gains.options: missing key "file"; expected a text'],
    [
      'network: { gains: [] }',
      '1:19: network.gains: expected null or the name of a gains plugin or { plugin, label, options }, found []',
    ],
    [
      'schedulers:\n  - plugin: greedy\n    options:\n      ordr: all-pairs',
      '4:7: schedulers[0].options: unknown key "ordr" (did you mean "order"?)',
    ],
    [
      'schedulers: [{ plugin: greedy, options: { order: hardest } }]',
      '1:50: schedulers[0].options.order: expected "all-pairs" or "hardest-first", found "hardest" (did you mean "hardest-first"?)',
    ],
    [
      'schedulers: [{ plugin: swap-matching, options: { acceptance: slfish } }]',
      '1:62: schedulers[0].options.acceptance: expected "system" or "selfish", found "slfish" (did you mean "selfish"?)',
    ],
    [
      'schedulers: [{ plugin: swap-matching, options: { sweeps: 0 } }]',
      '1:58: schedulers[0].options.sweeps: expected a whole number of at least 1 (sweeps), found 0',
    ],
    [
      'schedulers: [{ plugin: swap-matching, options: { start: gredy } }]',
      '1:57: schedulers[0].options.start: there is no scheduler plugin "gredy"; known: swap-matching, random, greedy (did you mean "greedy"?)',
    ],
    [
      'schedulers: [{ plugin: swap-matching, options: { start: { plugin: greedy, options: { order: x } } } }]',
      '1:93: schedulers[0].options.start.options.order: expected "all-pairs" or "hardest-first", found "x"',
    ],
    [
      'schedulers: [{ plugin: swap-matching, options: { start: 3 } }]',
      '1:57: schedulers[0].options.start: expected the name of a scheduler plugin or { plugin, label, options }, found 3',
    ],
  ])('that is wrong is pointed at: %s', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([`scenario.yaml:${problem}`])
  })

  test('that starts from itself by default is refused', async () => {
    const endless = definePlugin({
      kind: 'scheduler',
      name: 'endless',
      summary: 'for tests',
      options: Type.Object(
        { start: Type.Unsafe<string>({ 'x-plugin': 'scheduler', default: 'endless' }) },
        { additionalProperties: false },
      ),
      create: () => ({ decide: () => new Int32Array() }),
    })
    expect(await problemsOf('schedulers: [endless]', { registry: registry.with([endless]) })).toEqual([
      expect.stringContaining('scenario.yaml:1:14: schedulers[0].options.start'),
    ])
  })

  test('that a default names but nobody registered is a problem of the file', async () => {
    const problems = await problemsOf('schedulers: [greedy]', {
      registry: new PluginRegistry(registry.list().filter(({ kind }) => kind !== 'fading')),
    })
    expect(problems).toEqual([
      'scenario.yaml:1:1: network.fading: there is no fading plugin "rayleigh"; there is none',
    ])
  })
})
