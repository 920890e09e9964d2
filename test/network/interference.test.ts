import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  channelOf,
  evaluateRound,
  gainIndex,
  InterferenceMeter,
  type RoundNetwork,
  serverOf,
  slotOf,
} from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const size = { clients: 3, servers: 2, channels: 2 }

/** Gains of powers of two, by client and server, the same on both channels; powers 1, 2, 4 W and 8, 16 W. */
function network(): RoundNetwork {
  const uplinkGain = new Float64Array(12)
  const downlinkGain = new Float64Array(12)
  for (let n = 0; n < 3; n++)
    for (let m = 0; m < 2; m++)
      for (let k = 0; k < 2; k++) {
        const at = gainIndex(size, n, m, k)
        uplinkGain[at] = 2 ** (-n - 3 * m)
        downlinkGain[at] = 2 ** (-2 * n - m)
      }
  return {
    ...randomNetwork(1, size),
    clientPowerW: Float64Array.of(1, 2, 4),
    serverPowerW: Float64Array.of(8, 16),
    uplinkGain,
    downlinkGain,
  }
}

const slot = (server: number, channel: number) => slotOf(server, channel, size.channels)

describe('a meter', () => {
  test('shows nothing while everyone is silent', () => {
    const meter = new InterferenceMeter(network())
    expect([meter.uplink(0, 0), meter.uplink(1, 1), meter.downlink(2, 0)]).toEqual([0, 0, 0])
  })

  test('shows servers what clients of others send, and clients what servers send to others', () => {
    const meter = new InterferenceMeter(network())
    meter.place(0, slot(0, 0))
    meter.place(1, slot(1, 0))
    // Client 1 at server 0: 2 W × 2^-1; client 0 at server 1: 1 W × 2^-3. Channel 1 is silent.
    expect([meter.uplink(0, 0), meter.uplink(1, 0), meter.uplink(0, 1)]).toEqual([1, 0.125, 0])
    // Server 1 at client 0: 16 W × 2^-1; server 0 at client 1: 8 W × 2^-2; client 2 hears both: 8 × 2^-4 + 16 × 2^-5.
    expect([meter.downlink(0, 0), meter.downlink(1, 0), meter.downlink(2, 0)]).toEqual([8, 2, 1])
    expect(meter.downlink(2, 1)).toBe(0)
  })

  test('forgets who leaves, and takes leaving twice for once', () => {
    const meter = new InterferenceMeter(network())
    meter.place(0, slot(0, 0))
    meter.place(2, slot(1, 0))
    meter.remove(2)
    meter.remove(2)
    expect([meter.uplink(0, 0), meter.downlink(0, 0), meter.uplink(1, 0)]).toEqual([0, 0, 0.125])
    meter.place(2, slot(1, 1))
    expect([meter.uplink(0, 1), meter.uplink(0, 0)]).toEqual([4 * 2 ** -2, 0])
  })
})

test('while C5 holds, it shows each client and its server the interference of eqs. (10) and (15)', () => {
  const sizes = fc.record({
    seed: fc.nat(),
    clients: fc.integer({ min: 1, max: 12 }),
    servers: fc.integer({ min: 1, max: 4 }),
    channels: fc.integer({ min: 3, max: 5 }),
  })
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.nat()), ({ seed, ...sizes }, draws) => {
      const net = randomNetwork(seed, sizes)
      const free = Array.from({ length: sizes.servers * sizes.channels }, (_, i) => i)
      const assignment = new Int32Array(sizes.clients).fill(-1)
      const meter = new InterferenceMeter(net)
      for (let n = 0; n < sizes.clients && free.length > 0; n++) {
        ;[assignment[n]] = free.splice(draws.next().value % free.length, 1)
        meter.place(n, assignment[n])
      }
      const { uplinkRate, downlinkRate } = evaluateRound(net, assignment)
      for (const [n, held] of assignment.entries()) {
        if (held < 0) continue
        const [m, k] = [serverOf(held, sizes.channels), channelOf(held, sizes.channels)]
        const own = gainIndex(net, n, m, k)
        const rate = (signal: number, interference: number) =>
          net.bandwidthHz * Math.log2(1 + signal / (net.noiseW + interference))
        const uplink = rate(net.clientPowerW[n] * net.uplinkGain[own], meter.uplink(m, k))
        const downlink = rate(net.serverPowerW[m] * net.downlinkGain[own], meter.downlink(n, k))
        expect(Math.abs(uplink / uplinkRate[n] - 1)).toBeLessThan(1e-6)
        expect(Math.abs(downlink / downlinkRate[n] - 1)).toBeLessThan(1e-6)
      }
    }),
  )
})
