import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { variablesOf } from '../../core/network/decision.js'
import {
  asDecision,
  type Decision,
  evaluateRound,
  findDecisionFlaws,
  gainIndex,
  type RoundNetwork,
  SITS_OUT,
  settled,
} from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const close = (found: number, expected: number, relative = 1e-12) =>
  expect(Math.abs(found / expected - 1), `${found} for ${expected}`).toBeLessThan(relative)

describe('shares of a slot, written out', () => {
  const network = randomNetwork(5, { clients: 3, servers: 2, channels: 1 })
  // Clients 0 and 1 share a slot of server 0; client 2 has one of server 1 on the same channel.
  const assignment = Int32Array.of(0, 0, 1)
  const share = Float64Array.of(0.3, 0.5, 0.8)
  const powerW = Float64Array.of(0.05, 0.08, 0.1)
  const h = (n: number, m: number) => network.uplinkGain[gainIndex(network, n, m, 0)]

  test('of the band: own noise, and others at their mean density', () => {
    const { uplinkRate, uplinkTime, uplinkEnergy } = evaluateRound(
      { ...network, access: 'fdma' },
      { assignment, share, powerW },
    )
    const band = share[0] * network.bandwidthHz
    const heard = share[0] * (network.noiseW + powerW[2] * h(2, 0))
    close(uplinkRate[0], band * Math.log2(1 + (powerW[0] * h(0, 0)) / heard))
    close(uplinkEnergy[0], powerW[0] * uplinkTime[0])
    const toOther = share[2] * (network.noiseW + (powerW[0] * h(0, 1) + powerW[1] * h(1, 1)))
    close(uplinkRate[2], share[2] * network.bandwidthHz * Math.log2(1 + (powerW[2] * h(2, 1)) / toOther))
  })

  test('of the time: the whole band for a part of it, and others as often as they send', () => {
    const { uplinkRate, uplinkTime, uplinkEnergy } = evaluateRound(
      { ...network, access: 'tdma' },
      { assignment, share, powerW },
    )
    const heard = network.noiseW + share[2] * powerW[2] * h(2, 0)
    close(uplinkRate[0], share[0] * network.bandwidthHz * Math.log2(1 + (powerW[0] * h(0, 0)) / heard))
    close(uplinkEnergy[0], share[0] * powerW[0] * uplinkTime[0])
  })
})

