import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../../core/errors.js'
import { RandomStreams } from '../../../core/kernel/index.js'
import {
  type Assignment,
  assignmentOf,
  evaluateRound,
  findViolations,
  type RoundNetwork,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { untouched, View } from '../../../core/simulation/view.js'
import { prove as proveDecision } from '../../../plugins/schedulers/optimal/prove.js'
import { randomNetwork } from '../../network/instances.js'
import { builtIn } from '../support.js'

/** How optimal decides on a network. */
async function decided(
  network: RoundNetwork,
  options: Record<string, unknown> = {},
  active = new Uint8Array(network.clients).fill(1),
) {
  const counts = untouched(network, active)
  const viewer = { label: 'optimal', tier: 'twin' } as const
  const scheduler = await builtIn('scheduler', 'optimal', { start: 'random', ...options }, { network })
  const assignment = assignmentOf(await scheduler.decide(new View(1, network, counts, network, viewer)))
  const bound = scheduler.bound?.() ?? null
  return { assignment, cost: evaluateRound(network, assignment).cost, bound }
}

/** The least cost over all assignments that serve these clients under C5, by trying each. */
function leastCost(network: RoundNetwork, active: Uint8Array): number {
  const assignment: Assignment = new Int32Array(network.clients).fill(SITS_OUT)
  const taken = new Uint8Array(network.servers * network.channels)
  const place = (client: number): number => {
    if (client === network.clients) return evaluateRound(network, assignment).cost
    if (!active[client]) return place(client + 1)
    let least = Number.POSITIVE_INFINITY
    for (let slot = 0; slot < taken.length; slot++) {
      if (taken[slot]) continue
      taken[slot] = 1
      assignment[client] = slot
      least = Math.min(least, place(client + 1))
      assignment[client] = SITS_OUT
      taken[slot] = 0
    }
    return least
  }
  return place(0)
}

/** Gains over three decades in place of eight. */
const moderate = (gains: Float64Array) => gains.map((gain) => 1e-9 * (gain / 1e-11) ** (3 / 8))

/** Networks small enough to try everything: gains over three decades, so that who interferes with whom matters. */
const networks = fc
  .record({
    seed: fc.integer(),
    clients: fc.integer({ min: 1, max: 5 }),
    servers: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 3 }),
    /** From radio alone to nearly edge computing alone. */
    edge: fc.constantFrom(0, 1, 30, 1000),
    weights: fc.constantFrom([0.5, 0.5], [1, 0], [0, 1], [1, 0.01], [0.05, 1]),
    samples: fc.constantFrom('alike', 'whole', 'any'),
    // Two of three times a joule costs as much whoever spends it.
    dear: fc.constantFrom(0, 0, 2),
  })
  .filter(({ clients, servers, channels }) => clients <= servers * channels)
  .filter(({ clients, servers, channels }) => (servers * channels) ** clients < 10_000)
  .map(({ seed, clients, servers, channels, edge, weights: [latency, energy], samples, dear }) => {
    const network = randomNetwork(seed, { clients, servers, channels })
    return {
      ...network,
      clientSamples: network.clientSamples.map((count) =>
        samples === 'alike' ? 64 : samples === 'whole' ? count : count * 1.0123456789,
      ),
      load: { ...network.load, bodyFlops: edge * network.load.bodyFlops },
      weights: { latency, energy },
      ...(dear > 0 && { prices: { energy: network.clientSamples.map((_, n) => dear * (n % 3)) } }),
      uplinkGain: moderate(network.uplinkGain),
      downlinkGain: moderate(network.downlinkGain),
    }
  })

/** A proof over slots alone. */
function prove(
  network: RoundNetwork,
  clients: readonly number[],
  start: Assignment,
  ...rest: [gap: number, limits: Parameters<typeof proveDecision>[5]]
) {
  const modes = Array.from({ length: network.clients }, () => [{}])
  const { decision, ...proof } = proveDecision(network, clients, modes, { assignment: start }, ...rest)
  return { ...proof, assignment: decision.assignment }
}

const unlimited = { nodes: Number.POSITIVE_INFINITY, expired: () => false }

