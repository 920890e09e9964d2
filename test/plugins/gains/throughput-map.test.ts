import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compile, parseScenario, type RoundRecord } from '../../../core/index.js'
import { RandomStreams } from '../../../core/kernel/index.js'
import {
  gainIndex,
  type NetworkParameters,
  type Position,
  spectralEfficiency,
} from '../../../core/plugin/index.js'
import { builtInPlugins } from '../../../plugins/index.js'
import { builtIn, directoryWith, parametersOf, problemsOf } from '../support.js'

const data = fileURLToPath(new URL('../../../scenarios/data/', import.meta.url))

const mapOf = (text: string, network: NetworkParameters) =>
  builtIn(
    'gains',
    'throughput-map',
    { file: 'map.csv' },
    { network, directory: directoryWith({ 'map.csv': text }) },
  )

/** What a client in this place gets from each server and channel over noise alone, bit/s. */
async function ratesAt(text: string, network: NetworkParameters, place: Position, time = 0) {
  const { clients, servers, channels, noiseW, bandwidthHz, clientPowerW, serverPowerW } = network
  const room = () => new Float64Array(clients * servers * channels).fill(Number.NaN)
  const [up, down] = [room(), room()]
  const map = await mapOf(text, network)
  const places = Array.from({ length: clients }, () => place)
  expect(await map.fill(0, up, down, time, places)).toBe(true)
  const rate = (signalW: number) => bandwidthHz * spectralEfficiency(undefined, signalW / noiseW)
  return (client: number, server: number, channel: number): [uplink: number, downlink: number] => {
    const at = gainIndex(network, client, server, channel)
    return [rate(clientPowerW[client] * up[at]), rate(serverPowerW[server] * down[at])]
  }
}

test('gives the rates that were measured, from far below the noise to far above', async () => {
  const network = { ...parametersOf(2, 1, 3), clientPowerW: Float64Array.of(0.2, 0.05) }
  for (const [up, down] of [
    [1e-3, 12],
    [5e5, 4e6],
    [3e7, 1.6e8],
  ]) {
    const rates = await ratesAt(`x,y,uplinkBps,downlinkBps\n0,0,${up},${down}\n`, network, { x: 9, y: 9 })
    for (const client of [0, 1])
      for (const channel of [0, 1, 2]) {
        const [uplink, downlink] = rates(client, 0, channel)
        expect(Math.abs(uplink / up - 1)).toBeLessThan(1e-12)
        expect(Math.abs(downlink / down - 1)).toBeLessThan(1e-12)
      }
  }
  const blocked = await ratesAt('x,y,uplinkBps,downlinkBps\n0,0,0,0\n', network, { x: 0, y: 0 })
  expect(blocked(1, 0, 2)).toEqual([0, 0])
})

test('a client has what the nearest tile has, the latest by then', async () => {
  const network = parametersOf(1, 1, 1)
  const text =
    'time,x,y,downlinkBps,uplinkBps\n20,0,0,1e6,3e6\n0,0,0,1e6,1e6\n5,100,0,1e6,7e6\n9,100,0,1e6,8e6\n'
  const uplinkAt = async (x: number, time: number) =>
    (await ratesAt(text, network, { x, y: 10 }, time))(0, 0, 0)[0]
  expect(await uplinkAt(40, 19.9)).toBeCloseTo(1e6, 3)
  expect(await uplinkAt(40, 20)).toBeCloseTo(3e6, 3)
  expect(await uplinkAt(60, 20)).toBeCloseTo(8e6, 3)
  // Before it was measured at all: as it was first.
  expect(await uplinkAt(60, 0)).toBeCloseTo(7e6, 3)
  expect(await mapOf(text, network)).toMatchObject({ byTime: true, byPlace: true })
  expect(await mapOf('x,y,uplinkBps,downlinkBps\n0,0,1,1\n', network)).not.toHaveProperty('byTime')
})

test('rows may come in any order, also for who stands between tiles', async () => {
  const network = parametersOf(1, 1, 1)
  const [header, ...rows] = [
    'time,x,y,downlinkBps,uplinkBps',
    ...[0, 7].flatMap((time) =>
      [0, 100].flatMap((x) => [0, 100].map((y) => `${time},${x},${y},1e6,${1 + time + x + 2 * y}e3`)),
    ),
  ]
  const random = new RandomStreams(3).stream('orders')
  const places = [0, 30, 50, 100].flatMap((x) => [0, 50, 70].map((y) => ({ x, y })))
  const uplinks = (order: readonly string[]) =>
    Promise.all(
      places.flatMap((place) =>
        [0, 8].map(
          async (time) => (await ratesAt([header, ...order].join('\n'), network, place, time))(0, 0, 0)[0],
        ),
      ),
    )
  const first = await uplinks(rows)
  for (let i = 0; i < 5; i++) expect(await uplinks(random.shuffle([...rows]))).toEqual(first)
})

