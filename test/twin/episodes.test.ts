import { describe, expect, test } from 'vitest'
import { createEnvironment } from '../../core/environment/create.js'
import { pluginContextOf } from '../../core/environment/plugin-context.js'
import { parseScenario } from '../../core/index.js'
import { type AnyPlugin, definePlugin, type TwinEpisodes, Type } from '../../core/plugin/index.js'
import { openTrainingEnvironment } from '../../core/twin/training-environment.js'
import { builtInPlugins } from '../../plugins/index.js'
import { problemsOf } from '../plugins/support.js'

const loaded = (text: string) => parseScenario(text, { registry: builtInPlugins })
const trainingOf = async (text = '{}', label = 'learner') =>
  openTrainingEnvironment(await loaded(text), label)

async function snapshotOf(text: string, round: number) {
  const scenario = await loaded(text)
  return (await createEnvironment(scenario, pluginContextOf(scenario))).snapshot(round)
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
const gainsOf = (episodes: TwinEpisodes, episode: number, round: number) =>
  Array.from(episodes.network(episode, round).uplinkGain)

describe('a network of an episode', () => {
  test('follows from its numbers alone, whatever was asked for before', async () => {
    const [one, other] = [await trainingOf(), await trainingOf()]
    const forth = [0, 1, 2].map((round) => gainsOf(one.episodes, 3, round))
    const back = [2, 1, 0].map((round) => gainsOf(other.episodes, 3, round))
    expect(back.reverse()).toEqual(forth)
    expect(forth[0]).not.toEqual(forth[1])
  })

  test('belongs to the caller', async () => {
    const { episodes } = await trainingOf()
    const network = episodes.network(0, 0)
    const before = Array.from(network.uplinkGain)
    episodes.network(0, 1)
    expect(Array.from(network.uplinkGain)).toEqual(before)
  })

  test('is of the law of the scenario: fading has unit mean about the mean gain', async () => {
    const { episodes } = await trainingOf('network: { clients: { positions: fixed } }')
    const { clients, servers, channels } = episodes.parameters
    const links = clients * servers
    let sum = 0
    for (let round = 0; round < 40; round++) {
      const { uplinkGain, meanGain } = episodes.network(0, round)
      for (let i = 0; i < uplinkGain.length; i++) sum += uplinkGain[i] / meanGain[i % links]
    }
    // 25,600 exponentials: four standard errors are 0.025.
    expect(Math.abs(sum / (40 * links * channels) - 1)).toBeLessThan(0.025)
  })

  test('has a fading of its own for each direction unless the channel is reciprocal', async () => {
    const reciprocal = (await trainingOf()).episodes.network(0, 0)
    expect(reciprocal.downlinkGain).toBe(reciprocal.uplinkGain)
    const split = (await trainingOf('network: { reciprocal: false }')).episodes.network(0, 0)
    expect(split.downlinkGain).not.toEqual(split.uplinkGain)
    expect(mean(split.downlinkGain)).toBeGreaterThan(0)
  })
})

describe('what is the same in the run is the same in the twin', () => {
  const meanGains = async (positions: string) => {
    const text = `network: { clients: { positions: ${positions} }, propagation: { plugin: log-distance, options: { shadowingDb: 8 } } }`
    const { episodes } = await trainingOf(text)
    const at = (episode: number, round: number) => Array.from(episodes.network(episode, round).meanGain)
    const run = Array.from((await snapshotOf(text, 1)).network.meanGain)
    return { run, first: at(0, 0), later: at(0, 1), elsewhere: at(1, 0) }
  }

  test('fixed clients stand where they do in the run', async () => {
    const { run, first, later, elsewhere } = await meanGains('fixed')
    expect([first, later, elsewhere]).toEqual([run, run, run])
  })

  test('clients placed each episode stand elsewhere in each', async () => {
    const { run, first, later, elsewhere } = await meanGains('per-episode')
    expect(later).toEqual(first)
    expect(elsewhere).not.toEqual(first)
    expect(first).not.toEqual(run)
  })

  test('clients placed each round stand elsewhere in each', async () => {
    const { run, first, later } = await meanGains('per-round')
    expect(later).not.toEqual(first)
    expect(first).not.toEqual(run)
  })

  test('clients that move start where they do in the run and go other ways', async () => {
    const text =
      'network: { clients: { positions: fixed, mobility: random-waypoint } }\ntraining: { roundSeconds: 60 }'
    const { episodes } = await trainingOf(text)
    const at = (episode: number, round: number) => Array.from(episodes.network(episode, round).meanGain)
    const there = at(1, 5)
    expect(at(0, 5)).not.toEqual(there)
    expect(at(1, 0)).not.toEqual(there)
    expect(at(1, 5)).toEqual(there)
  })
})

describe('draws are of the training alone', () => {
  test('no round of the run comes up, nor a validation round', async () => {
    const text = 'network: { clients: { positions: fixed } }'
    const { episodes, validation } = await trainingOf(text)
    const seen = new Set<number>()
    for (let round = 1; round <= 20; round++)
      for (const gain of (await snapshotOf(text, round)).network.uplinkGain) seen.add(gain)
    for (const { uplinkGain } of validation) for (const gain of uplinkGain) seen.add(gain)
    const found = Array.from({ length: 20 }, (_, round) => gainsOf(episodes, 0, round))
    expect(found.flat().some((gain) => seen.has(gain))).toBe(false)
  })

  test('schedulers learn from networks of their own and are chosen by the same', async () => {
    const [a, b] = [await trainingOf('{}', 'a'), await trainingOf('{}', 'b')]
    expect(gainsOf(a.episodes, 0, 0)).not.toEqual(gainsOf(b.episodes, 0, 0))
    expect(a.validation).toEqual(b.validation)
    expect(a.validation).toHaveLength(100)
  })
})

test('a resized network has the sizes asked for, its clients like those of the scenario', async () => {
  const { resized } = await trainingOf('network: { clients: { count: 3, powerDbm: [20, 23, 26] } }')
  const episodes = resized({ clients: 5, channels: 6 })
  expect(episodes.parameters).toMatchObject({ clients: 5, servers: 4, channels: 6 })
  expect(Array.from(episodes.parameters.clientPowerW, (power) => Math.round(1000 * power))).toEqual([
    100, 200, 398, 100, 200,
  ])
  expect(episodes.network(0, 0).uplinkGain).toHaveLength(5 * 4 * 6)
})

test('recorded gains have no law to draw others by', async () => {
  const record: AnyPlugin = definePlugin({
    kind: 'gains',
    name: 'record',
    summary: 'a gain that never changes',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ fill: (_round, uplinkGain) => Boolean(uplinkGain.fill(1e-9)) && false }),
  })
  const text = 'network:\n  gains: record'
  const scenario = await parseScenario(text, { registry: builtInPlugins.with([record]) })
  const problems = await problemsOf('', () => openTrainingEnvironment(scenario, 'learner'))
  expect(problems).toEqual([
    'scenario.yaml:2:10: network.gains: record gives recorded gains, and the twin has no law to make up others by; expected network.gains: null to train',
  ])
})

