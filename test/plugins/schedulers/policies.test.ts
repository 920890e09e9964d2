import { describe, expect, test } from 'vitest'
import {
  asDecision,
  evaluateRound,
  type RoundNetwork,
  type Scheduler,
  SequentialGame,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { untouched, View } from '../../../core/simulation/view.js'
import { oortScores } from '../../../plugins/schedulers/oort/score.js'
import { oneStep } from '../../network/curves.js'
import { builtIn } from '../support.js'
import { networkOf } from './support.js'

const network = networkOf(3, { clients: 8, servers: 2, channels: 4 })

const policy = (name: string, options: Record<string, unknown>, of: RoundNetwork = network) =>
  builtIn('scheduler', name, options, { network: of })

/** The clients that a policy selects in a round; it then hears of their losses. */
async function play(
  scheduler: Scheduler,
  round: number,
  losses?: (client: number) => number,
  of: RoundNetwork = network,
): Promise<number[]> {
  const view = new View(round, of, untouched(of), of, { label: 'policy', tier: 'twin' })
  const decision = asDecision(await scheduler.decide(view))
  const { assignment } = decision
  const cost = evaluateRound(of, decision)
  const served = [...assignment.keys()].filter((client) => assignment[client] !== SITS_OUT)
  await scheduler.observe?.({
    round,
    assignment,
    decision,
    cost,
    completed: Uint8Array.from(assignment, (slot) => (slot === SITS_OUT ? 0 : 1)),
    ...(losses && {
      losses: Float64Array.from(assignment, (slot, client) =>
        slot === SITS_OUT ? Number.NaN : losses(client),
      ),
    }),
  })
  return served
}

test('random serves everyone as often where there are fewer slots than clients', async () => {
  const few = networkOf(3, { clients: 8, servers: 1, channels: 2 })
  const scheduler = await policy('random', {}, few)
  const served = new Int32Array(8)
  const ROUNDS = 2000
  for (let round = 1; round <= ROUNDS; round++)
    for (const client of await play(scheduler, round, undefined, few)) served[client]++
  // A quarter of the rounds, within five standard deviations of the binomial.
  for (const count of served)
    expect(Math.abs(count - ROUNDS / 4)).toBeLessThan(5 * Math.sqrt((ROUNDS * 3) / 16))
})

test('round-robin serves everyone as often, in turn', async () => {
  const scheduler = await policy('round-robin', { count: 3 })
  const rounds: number[][] = []
  for (let round = 1; round <= 8; round++) rounds.push(await play(scheduler, round))
  expect(rounds.slice(0, 3)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
    [0, 6, 7],
  ])
  const times = new Array<number>(8).fill(0)
  for (const served of rounds) for (const client of served) times[client]++
  expect(times).toEqual(new Array(8).fill(3))
})