describe('work of a client', () => {
  const cuts = [
    {
      name: 'early',
      headFlops: 1e8,
      bodyFlops: 6e10,
      uplinkBits: 6e7,
      downlinkBits: 3e7,
      uplinkBitsPerRound: 1e6,
      downlinkBitsPerRound: 2e6,
    },
    { name: 'late', headFlops: 2e9, bodyFlops: 2e10, uplinkBits: 1e7, downlinkBits: 1e7 },
  ]
  const network: RoundNetwork = {
    ...randomNetwork(2, { clients: 2, servers: 1, channels: 2 }),
    cuts,
    payloads: [
      { name: 'fp32', uplinkShare: 1, downlinkShare: 1 },
      { name: 'int8', uplinkShare: 0.25, downlinkShare: 0.25 },
    ],
    clientClockHz: Float64Array.of(1e9, 2e9),
    clientCycles: Float64Array.of(3e8, 0),
    switchedCapacitance: Float64Array.of(1e-27, 1e-27),
  }
  const assignment = Int32Array.of(0, 1)

  test('by cut, payload, samples and steps', () => {
    const decision: Decision = {
      assignment,
      cut: Int32Array.of(0, 1),
      payload: Int32Array.of(1, 0),
      samples: Float64Array.of(10, 20),
      steps: Int32Array.of(3, 1),
      clockHz: Float64Array.of(5e8, 2e9),
    }
    const found = evaluateRound({ ...network, clientSamples: Float64Array.of(50, 50) }, decision)
    close(found.uplinkTime[0] * found.uplinkRate[0], 0.25 * (3 * 10 * 6e7 + 1e6))
    close(found.downlinkTime[0] * found.downlinkRate[0], 0.25 * (3 * 10 * 3e7 + 2e6))
    close(found.uplinkTime[1] * found.uplinkRate[1], 20 * 1e7)
    // Half the clock: FLOPs take twice as long, and so do cycles.
    close(found.headTime[0], (2 * 30 * 1e8) / network.clientFlops[0] + 3e8 / 5e8)
    close(found.headEnergy[0], 30 * network.clientJoulesPerSample[0] + 1e-27 * 3e8 * 25e16)
    const edge = (3 * 10 * 6e10 + 20 * 2e10) / network.serverFlops[0]
    close(found.edgeTime[0], edge)
    close(found.edgeTime[1], edge)
  })

  test('a share of the server of its own', () => {
    const { edgeTime } = evaluateRound(network, { assignment, edgeShare: Float64Array.of(0.25, 0.75) })
    close(edgeTime[0], (network.clientSamples[0] * 4.9e10) / (0.25 * network.serverFlops[0]))
  })

  test('turns follow each other: no interference between them, and times add', () => {
    const crowded = randomNetwork(9, { clients: 4, servers: 2, channels: 1 })
    const slots = Int32Array.of(0, 1, 0, 1)
    const inTurn = evaluateRound(crowded, { assignment: slots, turn: Int32Array.of(0, 0, 1, 1) })
    const first = evaluateRound(crowded, Int32Array.of(0, 1, SITS_OUT, SITS_OUT))
    const second = evaluateRound(crowded, Int32Array.of(SITS_OUT, SITS_OUT, 0, 1))
    close(inTurn.time, first.time + second.time)
    close(inTurn.energy, first.energy + second.energy)
    const together = evaluateRound(crowded, { assignment: slots, turn: new Int32Array(4) })
    expect(together).toEqual(evaluateRound(crowded, slots))
  })

  test('amplifiers, circuits and receiving take energy', () => {
    const costly = {
      ...network,
      amplifierEfficiency: Float64Array.of(0.5, 1),
      circuitW: Float64Array.of(0.1, 0),
      receiveW: Float64Array.of(0.2, 0),
    }
    const found = evaluateRound(costly, assignment)
    const plain = evaluateRound(network, assignment)
    close(found.uplinkEnergy[0], (network.clientPowerW[0] / 0.5 + 0.1) * plain.uplinkTime[0])
    close(found.clientEnergy[0], found.headEnergy[0] + found.uplinkEnergy[0] + 0.2 * plain.downlinkTime[0])
    expect(found.clientEnergy[1]).toBe(plain.clientEnergy[1])
  })
})

test('serving nobody costs what clients are worth', () => {
  const network = randomNetwork(4, { clients: 3, servers: 1, channels: 3 })
  const nobody = new Int32Array(3).fill(SITS_OUT)
  expect(evaluateRound(network, nobody).cost).toBe(0)
  const priced = { ...network, prices: { unserved: Float64Array.of(10, 20, 30) } }
  expect(evaluateRound(priced, nobody).cost).toBe(60)
  const one = Int32Array.of(0, SITS_OUT, SITS_OUT)
  close(evaluateRound(priced, one).cost, evaluateRound(network, one).cost + 50)
  const dear = { ...network, prices: { energy: Float64Array.of(2, 0, 0) } }
  close(
    evaluateRound(dear, one).cost,
    evaluateRound(network, one).cost + 2 * evaluateRound(network, one).energy,
  )
})

test('whole slots, full power and all samples are what an assignment stands for, to the bit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.constantFrom('channels', 'fdma', 'tdma'),
      (seed, access) => {
        const network = {
          ...randomNetwork(seed, { clients: 6, servers: 2, channels: 3 }),
          access: access as 'fdma',
        }
        const assignment = Int32Array.of(0, 1, 2, 3, 5, SITS_OUT)
        const plain = evaluateRound(network, assignment)
        const said: Decision = {
          assignment,
          powerW: network.clientPowerW.slice(),
          samples: network.clientSamples.slice(),
          ...(access !== 'channels' && { share: new Float64Array(6).fill(1) }),
          serverPowerW: Float64Array.from(assignment, (slot) => network.serverPowerW[slot < 3 ? 0 : 1]),
        }
        expect(evaluateRound(network, said)).toEqual(plain)
        const open = { assignment, powerW: new Float64Array(6).fill(Number.NaN) }
        expect(evaluateRound(network, open)).toEqual(plain)
        expect(variablesOf(asDecision(assignment))).toEqual([])
        expect(settled(network, open).powerW?.[0]).toBe(network.clientPowerW[0])
      },
    ),
    { numRuns: 30 },
  )
})

