import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import {
  asDecision,
  type CutLoad,
  type Decision,
  type DecisionVariable,
  evaluateRound,
  findDecisionFlaws,
  gainIndex,
  type RoundNetwork,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { untouched, View } from '../../../core/simulation/view.js'
import { randomNetwork } from '../../network/instances.js'
import { builtIn } from '../support.js'
import { everyAssignment } from './support.js'

/** How optimal decides where these variables are open. */
async function decided(
  network: RoundNetwork,
  open: readonly DecisionVariable[],
  options: Record<string, unknown> = {},
) {
  const viewer = { label: 'optimal', tier: 'twin', open: new Set(open) } as const
  const scheduler = await builtIn('scheduler', 'optimal', { start: 'random', ...options }, { network })
  const view = new View(1, network, untouched(network), network, viewer)
  const decision = asDecision(await scheduler.decide(view))
  expect(findDecisionFlaws(decision, network)).toEqual([])
  return { decision, cost: evaluateRound(network, decision).cost, bound: scheduler.bound?.() ?? null }
}

/** Every way to choose one of so many for each client. */
function* everyChoice(counts: readonly number[]): Generator<Int32Array> {
  const choice = new Int32Array(counts.length)
  for (;;) {
    yield choice
    let at = 0
    while (at < counts.length && ++choice[at] === counts[at]) choice[at++] = 0
    if (at === counts.length) return
  }
}

/** The least cost over all slots, powers, clocks, cuts and payloads, by trying each. */
function leastCost(network: RoundNetwork, open: ReadonlySet<DecisionVariable>): number {
  const { clients, bounds, cuts, payloads } = network
  const powers = open.has('power') ? [...(bounds?.powerLevelsW ?? [])] : []
  const clocks = open.has('clock') ? [...(bounds?.clockLevelsHz ?? [])] : []
  const counts = [
    powers.length || 1,
    clocks.length || 1,
    (open.has('cut') && cuts?.length) || 1,
    (open.has('payload') && payloads?.length) || 1,
  ]
  const each = counts.flatMap((count) => Array(clients).fill(count) as number[])
  let least = Number.POSITIVE_INFINITY
  for (const assignment of everyAssignment(network))
    for (const choice of everyChoice(each)) {
      const of = (field: number) => choice.subarray(field * clients, (field + 1) * clients)
      const decision: Decision = {
        assignment,
        ...(powers.length > 0 && { powerW: Float64Array.from(of(0), (level) => powers[level]) }),
        ...(clocks.length > 0 && { clockHz: Float64Array.from(of(1), (level) => clocks[level]) }),
        ...(open.has('cut') && { cut: of(2) }),
        ...(open.has('payload') && { payload: of(3) }),
      }
      least = Math.min(least, evaluateRound(network, decision).cost)
    }
  return least
}

const cutAt = (name: string, share: number): CutLoad => ({
  name,
  headFlops: 4e9 * share,
  bodyFlops: 4.9e10 * (1 - share),
  uplinkBits: 6.4e7 * (1 - 0.7 * share),
  downlinkBits: 3.2e7 * (1 - 0.5 * share),
  uplinkBitsPerRound: 1e8 * share,
})

/** Networks small enough to try everything. */
const networks = fc
  .record({
    seed: fc.integer(),
    clients: fc.integer({ min: 1, max: 3 }),
    servers: fc.integer({ min: 1, max: 2 }),
    channels: fc.integer({ min: 1, max: 2 }),
    edge: fc.constantFrom(0, 1, 100),
    weights: fc.constantFrom([0.5, 0.5], [1, 0], [0, 1], [1, 0.01], [0.05, 1]),
    receives: fc.boolean(),
    open: fc.subarray(['power', 'clock', 'cut', 'payload'] as const, { minLength: 1, maxLength: 2 }),
  })
  .filter(({ clients, servers, channels }) => clients <= servers * channels)
  .map(({ seed, clients, servers, channels, edge, weights: [latency, energy], receives, open }) => {
    const network = randomNetwork(seed, { clients, servers, channels })
    const random = new RandomStreams(seed).stream('joint')
    const draw = (low: number, high: number) =>
      Float64Array.from({ length: clients }, () => random.uniform(low, high))
    const moderate = (gains: Float64Array) => gains.map((gain) => 1e-9 * (gain / 1e-11) ** (3 / 8))
    const load = { ...network.load, bodyFlops: edge * network.load.bodyFlops }
    const drawn: RoundNetwork = {
      ...network,
      load,
      weights: { latency, energy },
      uplinkGain: moderate(network.uplinkGain),
      downlinkGain: moderate(network.downlinkGain),
      clientPowerW: new Float64Array(clients).fill(0.2),
      clientClockHz: new Float64Array(clients).fill(2e9),
      clientCycles: draw(1e9, 1e10),
      switchedCapacitance: draw(1e-28, 1e-27),
      bounds: {
        powerLevelsW: Float64Array.of(0.02, 0.06, 0.2),
        clockLevelsHz: Float64Array.of(5e8, 1e9, 2e9),
      },
      cuts: [cutAt('early', 0.1), cutAt('middle', 0.5), cutAt('late', 0.9)],
      payloads: [
        { name: 'small up', uplinkShare: 0.3, downlinkShare: 1 },
        { name: 'small down', uplinkShare: 0.6, downlinkShare: 0.4 },
      ],
      ...(receives && { receiveW: draw(0, 0.5) }),
    }
    return { network: drawn, open: open as readonly DecisionVariable[] }
  })

/** Fewer levels, cuts and payloads to choose between: all but one of each, in turn; and, if so, a server or a channel less. */
function narrowed(network: RoundNetwork, { keep, slots }: { keep: number; slots: boolean }): RoundNetwork {
  const { bounds, cuts, payloads, clients, servers, channels } = network
  const without = <T>(all: readonly T[]): T[] => all.filter((_, i) => i !== keep % all.length)
  const fewer: RoundNetwork = {
    ...network,
    bounds: {
      powerLevelsW: Float64Array.from(without([...bounds!.powerLevelsW!])),
      clockLevelsHz: Float64Array.from(without([...bounds!.clockLevelsHz!])),
    },
    cuts: without(cuts!),
    payloads: without(payloads!),
  }
  if (!slots) return fewer
  const less =
    servers > 1 && clients <= (servers - 1) * channels
      ? { clients, servers: servers - 1, channels }
      : { clients, servers, channels: clients <= servers * (channels - 1) ? channels - 1 : channels }
  const gains = (all: Float64Array) => {
    const kept = new Float64Array(clients * less.servers * less.channels)
    for (let k = 0; k < less.channels; k++)
      for (let n = 0; n < clients; n++)
        for (let m = 0; m < less.servers; m++)
          kept[gainIndex(less, n, m, k)] = all[gainIndex(network, n, m, k)]
    return kept
  }
  return {
    ...fewer,
    ...less,
    uplinkGain: gains(network.uplinkGain),
    downlinkGain: gains(network.downlinkGain),
    meanGain: Float64Array.from({ length: clients * less.servers }, (_, i) => {
      const [client, server] = [Math.floor(i / less.servers), i % less.servers]
      return network.meanGain[client * servers + server]
    }),
    serverPowerW: network.serverPowerW.slice(0, less.servers),
    serverFlops: network.serverFlops.slice(0, less.servers),
  }
}

describe('optimal beyond slots', () => {
  test('costs what the best of all decisions in levels costs, and proves it', async () => {
    await fc.assert(
      fc.asyncProperty(networks, async ({ network, open }) => {
        const { cost, bound } = await decided(network, open)
        expect(Math.abs(cost - leastCost(network, new Set(open)))).toBeLessThanOrEqual(1e-8 * cost)
        expect(bound).not.toBeNull()
        expect(Math.abs(Number(bound) - cost)).toBeLessThanOrEqual(1e-8 * cost)
      }),
      { numRuns: process.env.COTWIN_LONG ? 300 : 40 },
    )
  })

  test('what is open beside never costs more, and what clients cannot have is left out', async () => {
    const [{ network }] = fc.sample(
      networks.filter(({ network }) => network.clients === 3),
      { seed: 4, numRuns: 1 },
    )
    const weak = { ...network, clientPowerW: Float64Array.of(0.2, 0.07, 0.02) }
    let before = (await decided(weak, [])).cost
    for (const open of [['power'], ['power', 'cut'], ['power', 'cut', 'payload']] as const) {
      const { decision, cost } = await decided(weak, open)
      expect(cost).toBeLessThanOrEqual(before * (1 + 1e-9))
      expect(decision.powerW?.[2]).toBe(0.02)
      before = cost
    }
  })

  test('a wider range never costs more: levels, cuts, payloads, channels and servers', async () => {
    const wide = networks.filter(
      ({ network: { clients, servers, channels } }) => clients <= (servers - 1 || 1) * channels,
    )
    const narrowing = fc.record({ keep: fc.integer({ min: 0, max: 5 }), slots: fc.boolean() })
    let cheaper = 0
    await fc.assert(
      fc.asyncProperty(wide, narrowing, async ({ network, open }, how) => {
        const narrow = await decided(narrowed(network, how), open)
        const whole = await decided(network, open)
        expect(whole.cost).toBeLessThanOrEqual(narrow.cost * (1 + 1e-9))
        expect(Number(whole.bound)).toBeLessThanOrEqual(Number(narrow.bound) * (1 + 1e-9))
        if (whole.cost < narrow.cost * (1 - 1e-6)) cheaper++
      }),
      { numRuns: process.env.COTWIN_LONG ? 300 : 30 },
    )
    // Ranges that change nothing would prove nothing.
    expect(cheaper).toBeGreaterThan(0)
  })

  test('with a node limit the bound stays below the optimum', async () => {
    const [{ network }] = fc.sample(
      networks.filter(({ network }) => network.clients === 3),
      { seed: 2, numRuns: 1 },
    )
    const optimum = (await decided(network, ['power', 'cut'])).cost
    const { decision, cost, bound } = await decided(network, ['power', 'cut'], { nodeLimit: 1 })
    expect(decision.assignment).not.toContain(SITS_OUT)
    expect(cost).toBeGreaterThanOrEqual(optimum * (1 - 1e-9))
    expect(Number(bound)).toBeLessThanOrEqual(optimum * (1 + 1e-9))
  })

  test.each([
    ['energy alone counts', { latency: 0, energy: 1 }, 5e8],
    ['time alone counts', { latency: 1, energy: 0 }, 2e9],
  ])('clocks of any speed have their best whatever the round, where %s', async (_, weights, best) => {
    const [{ network }] = fc.sample(networks, { seed: 7, numRuns: 1 })
    const any = { ...network, weights, bounds: { leastClockHz: 5e8 } }
    const { decision, cost, bound } = await decided(any, ['clock'])
    expect([...(decision.clockHz ?? [])]).toEqual(Array(network.clients).fill(best))
    expect(Math.abs(Number(bound) - cost)).toBeLessThanOrEqual(1e-8 * cost)
    const levels = { ...any, bounds: { clockLevelsHz: Float64Array.of(5e8, 8e8, 1.3e9, 2e9) } }
    expect(cost).toBeLessThanOrEqual(leastCost(levels, new Set(['clock'])) * (1 + 1e-9))
  })
})
