import { describe, expect, test } from 'vitest'
import {
  asDecision,
  type CutLoad,
  type DecisionVariable,
  evaluateRound,
  findDecisionFlaws,
  limitsOf,
  type RoundNetwork,
} from '../../../../core/plugin/index.js'
import { untouched, View } from '../../../../core/simulation/view.js'
import { Requests } from '../../../../plugins/schedulers/sequential-q/requests.js'
import { Ways } from '../../../../plugins/schedulers/sequential-q/ways.js'
import { builtIn } from '../../support.js'
import { cellsOf } from '../support.js'

const cut = (name: string, headFlops: number, bits: number): CutLoad => ({
  name,
  headFlops,
  bodyFlops: 2.47e11 - headFlops,
  uplinkBits: bits,
  downlinkBits: bits,
})

/** The network of scenarios/joint.yaml, in small or as it is. */
function jointCells(seed: number, size = { clients: 16, servers: 4, channels: 10 }): RoundNetwork {
  const network = cellsOf(seed, size)
  const all = (value: number) => new Float64Array(size.clients).fill(value)
  return {
    ...network,
    noiseW: 10 ** -14.4,
    clientPowerW: all(0.2),
    serverPowerW: new Float64Array(size.servers).fill(2),
    serverFlops: new Float64Array(size.servers).fill(1.424e13),
    clientSamples: all(128),
    clientFlops: Float64Array.from({ length: size.clients }, (_, n) => 5e10 + (n * 3.5e11) / size.clients),
    clientJoulesPerSample: all(0),
    clientClockHz: all(2e9),
    clientCycles: all(5e10),
    switchedCapacitance: all(1e-28),
    weights: { latency: 0.5, energy: 0.5 },
    load: cut('', 1.98e11, 6.422528e7),
    cuts: [
      cut('conv2', 4.8e10, 2.569011e8),
      cut('conv3', 1.1e11, 1.284506e8),
      cut('conv4', 1.98e11, 6.422528e7),
    ],
    bounds: {
      powerLevelsW: Float64Array.of(0.0126, 0.0316, 0.0794, 0.2),
      clockLevelsHz: Float64Array.of(1e9, 2e9),
    },
  }
}

const open = ['power', 'clock', 'cut'] as const satisfies readonly DecisionVariable[]

async function decided(network: RoundNetwork, tier: 'local' | 'twin', options: Record<string, unknown>) {
  const scheduler = await builtIn('scheduler', 'sequential-q', { tier, ...options }, { network })
  const view = new View(1, network, untouched(network), network, { label: 'q', tier, open: new Set(open) })
  return asDecision(await scheduler.decide(view))
}

describe('requests for a slot with a power, a clock and a cut', () => {
  test.each(['local', 'twin'] as const)('serve everyone within what is open, at tier %s', async (tier) => {
    for (let seed = 1; seed <= 6; seed++) {
      const network = jointCells(seed, { clients: 7, servers: 2, channels: 4 })
      const decision = await decided(network, tier, { joint: true })
      expect(findDecisionFlaws(decision, network)).toEqual([])
      expect(new Set(decision.assignment).size).toBe(7)
      for (const field of ['powerW', 'clockHz', 'cut'] as const) expect(decision[field]).toHaveLength(7)
    }
  })

  test('cost at tier twin what they are estimated at, whatever ways the others chose', () => {
    const network = jointCells(3, { clients: 6, servers: 3, channels: 3 })
    const ways = new Ways(network, limitsOf(network, new Set(open)))
    expect(ways.most).toBe(24)
    const requests = new Requests(6, 3, 3, ways.most)
    const gains = { ...network, parameters: network, crossGainsKnown: true }
    requests.open(gains, { active: new Uint8Array(6).fill(1) }, 1, ways)
    while (requests.made < requests.total) {
      requests.consider()
      const { candidates, board, client, first } = requests
      // Once everyone has a slot nothing waits, so that the estimate is the round's cost.
      const place = requests.made % Math.max(1, candidates.count)
      const last = !first && requests.waiting === client
      const estimated = candidates.cost[place]
      const worth = last && candidates.count > 0
      requests.take(first ? place % Math.max(1, candidates.count) : 0)
      const decision = ways.decisionOf(board.slot.slice(), board.way)
      const { cost } = evaluateRound(network, decision)
      expect(Math.abs(board.cost() / cost - 1)).toBeLessThan(1e-9)
      if (worth && place === 0 && board.slot[client] === candidates.slots[0])
        expect(Math.min(estimated, cost)).toBeLessThanOrEqual(cost * (1 + 1e-9))
    }
  })

  test('are for slots alone where nothing else is open, or nobody asks for more', async () => {
    const network = jointCells(2)
    const alone = await decided(network, 'twin', {})
    expect(Object.keys(alone)).toEqual(['assignment'])
    const { cuts: _, bounds: __, ...plain } = network
    const scheduler = await builtIn(
      'scheduler',
      'sequential-q',
      { tier: 'twin', joint: true },
      { network: plain },
    )
    const view = new View(1, plain, untouched(plain), plain, { label: 'q', tier: 'twin' })
    const decision = asDecision(await scheduler.decide(view))
    expect(Object.keys(decision)).toEqual(['assignment'])
    expect(new Set(decision.assignment).size).toBe(16)
  })

  test('cost less than requests for slots and the best that an allocator makes of them', async () => {
    const rounds = process.env.COTWIN_LONG ? 60 : 8
    const allocator = await builtIn('allocator', 'coordinate-descent', {}, { network: jointCells(1) })
    const sums = { joint: 0, local: 0, inTurn: 0 }
    for (let seed = 1; seed <= rounds; seed++) {
      const network = jointCells(100 + seed)
      const cost = (decision: Parameters<typeof evaluateRound>[1]) =>
        Math.log(evaluateRound(network, decision).cost)
      const slots = await decided(network, 'twin', {})
      const limits = limitsOf(network, new Set(open))
      const context = { round: 1, network, deadlineSeconds: undefined, limits }
      sums.inTurn += cost(await allocator.allocate(context, slots))
      sums.joint += cost(await decided(network, 'twin', { joint: true }))
      sums.local += cost(await decided(network, 'local', { joint: true }))
    }
    expect(Math.exp((sums.joint - sums.inTurn) / rounds)).toBeLessThan(0.99)
    expect(Math.exp((sums.local - sums.inTurn) / rounds)).toBeLessThan(1.06)
  })

  test('weights for slots alone are refused', async () => {
    const weights = new URL(
      '../../../../plugins/schedulers/sequential-q/weights/twin.safetensors',
      import.meta.url,
    )
    const network = jointCells(1)
    const made = builtIn(
      'scheduler',
      'sequential-q',
      { tier: 'twin', joint: true, weights: weights.pathname },
      { network },
    )
    await expect(made).rejects.toThrow('were trained for joint false; expected true')
  })
})