describe('what is wrong with a decision', () => {
  const network: RoundNetwork = {
    ...randomNetwork(1, { clients: 3, servers: 1, channels: 2 }),
    access: 'fdma',
    clientPowerW: Float64Array.of(0.1, 0.2, 0.2),
    cuts: [{ name: 'only', headFlops: 0, bodyFlops: 0, uplinkBits: 0, downlinkBits: 0 }],
  }
  const assignment = Int32Array.of(0, 0, 1)
  const flaws = (beside: Partial<Decision>, of = network) =>
    findDecisionFlaws({ assignment, share: Float64Array.of(0.5, 0.5, 1), ...beside }, of).map(
      ({ field, client, message }) => `${field} ${client}: ${message}`,
    )

  test.each<[Partial<Decision>, string[]]>([
    [{}, []],
    [
      { share: Float64Array.of(0.7, 0.5, 1) },
      ['share 1: server 0, channel 0: the shares of clients 0, 1 sum to 1.2, more than 1'],
    ],
    [{ powerW: Float64Array.of(0.3, 0.2, 0.2) }, ["powerW 0: 0.3 W is above 0.1 W, the client's power"]],
    [
      { powerW: Float64Array.of(Number.NaN, -1, 0.2) },
      ['powerW 0: NaN is no finite number', 'powerW 1: -1 W is below 0 W'],
    ],
    [{ powerW: Float64Array.of(0.1) }, ['powerW -1: 1 numbers for 3 clients']],
    [{ powerW: [0.1, 0.1, 0.1] as never }, ['powerW -1: expected a Float64Array with a number per client']],
    [{ cut: Int32Array.of(0, 1, 0) }, ['cut 1: 1 is above 0, the last cut']],
    [{ payload: Int32Array.of(0, 0, 0) }, ['payload -1: there are no payloads to choose from here']],
    [{ clockHz: Float64Array.of(1, 1, 1) }, ['clockHz -1: clients have no clock (clockHz) here']],
    [
      { edgeShare: Float64Array.of(0.5, 0.4, 0.3) },
      ["edgeShare 2: server 0: its clients' shares sum to 1.2, more than 1"],
    ],
    [{ steps: Int32Array.of(1, 0, 1) }, ['steps 1: 0 is below 1']],
    [{ deadlineSeconds: 0 }, ['deadlineSeconds -1: 0 is not above 0 s']],
    [
      { power: 1 } as never,
      [
        'power -1: there is no such variable; expected one of assignment, grants, powerW, serverPowerW, clockHz, share, edgeShare, cut, payload, samples, steps, turn, deadlineSeconds',
      ],
    ],
  ])('%o', (beside, expected) => {
    expect(flaws(beside)).toEqual(expected)
  })

  test('shares take slots that can be shared; turns share them one after the other', () => {
    expect(flaws({}, { ...network, access: 'channels' })).toEqual([
      'share -1: slots are whole channels here; expected access fdma or tdma to share them',
    ])
    expect(flaws({ share: Float64Array.of(1, 1, 1), turn: Int32Array.of(0, 1, 0) })).toEqual([])
  })

  test('several slots: of one server, each once, with no more than the client’s power', () => {
    const grants = { first: Int32Array.of(0, 2, 2, 3), slot: Int32Array.of(0, 0, 1) }
    expect(flaws({ grants })).toContain('grants 0: it has slot 0 twice')
    const powerful = {
      first: Int32Array.of(0, 2, 2, 2),
      slot: Int32Array.of(0, 1),
      powerW: Float64Array.of(0.08, 0.08),
    }
    expect(flaws({ grants: powerful })).toContain(
      "grants 0: 0.16 W in all is above 0.1 W, the client's power",
    )
    expect(flaws({ grants: { ...grants, first: Int32Array.of(0, 2) } })).toEqual([
      'grants -1: first: expected 4 rising places from 0',
    ])
  })
})
