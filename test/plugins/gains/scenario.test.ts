import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compile, type Experiment, parseScenario, type RoundRecord } from '../../../core/index.js'
import { builtInPlugins } from '../../../plugins/index.js'
import { yardGains } from '../../../scenarios/data/make-yard.js'
import { directoryWith, problemsOf } from '../support.js'
import { csvOf, npyOf } from './traces.js'

/** A scenario in that directory, on a trace of two clients, three servers and four channels. */
async function experimentIn(
  directory: string,
  {
    file,
    rounds,
    repeat = false,
    more = '',
  }: { file: string; rounds: number; repeat?: boolean; more?: string },
): Promise<Experiment> {
  const text = `
    rounds: ${rounds}
    network:
      clients: { count: 2 }
      servers: { count: 3 }
      channels: { count: 4 }
      gains: { plugin: trace, options: { file: data/../${file}, repeat: ${repeat} } }
      ${more}
    schedulers: [greedy]`
  const loaded = await parseScenario(text, {
    registry: builtInPlugins,
    file: join(directory, 'scenario.yaml'),
  })
  return compile(loaded, builtInPlugins)
}

async function costsOf(experiment: Experiment): Promise<number[]> {
  const costs: number[] = []
  experiment.bus.on('scheduler:round', ({ cost }: RoundRecord) => void costs.push(cost.cost))
  await experiment.run()
  return costs
}

describe('a scenario on a trace', () => {
  test('costs the same whatever the format of the file', async () => {
    const directory = directoryWith({ 'g.npy': npyOf(3), 'g.csv': csvOf(3) })
    const costs = await costsOf(await experimentIn(directory, { file: 'g.npy', rounds: 3 }))
    expect(new Set(costs).size).toBe(3)
    expect(await costsOf(await experimentIn(directory, { file: 'g.csv', rounds: 3 }))).toEqual(costs)
  })

  test('costs the same again where the trace starts over', async () => {
    const directory = directoryWith({ 'g.npy': npyOf(2) })
    const costs = await costsOf(await experimentIn(directory, { file: 'g.npy', rounds: 5, repeat: true }))
    const [one, two] = costs
    expect(costs).toEqual([one, two, one, two, one])
  })

  test('is refused before its first round where the trace is too short or wrong', async () => {
    const directory = directoryWith({ 'g.npy': npyOf(3), 'bad.npy': npyOf(3, { 50: Number.NaN }) })
    expect(await problemsOf(directory, () => experimentIn(directory, { file: 'g.npy', rounds: 4 }))).toEqual([
      'scenario.yaml:7:14: network.gains: gives 3 rounds; expected at least 4, as many as the scenario asks for',
    ])
    expect(
      await problemsOf(directory, () => experimentIn(directory, { file: 'bad.npy', rounds: 3 })),
    ).toEqual([
      'bad.npy: round 3, client 0, server 0, channel 2: expected a finite gain of at least 0, found NaN',
    ])
  })
})

test('a trace that tells no gains of the downlink cannot stand in where they differ from the uplink', async () => {
  const [header, ...rows] = csvOf(2).split('\n')
  const both = [`${header},downlink`, ...rows.map((row) => `${row},1e-9`)].join('\n')
  const directory = directoryWith({ 'g.csv': csvOf(2), 'both.csv': both })
  const more = 'reciprocal: false'
  const one = () => experimentIn(directory, { file: 'g.csv', rounds: 2, more })
  expect(await problemsOf(directory, one)).toEqual([
    'scenario.yaml:8:19: network.reciprocal: network.gains tells no gains of the downlink; expected one that does, or ' +
      'reciprocal: true for those of the uplink',
  ])
  expect(await costsOf(await experimentIn(directory, { file: 'both.csv', rounds: 2, more }))).toHaveLength(2)
})

test('the shipped trace is what its script makes', () => {
  const bytes = readFileSync(
    fileURLToPath(new URL('../../../scenarios/data/yard-gains.npy', import.meta.url)),
  )
  const made = yardGains()
  const start = bytes.length - 4 * made.length
  expect(start).toBe(128)
  // Another engine's logarithm may differ in its last bit.
  const differs = made.findIndex((gain, i) => Math.abs(bytes.readFloatLE(start + 4 * i) / gain - 1) > 1e-6)
  expect(differs).toBe(-1)
})