test('channels and servers have maps of their own, and no two servers a channel', async () => {
  const network = parametersOf(1, 2, 4)
  const text = ['x,y,server,channel,uplinkBps,downlinkBps']
  for (const server of [0, 1])
    for (const channel of [0, 1, 2, 3])
      text.push(`0,0,${server},${channel},${10 * server + channel + 1}e4,1e6`)
  const rates = await ratesAt(text.join('\n'), network, { x: 0, y: 0 })
  for (const server of [0, 1])
    for (const channel of [0, 1, 2, 3])
      expect(rates(0, server, channel)[0]).toBeCloseTo(
        channel % 2 === server ? (10 * server + channel + 1) * 1e4 : 0,
        3,
      )
})

describe('a scenario on measured throughputs', () => {
  const text = (clients: string, more = '') => `
rounds: 6
network:
  area: { widthM: 400, heightM: 100 }
  clients: { count: 6, ${clients} }
  servers: { count: 2 }
  channels: { count: 8 }
  gains: { plugin: throughput-map, options: { file: throughput-tiles.csv } }${more}
schedulers: [swap-matching, hardest-first, { plugin: sequential-q, options: { tier: twin } }]`
  const compiled = async (scenario: string) =>
    compile(
      await parseScenario(scenario, { registry: builtInPlugins, file: join(data, 'scenario.yaml') }),
      builtInPlugins,
    )

  test('transfers at those rates, whoever else is on the air', async () => {
    const experiment = await compiled(
      text(
        'positions: fixed, placement: { plugin: fixed, options: { positions: [[50, 50], [60, 50], [40, 50], [350, 50], [360, 50], [340, 50]] } }',
      ),
    )
    const measured = [
      [6.2e6, 1.8e5],
      [2e5, 6.6e6],
    ]
    let seen = 0
    experiment.bus.on('scheduler:round', ({ decision, cost }: RoundRecord) => {
      for (let n = 0; n < 6; n++) {
        const rate = measured[n < 3 ? 0 : 1][Math.floor(decision.assignment[n] / 8)]
        expect(Math.abs(cost.uplinkRate[n] / rate - 1)).toBeLessThan(1e-12)
        seen++
      }
    })
    await experiment.run()
    expect(seen).toBe(3 * 6 * 6)
  })

  test('follows clients that move', async () => {
    const experiment = await compiled(
      text('positions: fixed, mobility: { plugin: random-waypoint, options: { speedMps: [1, 9] } }'),
    )
    const uplinks = new Set<number>()
    experiment.bus.on('scheduler:round', ({ cost }: RoundRecord) => void uplinks.add(cost.uplinkTime[0]))
    expect(await experiment.run()).toMatchObject({ rounds: 6 })
    expect(uplinks.size).toBeGreaterThan(1)
    expect([...uplinks].every(Number.isFinite)).toBe(true)
  })

  test('is refused where SINRs are worth something else', async () => {
    await expect(compiled(text('positions: fixed', '\n  rate: truncated-shannon'))).rejects.toThrow(
      'expected network.rate: shannon',
    )
  })
})

test.each([
  ['', 'map.csv: is empty'],
  [
    'x,y,uplinkBps\n0,0,1\n',
    'map.csv:1: there is no column downlinkBps; expected x, y, uplinkBps, downlinkBps[, server][, channel][, time]',
  ],
  ['x,y,uplinkBps,downlinkBps\n', 'map.csv: tells nothing of any place'],
  ['x,y,uplinkBps,downlinkBps\n0,a,1,1\n', 'map.csv:2: y: expected a place (m), found "a"'],
  [
    'x,y,uplinkBps,downlinkBps\n0,0,-1,1\n',
    'map.csv:2: uplinkBps: expected a throughput from 0 to 160000000 (bit/s), 40 for each hertz of the channel, found "-1"',
  ],
  [
    'x,y,server,uplinkBps,downlinkBps\n0,0,2,1,1\n',
    'map.csv:2: server: expected a whole number from 0 to 1, found "2"',
  ],
  ['x,y,server,uplinkBps,downlinkBps\n0,0,0,1,1\n', 'map.csv: tells nothing of server 1'],
  ['x,y,channel,uplinkBps,downlinkBps\n0,0,0,1,1\n', 'map.csv: tells nothing of channel 1'],
  [
    'x,y,time,uplinkBps,downlinkBps\n0,0,-1,1,1\n',
    'map.csv:2: time: expected a time of at least 0 (s), found "-1"',
  ],
  ['x,y,uplinkBps,downlinkBps\n0,0,1,1\n0,0,2,1\n', 'map.csv:3: this tile stands there already'],
])('%j is refused', async (text, problem) => {
  const directory = directoryWith({ 'map.csv': text })
  const network = parametersOf(1, 2, 2)
  expect(
    await problemsOf(directory, () =>
      builtIn('gains', 'throughput-map', { file: 'map.csv' }, { network, directory }),
    ),
  ).toEqual([problem])
})

test('a map of two cells takes two channels', async () => {
  await expect(mapOf('x,y,uplinkBps,downlinkBps\n0,0,1,1\n', parametersOf(1, 3, 2))).rejects.toThrow(
    'expected at least 3 channels, found 2',
  )
})
