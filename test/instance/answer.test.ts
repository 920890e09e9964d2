import { expect, test } from 'vitest'
import { answerOf } from '../../core/instance/answer.js'
import { explicitAssignment, slotsOf } from '../../core/instance/explicit-assignment.js'
import { networkOf } from '../../core/instance/explicit-instance.js'
import { SITS_OUT } from '../../core/plugin/index.js'
import { pairInstance } from './instances.js'

const network = networkOf(pairInstance)
const answer = (server: number[], channel: number[]) =>
  answerOf(network, slotsOf({ server, channel }, network.channels))

test('both clients on one channel, computed by hand from eqs. (5)-(18)', () => {
  expect(answer([0, 1], [0, 0])).toEqual({
    time: 6.5,
    energy: 7,
    cost: 0.5 * 6.5 + 0.25 * 7,
    clients: [
      {
        uplinkRate: 20,
        downlinkRate: 30,
        headTime: 0.5,
        uplinkTime: 2,
        edgeTime: 2,
        downlinkTime: 2,
        time: 6.5,
        headEnergy: 2,
        uplinkEnergy: 2,
        energy: 4,
      },
      {
        uplinkRate: 20,
        downlinkRate: 10,
        headTime: 0.5,
        uplinkTime: 1,
        edgeTime: 0.5,
        downlinkTime: 3,
        time: 5,
        headEnergy: 2,
        uplinkEnergy: 1,
        energy: 3,
      },
    ],
  })
})

test('a client that sits out has nulls, counts for nothing and interferes with nobody', () => {
  const { time, energy, clients } = answer([-1, 1], [-1, 1])
  expect(Object.values(clients[0])).toEqual(Array(10).fill(null))
  expect(clients[1]).toMatchObject({ uplinkRate: 20, downlinkRate: 30, downlinkTime: 1, time: 3 })
  expect([time, energy]).toEqual([3, 3])
})

test('when nobody takes part, nothing is spent', () => {
  expect(answer([-1, -1], [-1, -1])).toMatchObject({ time: 0, energy: 0, cost: 0 })
})

test('a transfer without any signal never ends, which JSON says by null', () => {
  const dead = answer([1, -1], [1, -1])
  expect(dead.time).toBe(Number.POSITIVE_INFINITY)
  expect(JSON.parse(JSON.stringify(dead))).toMatchObject({
    time: null,
    cost: null,
    clients: [{ uplinkRate: 0, uplinkTime: null, edgeTime: 1, energy: null }, { uplinkRate: null }],
  })
})

test('clients that share a slot interfere and share the server, and are listed', () => {
  const { clients, violations } = answer([0, 0], [0, 0])
  expect(violations).toEqual([
    { kind: 'C5', client: 1, message: 'server 0, channel 0 is already taken by client 0 (C5)' },
  ])
  expect(clients[0]).toMatchObject({ uplinkRate: 10 * Math.log2(1 + 9 / 3), edgeTime: 3 })
  expect(clients[1].uplinkRate).toBeCloseTo(10 * Math.log2(1 + 2 / 10), 12)
  expect(clients[0].downlinkRate).toBeCloseTo(10 * Math.log2(1 + 28 / 29), 12)
})

test('an assignment survives its way through slots', () => {
  const assignment = { server: [1, -1], channel: [0, -1] }
  expect(explicitAssignment(slotsOf(assignment, 2), 2)).toEqual(assignment)
})

const consuming = {
  computingPowerW: [10, 20],
  idlePowerW: [3, 0],
  amplifierEfficiency: [0.5, 0.5],
  circuitPowerW: [1, 1],
}

test('servers take what computing, downlinks and idling take, by hand; no part of energy or cost', () => {
  const counting = networkOf({ ...pairInstance, server: { ...pairInstance.server, ...consuming } })
  const { servers, ...rest } = answerOf(counting, slotsOf({ server: [0, 1], channel: [0, 0] }, 2))
  expect(rest).toEqual(answer([0, 1], [0, 0]))
  // 20 and 10 FLOPs at 10 and 20 FLOP/s; 2 W on the air, 5 W taken, for 2 s and 3 s; 6.5 s in all.
  expect(servers).toEqual([
    { computingEnergy: 20, downlinkEnergy: 10, idleEnergy: 19.5, energy: 49.5 },
    { computingEnergy: 10, downlinkEnergy: 15, idleEnergy: 0, energy: 25 },
  ])
})

test('a server that serves all computes for all, and idles where it serves nobody', () => {
  const counting = networkOf({ ...pairInstance, server: { ...pairInstance.server, ...consuming } })
  const { servers, time, clients } = answerOf(counting, slotsOf({ server: [0, 0], channel: [0, 1] }, 2))
  const sent = (clients[0].downlinkTime ?? 0) + (clients[1].downlinkTime ?? 0)
  expect(servers?.[0]).toMatchObject({ computingEnergy: (10 * (4 + 2) * 5) / 10, idleEnergy: 3 * time })
  expect(servers?.[0].downlinkEnergy).toBeCloseTo(5 * sent, 12)
  expect(servers?.[1]).toEqual({ computingEnergy: 0, downlinkEnergy: 0, idleEnergy: 0, energy: 0 })
})

test.each([
  ['fdma', 1],
  ['tdma', 0.25],
] as const)('in a share of a slot (%s) a server spends on average what is on the air', (access, onAir) => {
  const counting = networkOf({
    ...pairInstance,
    access,
    server: { ...pairInstance.server, amplifierEfficiency: [0.5, 0.5] },
  })
  const assignment = Int32Array.of(0, SITS_OUT)
  const decision = { assignment, share: Float64Array.of(0.25, 1), serverPowerW: Float64Array.of(1.5, 1) }
  const { servers, clients } = answerOf(counting, decision)
  expect(servers?.[0].downlinkEnergy).toBeCloseTo(((onAir * 1.5) / 0.5) * (clients[0].downlinkTime ?? 0), 12)
})
