import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../../core/kernel/index.js'
import {
  evaluateRound,
  FOREVER,
  gainIndex,
  MeasuredRound,
  type RoundNetwork,
  SITS_OUT,
} from '../../../../core/plugin/index.js'
import { Candidates } from '../../../../plugins/schedulers/sequential-q/candidates.js'
import { FEATURES, writeFeatures } from '../../../../plugins/schedulers/sequential-q/features.js'
import {
  type Board,
  knownGains,
  type RequestTier,
} from '../../../../plugins/schedulers/sequential-q/gains.js'
import { Requests } from '../../../../plugins/schedulers/sequential-q/requests.js'
import { curves } from '../../../network/curves.js'
import { networkOf, roomySizes } from '../support.js'
import { everyone, paperRound, shuffled } from './rounds.js'

const anyRate = fc.constantFrom(undefined, ...Object.values(curves))

const NOBODY = { time: 0, energy: 0 }

const boardOf = (network: RoundNetwork, tier: RequestTier): Board => {
  const board: Board = new MeasuredRound(network.clients, network.servers, network.channels)
  board.open(knownGains(network, network, tier))
  return board
}

const placed = (board: Board, client: number, slot: number) => {
  const assignment = board.slot.slice()
  assignment[client] = slot
  return assignment
}

/** Every free slot. */
const all = { longest: 40, drop: Number.POSITIVE_INFINITY, limit: Number.POSITIVE_INFINITY }

describe('what a candidate looks to cost', () => {
  test('is what it costs, where all gains are known', () => {
    fc.assert(
      fc.property(roomySizes, anyRate, ({ seed, ...size }, rate) => {
        const network = { ...networkOf(seed, size), rate }
        const board = shuffled(boardOf(network, 'twin'), seed)
        const candidates = new Candidates(size.servers, size.channels, size.servers * size.channels)
        candidates.consider(board, 0, NOBODY, everyone({ ...network, clients: size.servers }), all)
        for (let i = 0; i < candidates.count; i++) {
          const { cost } = evaluateRound(network, placed(board, 0, candidates.slots[i]))
          if (cost === Infinity) expect(candidates.cost[i]).toBeGreaterThan(FOREVER / 1e3)
          else expect(Math.abs(candidates.cost[i] - cost)).toBeLessThanOrEqual(1e-9 * cost)
        }
        const costs = [...candidates.cost.subarray(0, candidates.count)]
        expect(costs).toEqual(costs.toSorted((a, b) => a - b))
      }),
    )
  })

  test('takes the mean for gains that tier local does not know', () => {
    const network = paperRound(3)
    const board = shuffled(boardOf(network, 'local'), 3)
    const candidates = new Candidates(4, 10, 40)
    candidates.consider(board, 0, NOBODY, new Uint8Array(4).fill(1), all)
    expect(candidates.count).toBeGreaterThan(20)
    for (let i = 0; i < candidates.count; i++) {
      const slot = candidates.slots[i]
      const server = Math.floor(slot / 10)
      const downlinkGain = network.downlinkGain.slice()
      for (let n = 1; n < 16; n++)
        downlinkGain[gainIndex(network, n, server, slot % 10)] = network.meanGain[n * 4 + server]
      const { cost } = evaluateRound({ ...network, downlinkGain }, placed(board, 0, slot))
      expect(Math.abs(candidates.cost[i] - cost)).toBeLessThanOrEqual(1e-9 * cost)
    }
  })

  test('keeps the cheapest of those that are wanted, whatever bounds rule out', () => {
    const wanted = fc.record({
      longest: fc.integer({ min: 1, max: 8 }),
      drop: fc.constantFrom(1.01, 1.5, Number.POSITIVE_INFINITY),
      limit: fc.constantFrom(0.9, 1, 1.1, 2, Number.POSITIVE_INFINITY),
    })
    fc.assert(
      fc.property(
        roomySizes,
        wanted,
        fc.boolean(),
        anyRate,
        (sizes, { longest, drop, limit }, waits, rate) => {
          const { seed, ...size } = sizes
          const network = { ...networkOf(seed, size), rate }
          const board = shuffled(boardOf(network, 'twin'), seed)
          const open = new Uint8Array(size.servers).fill(1)
          const rest = waits ? { time: board.time() / 2, energy: board.totalEnergy() / 3 } : NOBODY
          const every = new Candidates(size.servers, size.channels, size.servers * size.channels)
          every.consider(board, 0, rest, open, all)
          const costs = [...every.cost.subarray(0, every.count)]
          const most = limit * costs[costs.length >> 1]
          const kept = costs.filter((cost) => cost < most && cost <= drop * costs[0]).slice(0, longest)
          const few = new Candidates(size.servers, size.channels, longest)
          few.consider(board, 0, rest, open, { longest, drop, limit: most })
          expect([...few.cost.subarray(0, few.count)]).toEqual(kept)
        },
      ),
      { numRuns: 400 },
    )
  })
})

