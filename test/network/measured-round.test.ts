import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  evaluateRound,
  FOREVER,
  InterferenceMeter,
  MeasuredRound,
  type RoundGains,
  type RoundNetwork,
  SITS_OUT,
  sinrFor,
  transferTime,
} from '../../core/plugin/index.js'
import { paperRound, shuffled } from '../plugins/schedulers/sequential-q/rounds.js'
import { networkOf, roomySizes } from '../plugins/schedulers/support.js'
import { curves } from './curves.js'

const anyRate = fc.constantFrom(undefined, ...Object.values(curves))

const measured = (network: RoundNetwork): MeasuredRound => {
  const round = new MeasuredRound(network.clients, network.servers, network.channels)
  round.open({ ...network, parameters: network } satisfies RoundGains)
  return round
}

describe('what is measured', () => {
  test('costs what the round costs, whoever came and went', () => {
    fc.assert(
      fc.property(roomySizes, anyRate, ({ seed, ...size }, rate) => {
        const network = { ...networkOf(seed, size), rate }
        const round = shuffled(measured(network), seed)
        const { cost, time, energy } = evaluateRound(network, round.slot)
        if (cost === Infinity) {
          expect(round.time()).toBeGreaterThanOrEqual(FOREVER)
          return
        }
        expect(Math.abs(round.cost() - cost)).toBeLessThanOrEqual(1e-9 * cost)
        expect(Math.abs(round.time() - time)).toBeLessThanOrEqual(1e-9 * time)
        expect(Math.abs(round.totalEnergy() - energy)).toBeLessThanOrEqual(1e-9 * energy)
      }),
    )
  })

  test('counts amplifiers, circuits, receivers and prices as the round does', () => {
    fc.assert(
      fc.property(roomySizes, ({ seed, ...size }) => {
        const each = (from: number, step: number) =>
          Float64Array.from({ length: size.clients }, (_, n) => from + step * n)
        const network = {
          ...networkOf(seed, size),
          amplifierEfficiency: each(0.3, 0.01),
          circuitW: each(0.1, 0.02),
          receiveW: each(0.05, 0.03),
          prices: { energy: each(0, 0.1), unserved: each(2, 1) },
        }
        const round = shuffled(measured(network), seed)
        const { cost, clientEnergy } = evaluateRound(network, round.slot)
        if (cost === Infinity) return
        expect(Math.abs(round.cost() - cost)).toBeLessThanOrEqual(1e-9 * cost)
        for (const [n, slot] of round.slot.entries())
          if (slot !== SITS_OUT) expect(round.energy[n] / clientEnergy[n]).toBeCloseTo(1, 9)
      }),
    )
  })

  test('is the interference that meters show', () => {
    const network = paperRound(7)
    const round = shuffled(measured(network), 7)
    const meter = new InterferenceMeter(network)
    for (const [client, slot] of round.slot.entries()) if (slot !== SITS_OUT) meter.place(client, slot)
    for (const [client, slot] of round.slot.entries()) {
      if (slot === SITS_OUT) continue
      const server = Math.floor(slot / 10)
      const channel = slot % 10
      const atServer = round.serverNoise[channel * 4 + server] - network.noiseW
      expect(atServer).toBeCloseTo(meter.uplink(server, channel), 20)
      expect(round.clientNoise[client] - network.noiseW).toBeCloseTo(meter.downlink(client, channel), 20)
    }
  })
})

describe('what would be, if another client came', () => {
  test('is what is then measured', () => {
    fc.assert(
      fc.property(roomySizes, fc.nat(), ({ seed, ...size }, at) => {
        const network = networkOf(seed, size)
        const round = shuffled(measured(network), seed)
        const free = [...round.occupant.keys()].filter((slot) => round.occupant[slot] === -1)
        const slot = free[at % free.length]
        const server = Math.floor(slot / size.channels)
        const channel = slot % size.channels
        const noise = round.noiseAt(0, channel)
        const others = [...round.slot.keys()].filter(
          (n) => n > 0 && round.slot[n] !== SITS_OUT && round.slot[n] % size.channels === channel,
        )
        const link = (n: number, m: number) => (channel * size.clients + n) * size.servers + m
        const expected = others.map((n) => {
          const m = Math.floor(round.slot[n] / size.channels)
          return [
            n,
            round.headTime[n] +
              round.uplinkTime(n, m, channel, network.clientPowerW[0] * network.uplinkGain[link(0, m)]) +
              round.downlinkTime(n, network.serverPowerW[server] * network.downlinkGain[link(n, server)]),
          ]
        })
        round.place(0, slot)
        expect(Math.abs(round.clientNoise[0] - noise)).toBeLessThanOrEqual(1e-12 * noise)
        for (const [n, time] of expected)
          expect(Math.abs(round.radioTime[n] - time)).toBeLessThanOrEqual(1e-9 * time)
      }),
    )
  })
})

test('a round that is restored is as it was saved', () => {
  const round = shuffled(measured(paperRound(5)), 5)
  const kept = round.save()
  const before = structuredClone({ ...round, gains: undefined, parameters: undefined })
  for (let n = 0; n < 8; n++) if (round.slot[n] !== SITS_OUT) round.remove(n)
  expect(round.totalEnergy()).not.toBe(0)
  expect([...round.slot]).not.toEqual([...before.slot])
  round.restore(kept)
  expect(structuredClone({ ...round, gains: undefined, parameters: undefined })).toEqual(before)
})

test('the SINR for a time is that at which a transfer takes it', () => {
  for (const seconds of [0.1, 0.7, 30, 5000])
    expect(transferTime(12, sinrFor(12, seconds))).toBeCloseTo(seconds, 9)
  expect(sinrFor(0, 1)).toBe(0)
  expect(sinrFor(12, Infinity)).toBe(0)
  expect(sinrFor(12, 0)).toBe(Infinity)
})