describe('networks in other settings', () => {
  const none = {
    distance: [1, 1],
    slope: [1, 1],
    groupedClients: 0,
    scatteredServers: 0,
    gatheredServers: 0,
  } as const
  const sizes = { clients: 16, channels: 2 }

  /** Distances that the mean gains of 40 networks tell, if gains fall as in the scenario; 40×N×M, m. */
  async function distancesIn(variety: Partial<Record<keyof typeof none, unknown>>) {
    const { resized } = await trainingOf('{}')
    const episodes = resized(sizes, { ...none, ...variety } as typeof none)
    return Array.from({ length: 40 }, (_, episode) => {
      const { meanGain } = episodes.network(episode, 0)
      return Array.from({ length: 16 }, (_, client) =>
        Array.from(
          meanGain.subarray(4 * client, 4 * client + 4),
          (gain) => 10 ** ((-10 * Math.log10(gain) - 35.3) / 37.6),
        ),
      )
    })
  }
  const ratiosTo = (own: number[][][], other: number[][][]) =>
    own.map((clients, i) => clients.flatMap((row, n) => row.map((one, m) => one / other[i][n][m])))

  test('are the scenario’s own where nothing is varied', async () => {
    const [plain] = ratiosTo(await distancesIn({}), await distancesIn({ slope: [1, 1] }))
    for (const ratio of plain) expect(ratio).toBeCloseTo(1, 9)
    const largest = Math.max(...(await distancesIn({})).flat(2))
    expect(largest).toBeGreaterThan(600)
    expect(largest).toBeLessThan(600 * Math.SQRT2)
  })

  test('scale all distances of a network alike, each network by a factor of its own', async () => {
    const ratios = ratiosTo(await distancesIn({ distance: [0.1, 10] }), await distancesIn({}))
    for (const of of ratios) for (const one of of) expect(one / of[0]).toBeCloseTo(1, 6)
    const factors = ratios.map(([factor]) => factor)
    expect(Math.min(...factors)).toBeLessThan(0.3)
    expect(Math.max(...factors)).toBeGreaterThan(3)
    expect(Math.min(...factors)).toBeGreaterThan(0.0999)
    expect(Math.max(...factors)).toBeLessThan(10.001)
  })

  test('let gains fall more slowly with distance', async () => {
    const [slow, own] = [await distancesIn({ slope: [0.5, 0.5] }), await distancesIn({})]
    for (const [i, clients] of slow.entries())
      for (const [n, row] of clients.entries())
        for (const [m, one] of row.entries()) expect(one).toBeCloseTo(Math.sqrt(own[i][n][m]), 6)
  })

  test('put servers at one site, or anywhere', async () => {
    const spread = (rows: number[][]) => Math.max(...rows.map((row) => Math.max(...row) - Math.min(...row)))
    // A site is a twentieth of the area at most, so no server is farther from another than its diagonal.
    for (const rows of await distancesIn({ gatheredServers: 1 }))
      expect(spread(rows)).toBeLessThan(0.05 * 600 * Math.SQRT2 + 1)
    const scattered = await distancesIn({ scatteredServers: 1 })
    expect(scattered).not.toEqual(await distancesIn({}))
    expect(Math.max(...scattered.map(spread))).toBeGreaterThan(100)
  })

  test('gather clients', async () => {
    const nearTo = ([first, ...rest]: number[][]) =>
      rest.filter((row) => row.every((one, m) => Math.abs(one - first[m]) < 0.3 * 600 * Math.SQRT2)).length
    const total = (all: number[][][]) => all.reduce((sum, rows) => sum + nearTo(rows), 0)
    expect(total(await distancesIn({ groupedClients: 1 }))).toBeGreaterThan(
      1.3 * total(await distancesIn({})),
    )
  })

  test('are the same whenever they are asked for', async () => {
    const variety = { distance: [0.5, 2], groupedClients: 0.5, scatteredServers: 0.5 }
    expect(await distancesIn(variety)).toEqual(await distancesIn(variety))
  })
})