/** Another gain for everything that a client's request at tier `local` must not depend on. */
function withOtherUnknowns(network: RoundNetwork, requests: Requests): RoundNetwork {
  const { slot } = requests.board
  const random = new RandomStreams(1).stream('unknown')
  const uplinkGain = network.uplinkGain.slice()
  const downlinkGain = network.downlinkGain.slice()
  for (let n = 0; n < network.clients; n++) {
    if (n === requests.client) continue
    for (let k = 0; k < network.channels; k++)
      for (let m = 0; m < network.servers; m++) {
        const at = gainIndex(network, n, m, k)
        const onIt = slot[n] !== SITS_OUT && slot[n] % network.channels === k
        // Servers measure what they receive of those who transmit, and clients what they receive of active servers.
        if (!onIt) uplinkGain[at] *= random.exponential()
        if (!onIt || requests.board.occupant[m * network.channels + k] === -1)
          downlinkGain[at] *= random.exponential()
      }
  }
  return { ...network, uplinkGain, downlinkGain }
}

describe('a request at tier local', () => {
  const featuresOf = (requests: Requests) => {
    requests.consider()
    const features = new Float32Array(8 * FEATURES)
    writeFeatures(requests, features, 0)
    return { slots: [...requests.candidates.slots.subarray(0, requests.candidates.count)], features }
  }

  /** Candidates and features of the tenth request, with gains of another network from then on. */
  const tenth = (tier: RequestTier, change: boolean) => {
    const network = paperRound(5)
    const requests = new Requests(16, 4, 10)
    requests.open(knownGains(network, network, tier), { active: everyone(network) }, 0)
    // What is announced before the first request is each client's own: its time alone on its best channel.
    while (requests.made < 9) {
      requests.consider()
      requests.take(0)
    }
    requests.keep()
    requests.consider()
    requests.goBack()
    requests.client = requests.order[9]
    if (change) {
      const other = withOtherUnknowns(network, requests)
      requests.board.gains = knownGains(other, other, tier)
    }
    return featuresOf(requests)
  }

  test('depends on nothing but its own gains, what is measured, and means', () => {
    expect(tenth('local', true)).toEqual(tenth('local', false))
  })

  test('unlike one at tier twin', () => {
    expect(tenth('twin', true)).not.toEqual(tenth('twin', false))
  })
})

test('features are finite and of moderate size, from the first request to the last', () => {
  fc.assert(
    fc.property(
      roomySizes,
      fc.constantFrom<RequestTier>('large-scale', 'local', 'twin'),
      ({ seed, ...size }, tier) => {
        const network = networkOf(seed, size)
        const requests = new Requests(size.clients, size.servers, size.channels)
        const features = new Float32Array(8 * FEATURES)
        requests.open(knownGains(network, network, tier), { active: everyone(network) }, 0)
        while (requests.made < requests.total) {
          requests.consider()
          writeFeatures(requests, features.fill(0), 0)
          for (const value of features) expect(Math.abs(value)).toBeLessThan(20)
          requests.take(0)
        }
      },
    ),
    { numRuns: 30 },
  )
})