test('power-of-choice takes the candidates with the highest loss, untried ones first', async () => {
  const scheduler = await policy('power-of-choice', { count: 4, candidates: 8 })
  const first = await play(scheduler, 1, (client) => client)
  const second = await play(scheduler, 2, (client) => client)
  expect([...first, ...second].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(await play(scheduler, 3, () => 0)).toEqual([4, 5, 6, 7])
  expect(await play(scheduler, 4, () => 0)).toEqual([0, 1, 2, 3])
})

test('proportional-fair serves everybody in the long run, unlike the fastest alone', async () => {
  const scheduler = await policy('proportional-fair', { count: 2, memory: 0.8 })
  const times = new Array<number>(8).fill(0)
  for (let round = 1; round <= 40; round++) for (const client of await play(scheduler, round)) times[client]++
  expect(Math.min(...times)).toBeGreaterThan(3)
})

describe('oort', () => {
  test('scores as its authors’ code does', () => {
    const knowledge = { utility: [10, 30, 20, 100], lastRound: [1, 2, 4, 9], seconds: [5, 5, 20, 5] }
    const found = oortScores([0, 1, 2, 3], knowledge, {
      round: 10,
      preferredSeconds: 10,
      penalty: 2,
      clip: 0.5,
    })
    // Sorted utilities 10, 20, 30, 100: clipped at the third.
    const uncertainty = (last: number) => Math.sqrt((0.1 * Math.log(10)) / last)
    expect(found[0]).toBeCloseTo(0 + uncertainty(1), 12)
    expect(found[1]).toBeCloseTo(1 + uncertainty(2), 12)
    expect(found[2]).toBeCloseTo((0.5 + uncertainty(4)) * 0.25, 12)
    expect(found[3]).toBeCloseTo(1 + uncertainty(9), 12)
  })

  test('tries everyone, then prefers high losses', async () => {
    const scheduler = await policy('oort', {
      count: 3,
      explore: 1,
      exploreDecay: 1,
      exploreLeast: 0,
      penalty: 0,
    })
    const tried = new Set<number>()
    for (let round = 1; round <= 3; round++)
      for (const client of await play(scheduler, round, (n) => (n < 3 ? 100 : 0.01))) tried.add(client)
    expect(tried.size).toBe(8)
    const times = new Array<number>(8).fill(0)
    for (let round = 4; round <= 23; round++)
      for (const client of await play(scheduler, round, (n) => (n < 3 ? 100 : 0.01))) times[client]++
    expect(Math.min(...times.slice(0, 3))).toBeGreaterThan(Math.max(...times.slice(3)))
  })
})

test('fedcs takes more clients the later its deadline, and none before the first could be done', async () => {
  const served = async (deadlineSeconds: number) =>
    (await play(await policy('fedcs', { deadlineSeconds }), 1)).length
  const counts = [await served(1e-6), await served(500), await served(5000), await served(1e9)]
  expect(counts[0]).toBe(0)
  expect(counts[3]).toBe(8)
  for (let i = 1; i < 4; i++) expect(counts[i]).toBeGreaterThanOrEqual(counts[i - 1])
})

test.each(['round-robin', 'oort', 'power-of-choice', 'proportional-fair'])(
  '%s goes on from where it was saved',
  async (name) => {
    const [one, other] = [await policy(name, { count: 3 }), await policy(name, { count: 3 })]
    for (let round = 1; round <= 3; round++) await play(one, round, (client) => 1 + client)
    other.restore?.(structuredClone(one.save!()))
    for (let round = 4; round <= 6; round++)
      expect(await play(other, round, (client) => 1 + client)).toEqual(
        await play(one, round, (client) => 1 + client),
      )
  },
)

describe('where every link is worth as much, whatever its SINR', () => {
  const flat = { ...network, rate: oneStep }

  test('fedcs takes as many as their bits take of the deadline, in turn', async () => {
    const seconds = (client: number) => (flat.clientSamples[client] * flat.load.uplinkBits) / flat.bandwidthHz
    const head = (client: number) =>
      (flat.clientSamples[client] * flat.load.headFlops) / flat.clientFlops[client]
    const byEnd = Array.from({ length: 8 }, (_, client) => client).sort(
      (a, b) => head(a) + seconds(a) - head(b) - seconds(b),
    )
    const deadlineSeconds = head(byEnd[0]) + seconds(byEnd[0]) * 1.0001
    const scheduler = await policy('fedcs', { deadlineSeconds }, flat)
    expect(await play(scheduler, 1, undefined, flat)).toEqual([byEnd[0]])
  })

  test('proportional-fair tells nobody apart who has had nothing: the first by number', async () => {
    const scheduler = await policy('proportional-fair', { count: 3 }, flat)
    expect(await play(scheduler, 1, undefined, flat)).toEqual([0, 1, 2])
  })

  test('decomposition by own SINR takes each server’s channels in turn', async () => {
    const options = { association: 'quota', channels: 'own-sinr', turns: 1 }
    const scheduler = await policy('decomposition', options, flat)
    const view = new View(1, flat, untouched(flat), flat, { label: 'policy', tier: 'twin' })
    const { assignment } = asDecision(await scheduler.decide(view))
    const channels = [0, 1].map((m) =>
      Array.from(assignment)
        .filter((slot) => Math.floor(slot / 4) === m)
        .sort(),
    )
    for (const [m, slots] of channels.entries()) expect(slots).toEqual(slots.map((_, i) => 4 * m + i))
    // The hardest to serve chooses first.
    const best = (n: number) => Math.max(...flat.meanGain.subarray(2 * n, 2 * n + 2))
    const order = [...Array(8).keys()].sort((a, b) => best(a) - best(b))
    expect(assignment[order[0]] % 4).toBe(0)
  })

  test('what a client needs at least is its bits over the band', () => {
    const light = { ...flat, load: { ...flat.load, headFlops: 0, bodyFlops: 0 } }
    const game = new SequentialGame(flat.clients, flat.servers, flat.channels)
    game.order.set([...game.order.keys()])
    game.open({ ...light, parameters: light }, flat.clients)
    const { uplinkBits, downlinkBits } = flat.load
    for (const [n, samples] of flat.clientSamples.entries())
      expect(game.needs.aloneTime[n]).toBeCloseTo(
        (samples * (uplinkBits + downlinkBits)) / flat.bandwidthHz,
        9,
      )
  })
})