describe('optimal', () => {
  test('costs what the best of all assignments costs, and proves it, however bad its start', () => {
    fc.assert(
      fc.property(networks, fc.integer(), (network, seed) => {
        const all = new Uint8Array(network.clients).fill(1)
        const slots = Int32Array.from({ length: network.servers * network.channels }, (_, slot) => slot)
        new RandomStreams(seed).stream('start').shuffle(slots)
        const start = slots.slice(0, network.clients)
        const clients = [...all.keys()]
        const { assignment, cost, bound } = prove(network, clients, start, 0, unlimited)
        expect(findViolations(assignment, network)).toEqual([])
        expect(cost / evaluateRound(network, assignment).cost).toBeCloseTo(1, 9)
        expect(cost / leastCost(network, all)).toBeCloseTo(1, 8)
        expect(bound / cost).toBeCloseTo(1, 9)
      }),
      { numRuns: 400 },
    )
  })

  test('leaves out clients that have quit, and nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(networks, fc.integer({ min: 0, max: 31 }), async (network, bits) => {
        const active = Uint8Array.from({ length: network.clients }, (_, n) => (bits >> n) & 1)
        const { assignment, cost } = await decided(network, {}, active)
        expect([...assignment].map((slot) => (slot === SITS_OUT ? 0 : 1))).toEqual([...active])
        expect(Math.abs(cost - leastCost(network, active))).toBeLessThanOrEqual(1e-8 * cost)
      }),
      { numRuns: 75 },
    )
  })

  test('fills every slot where there are as many clients', async () => {
    const network = randomNetwork(1, { clients: 6, servers: 2, channels: 3 })
    const { assignment, cost, bound } = await decided(network)
    expect([...assignment].sort()).toEqual([0, 1, 2, 3, 4, 5])
    expect(cost).toBeCloseTo(leastCost(network, new Uint8Array(6).fill(1)), 6)
    expect(bound).toBeCloseTo(cost, 6)
  })

  test('refuses more clients than slots, since C5 cannot hold', async () => {
    const network = randomNetwork(1, { clients: 7, servers: 2, channels: 3 })
    await expect(decided(network)).rejects.toThrow(UserError)
    await expect(decided(network)).rejects.toThrow('7 clients and 6 slots: no assignment serves them all')
  })

  test('has nothing to decide when everyone has quit', async () => {
    const { assignment, bound } = await decided(randomNetwork(1), {}, new Uint8Array(16))
    expect([...assignment]).toEqual(new Array(16).fill(SITS_OUT))
    expect(bound).toBe(0)
  })

  test('serves a client that no channel reaches like the others, at an infinite cost', async () => {
    const network = randomNetwork(1, { clients: 3, servers: 2, channels: 2 })
    const dead = network.uplinkGain.map((gain, i) => (Math.floor(i / 2) % 3 === 1 ? 0 : gain))
    const { assignment, cost, bound } = await decided({ ...network, uplinkGain: dead })
    expect(findViolations(assignment, network)).toEqual([])
    expect(assignment).not.toContain(SITS_OUT)
    expect(cost).toBe(Number.POSITIVE_INFINITY)
    expect(bound).toBe(Number.POSITIVE_INFINITY)
  })

  test('finds the one assignment of finite cost when it starts from an infinite one', async () => {
    const network = randomNetwork(1, { clients: 3, servers: 1, channels: 3 })
    // Client n is heard on channel (n + 1) mod 3 only.
    const own = network.uplinkGain.map((gain, i) => (Math.floor(i / 3) === ((i % 3) + 1) % 3 ? gain : 0))
    const { assignment, cost, bound } = await decided({ ...network, uplinkGain: own })
    expect([...assignment]).toEqual([1, 2, 0])
    expect(bound).toBeCloseTo(cost, 6)
  })
})

describe('where it stops early', () => {
  const random = randomNetwork(3, { clients: 10, servers: 3, channels: 6 })
  const network = {
    ...random,
    uplinkGain: moderate(random.uplinkGain),
    downlinkGain: moderate(random.downlinkGain),
  }
  const proved = () => decided(network)

  test('a gap is kept: the answer is that close to the bound, and the optimum is between them', async () => {
    const optimum = (await proved()).cost
    for (const gap of [0.01, 0.1, 0.5]) {
      const { cost, bound } = await decided(network, { gap })
      expect(bound).toBeGreaterThanOrEqual(cost * (1 - gap) * (1 - 1e-9))
      expect(bound).toBeLessThanOrEqual(optimum * (1 + 1e-9))
      expect(cost).toBeGreaterThanOrEqual(optimum * (1 - 1e-9))
    }
  })

  test.each([{ nodeLimit: 1 }, { nodeLimit: 3 }, { timeLimitSeconds: 1e-9 }])(
    'with %j the bound stays below the optimum',
    async (options) => {
      const optimum = (await proved()).cost
      const { assignment, cost, bound } = await decided(network, options)
      expect(findViolations(assignment, network)).toEqual([])
      expect(assignment).not.toContain(SITS_OUT)
      expect(cost).toBeGreaterThanOrEqual(optimum * (1 - 1e-9))
      expect(bound).toBeLessThan(optimum)
      expect(bound).toBeGreaterThan(0)
    },
  )

  test('whenever time is up, the bound is a number above 0 and at most the optimum', async () => {
    const optimum = (await proved()).cost
    const clients = [...Array(network.clients).keys()]
    const start = Int32Array.from(clients)
    for (let calls = 0; calls < 3000; calls += calls < 40 ? 1 : 100) {
      let left = calls
      const proof = prove(network, clients, start, 0, { ...unlimited, expired: () => left-- <= 0 })
      expect(proof.bound, `after ${calls} looks at the clock`).toBeGreaterThan(0)
      expect(proof.bound).toBeLessThanOrEqual(optimum * (1 + 1e-9))
      expect(proof.cost).toBeGreaterThanOrEqual(optimum * (1 - 1e-9))
    }
  })

  test('a bound within a gap is one, whatever is dropped on the way', () => {
    fc.assert(
      fc.property(networks, fc.constantFrom(0.01, 0.1, 0.3), (network, gap) => {
        const clients = [...Array(network.clients).keys()]
        const { cost, bound } = prove(network, clients, Int32Array.from(clients), gap, unlimited)
        const optimum = leastCost(network, new Uint8Array(network.clients).fill(1))
        expect(bound).toBeLessThanOrEqual(optimum * (1 + 1e-8))
        expect(cost).toBeGreaterThanOrEqual(optimum * (1 - 1e-8))
        expect(bound).toBeGreaterThanOrEqual(cost * (1 - gap) * (1 - 1e-8))
      }),
      { numRuns: 300 },
    )
  })

  test('a node limit strikes at the same place every time', async () => {
    const [first, second] = [
      await decided(network, { nodeLimit: 3 }),
      await decided(network, { nodeLimit: 3 }),
    ]
    expect(second).toEqual(first)
  })
})
