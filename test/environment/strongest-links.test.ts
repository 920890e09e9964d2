import { expect, test } from 'vitest'
import { createEnvironment } from '../../core/environment/create.js'
import { pluginContextOf } from '../../core/environment/plugin-context.js'
import { compile, parseScenario } from '../../core/index.js'
import { NOT_KEPT } from '../../core/network/strongest-links.js'
import { gainIndex } from '../../core/plugin/index.js'
import { builtInPlugins } from '../../plugins/index.js'

const scenarioWith = (network: string, schedulers = 'hardest-first', rest = '') =>
  parseScenario(
    `
name: strongest
rounds: 3
network:
  area: { widthM: 1200, heightM: 1200 }
  clients: { count: 30 }
  servers: { count: 9, placement: grid }
  channels: { count: 5 }
  ${network}
${rest}
schedulers: [${schedulers}]
`,
    { registry: builtInPlugins },
  )

const environmentOf = async (network: string) => {
  const loaded = await scenarioWith(network)
  return createEnvironment(loaded, pluginContextOf(loaded))
}

test.each(['reciprocal: true', 'reciprocal: false'])(
  'links that are kept have the gains that they have among all, as drawn and later, the others their mean: %s',
  async (direction) => {
    const all = await environmentOf(direction)
    const strongest = await environmentOf(`${direction}\n  strongestLinks: 3`)
    for (const round of [1, 2]) {
      const full = await all.snapshot(round)
      const kept = await strongest.snapshot(round)
      for (const [a, b] of [
        [full.network, kept.network],
        [full.networkAfter(1, 2), kept.networkAfter(1, 2)],
        [full.networkBefore(1, 2), kept.networkBefore(1, 2)],
      ]) {
        expect(b.meanGain).toEqual(a.meanGain)
        for (let n = 0; n < 30; n++)
          for (let m = 0; m < 9; m++)
            for (let k = 0; k < 5; k++) {
              const isKept = b.links!.rank[n * 9 + m] !== NOT_KEPT
              const [there, here] = [gainIndex(a, n, m, k), gainIndex(b, n, m, k)]
              expect(b.uplinkGain[here]).toBe(isKept ? a.uplinkGain[there] : a.meanGain[n * 9 + m])
              expect(b.downlinkGain[here]).toBe(isKept ? a.downlinkGain[there] : a.meanGain[n * 9 + m])
            }
      }
    }
  },
)

test('a run says how exact it is, and what reads all gains is refused by name', async () => {
  const loaded = await scenarioWith('strongestLinks: 3')
  const { warnings, run } = await compile(loaded, builtInPlugins)
  expect(warnings.map(({ message }) => message).join()).toMatch(
    /the 6 weaker links of each client count at their mean: .* % of noise and interference on average/,
  )
  await run()
  for (const scheduler of ['max-sinr', 'optimal']) {
    const refused = await compile(await scenarioWith('strongestLinks: 3', scheduler), builtInPlugins)
    await expect(refused.run()).rejects.toThrow(
      /reads view\.\w+, all gains, where network\.strongestLinks keeps 3/,
    )
  }
  const whole = await compile(await scenarioWith('strongestLinks: 9'), builtInPlugins)
  expect(whole.warnings).toEqual([])
})

test.each([9, 10, 254])('with all links kept, %i of 9, a run costs what it costs without', async (links) => {
  const costs = async (network: string) => {
    const { bus, run, warnings } = await compile(
      await scenarioWith(
        network,
        'hardest-first, swap-matching, max-sinr',
        'dynamics: dynamic\ntwin: { gainErrorDb: 1 }',
      ),
      builtInPlugins,
    )
    expect(warnings).toEqual([])
    const found: number[] = []
    bus.on('scheduler:round', ({ cost, staticCost }) => found.push(cost.cost, staticCost.cost))
    await run()
    return found
  }
  expect(await costs(`strongestLinks: ${links}`)).toEqual(await costs(''))
})

test.each([
  [
    'gains: { plugin: trace, options: { file: gains.csv } }',
    '',
    /network\.gains gives the gains of all links/,
  ],
  ['', 'twin: { gainErrorDb: 1 }', /a twin that is not perfect keeps reports of all links/],
  ['doppler: { frequencyHz: 3.5e9 }', '', /network\.doppler follows all links/],
])('what goes by all links is refused with its place: %s%s', async (network, rest, message) => {
  await expect(scenarioWith(`strongestLinks: 3\n  ${network}`, 'hardest-first', rest)).rejects.toThrow(
    message,
  )
})

test('sizes that only fit with few links', async () => {
  const large = (strongest: string) =>
    parseScenario(
      `
name: large
network:
  clients: { count: 200000 }
  servers: { count: 1000, placement: grid }
  channels: { count: 100 }
  strongestLinks: ${strongest}
schedulers: [hardest-first]
`,
      { registry: builtInPlugins },
    )
  await expect(large('null')).rejects.toThrow(/1000 servers and 100 channels.*would take/)
  await expect(large('2')).resolves.toBeDefined()
})
