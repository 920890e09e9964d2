import { expect, test } from 'vitest'
import { RandomStreams, Simulation } from '../../core/kernel/index.js'
import type { RoundNetwork } from '../../core/network/round-network.js'
import { Radio } from '../../core/simulation/dynamics/radio.js'
import { Air } from '../../core/simulation/protocol/air.js'

const clients = 12
const servers = 2

const networkOf = (access: 'fdma' | 'tdma', gains: number): RoundNetwork => {
  const random = new RandomStreams(gains).stream('gains')
  const gain = () => Float64Array.from({ length: clients * servers }, () => 1e-11 * (1 + 9 * random.next()))
  return {
    clients,
    servers,
    channels: 1,
    access,
    bandwidthHz: 1e6,
    noiseW: 1e-13,
    weights: { latency: 0.5, energy: 0.5 },
    clientPowerW: Float64Array.from({ length: clients }, (_, n) => 0.1 + 0.01 * n),
    clientSamples: new Float64Array(clients).fill(1),
    clientFlops: new Float64Array(clients).fill(1e9),
    clientJoulesPerSample: new Float64Array(clients),
    serverPowerW: Float64Array.of(1, 2),
    serverFlops: Float64Array.of(1e10, 1e10),
    load: { headFlops: 1e8, bodyFlops: 1e8, uplinkBits: 1e6, downlinkBits: 1e6 },
    uplinkGain: gain(),
    downlinkGain: gain(),
    meanGain: new Float64Array(clients * servers).fill(1e-10),
  }
}

test.each([
  ['fdma', 'uplink'],
  ['fdma', 'downlink'],
  ['tdma', 'uplink'],
  ['tdma', 'downlink'],
] as const)(
  '%s: many who share a slot come, go and come again on the %s as in the radio of a round',
  (access, direction) => {
    const decision = {
      assignment: Int32Array.from({ length: clients }, (_, n) => n % servers),
      share: Float64Array.from({ length: clients }, (_, n) => (n + 1) / 42),
    }
    const [before, after] = [networkOf(access, 1), networkOf(access, 2)]
    const simulation = new Simulation()
    const air = new Air(simulation, before, direction)
    const radio = new Radio(simulation, before, decision, direction)
    const ended: [client: number, inAir: boolean, at: number][] = []
    const random = new RandomStreams(3).stream('starts')
    for (let client = 0; client < clients; client++)
      for (const [inAir, start] of [
        [
          true,
          (bits: number) => air.start(client, client % servers, bits, undefined, decision.share[client]),
        ],
        [false, (bits: number) => radio.start(client, bits)],
      ] as const) {
        const own = new RandomStreams(4).stream('transfers', client)
        simulation.process(function* () {
          for (let transfer = 0; transfer < 4; transfer++) {
            yield* simulation.timeout(2 * own.next())
            yield* start(1e5 * (1 + 9 * own.next()))
            ended.push([client, inAir, simulation.now])
          }
        })
      }
    const left: number[] = []
    simulation.schedule(1 + random.next(), () => {
      air.setNetwork(after)
      radio.follow(after)
    })
    simulation.schedule(3, () => left.push(air.stop(5) - radio.stop(5), air.stop(6) - radio.stop(6)))
    simulation.run()
    expect(Math.max(...left.map(Math.abs))).toBeLessThan(1e-3)
    const timesOf = (which: boolean) =>
      ended.filter(([, inAir]) => inAir === which).sort(([a, , x], [b, , y]) => a - b || x - y)
    const [inAir, inRadio] = [timesOf(true), timesOf(false)]
    expect(inAir.length).toBeGreaterThan(40)
    expect(inAir.length).toBe(inRadio.length)
    for (const [i, [client, , at]] of inAir.entries()) {
      expect(client).toBe(inRadio[i][0])
      expect(Math.abs(at - inRadio[i][2])).toBeLessThan(1e-9 * at)
    }
  },
)
