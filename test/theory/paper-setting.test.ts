import { beforeAll, describe, expect, test } from 'vitest'
import { createEnvironment } from '../../core/environment/create.js'
import { pluginContextOf } from '../../core/environment/plugin-context.js'
import { parseScenario } from '../../core/index.js'
import { resolveReference } from '../../core/plugin/options.js'
import { builtInPlugins } from '../../plugins/index.js'

// A scenario that says nothing has the setting of Section VI-A; values in SI units, worked out by hand.
let loaded: Awaited<ReturnType<typeof parseScenario>>
beforeAll(async () => {
  loaded = await parseScenario('{}', { registry: builtInPlugins })
})

describe('the network of Section VI-A and Table I is the default', () => {
  test('16 clients, 4 servers, 10 channels of 4 MHz, σ² = -114 dBm', () => {
    const { network } = pluginContextOf(loaded)
    expect(network).toMatchObject({ clients: 16, servers: 4, channels: 10, bandwidthHz: 4e6 })
    expect(network.noiseW).toBeCloseTo(3.98107e-15, 20)
  })

  test('P_n = 23 dBm and P_m = 33 dBm', () => {
    const { network } = pluginContextOf(loaded)
    for (const power of network.clientPowerW) expect(power).toBeCloseTo(0.1995262, 7)
    for (const power of network.serverPowerW) expect(power).toBeCloseTo(1.995262, 6)
  })

  test('time and energy of equal importance, no local computing, 128 samples of 64.2 Mbit and 49 GFLOP', () => {
    const { network } = pluginContextOf(loaded)
    expect(network.weights).toEqual({ latency: 0.5, energy: 0.5 })
    expect(network.load).toEqual({
      headFlops: 0,
      bodyFlops: 4.9e10,
      uplinkBits: 10 * 14 * 14 * 1024 * 32,
      downlinkBits: 10 * 14 * 14 * 1024 * 32,
    })
    expect(new Set(network.clientSamples)).toEqual(new Set([128]))
    expect(new Set(network.clientJoulesPerSample)).toEqual(new Set([0]))
  })

  test('2500 rounds of 128 samples of 16 clients are 100 epochs of 51,200 segments', () => {
    const { segments } = resolveReference(builtInPlugins, 'dataset', 'synthetic-intention').options
    expect(segments).toBe(51_200)
    expect((2500 * 128 * 16) / (segments as number)).toBe(100)
  })

  test('servers stand at the corners of 600 m × 600 m, clients anywhere in it', async () => {
    const environment = await createEnvironment(loaded, pluginContextOf(loaded))
    const { clientPositions, serverPositions } = await environment.snapshot(1)
    const corners = serverPositions.map(({ x, y }) => `${x},${y}`).sort()
    expect(corners).toEqual(['0,0', '0,600', '600,0', '600,600'])
    for (const { x, y } of clientPositions)
      for (const coordinate of [x, y]) {
        expect(coordinate).toBeGreaterThanOrEqual(0)
        expect(coordinate).toBeLessThanOrEqual(600)
      }
  })

  test('mean gains follow 35.3 + 37.6 log10(d), and both directions fade alike', async () => {
    const environment = await createEnvironment(loaded, pluginContextOf(loaded))
    const { network, clientPositions, serverPositions } = await environment.snapshot(1)
    for (const [n, client] of clientPositions.entries())
      for (const [m, server] of serverPositions.entries()) {
        const distance = Math.max(1, Math.hypot(client.x - server.x, client.y - server.y))
        const lossDb = -10 * Math.log10(network.meanGain[n * 4 + m])
        expect(lossDb).toBeCloseTo(35.3 + 37.6 * Math.log10(distance), 9)
      }
    expect(network.downlinkGain).toBe(network.uplinkGain)
    expect(loaded.scenario.network.fading.plugin).toBe('rayleigh')
  })
})

test('hyperparameters of d3qn are those of Section VI-A and Table I', () => {
  const { options } = resolveReference(builtInPlugins, 'scheduler', 'd3qn')
  expect(options).toMatchObject({
    hidden: [512, 256, 128],
    replay: 2 ** 17,
    explorationStart: 1,
    explorationEnd: 0.1,
    discount: 0.99,
    learningRate: 0.001,
    observation: 'counts',
    reward: 'literal',
    credit: 'team',
    sharedParameters: false,
  })
})
