import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  Batch,
  type Environment,
  type EnvironmentOptions,
  openEnvironments,
} from '../../core/bridge/index.js'
import { loadScenario, parseScenario } from '../../core/index.js'
import {
  Evaluator,
  evaluateRound,
  gainIndex,
  type InformationTier,
  OBSERVATION_LIMIT,
  RequestBoard,
  repair,
  SITS_OUT,
} from '../../core/plugin/index.js'
import { untouched, View } from '../../core/simulation/view.js'
import { builtInPlugins } from '../../plugins/index.js'
import { knownGains } from '../../plugins/schedulers/sequential-q/gains.js'
import { Requests } from '../../plugins/schedulers/sequential-q/requests.js'

const load = { registry: builtInPlugins }
const small = (more = '', channels = 3) =>
  parseScenario(
    `name: small
network: { clients: { count: 5 }, servers: { count: 2 }, channels: { count: ${channels} } }
episodes: { rounds: 4 }
schedulers: [hardest-first]
${more}`,
    load,
  )

const open = async (options: Partial<EnvironmentOptions> = {}, more?: string, channels?: number) =>
  openEnvironments(await small(more, channels), options)

/** Plays an episode by the first choice that can be taken; returns the sum of rewards. */
function play(environment: Environment, choose = (mask: Uint8Array) => mask.indexOf(1)): number {
  const { sizes, outputs } = environment
  let total = 0
  for (let step = 0; !environment.over; step++) {
    if (step > 1000) throw new Error('the episode does not end')
    const one = choose(outputs.mask.subarray(0, sizes.actions))
    environment.step(new Int32Array(sizes.choices).map((_, i) => (one + i) % sizes.actions))
    total += outputs.reward[0]
  }
  return total
}

test('the cheapest of the list for everyone is the scheduler hardest-first, in cost to rounding', async () => {
  const factory = await open({ actions: 'shortlist', shortlist: 2 })
  const environment = factory.create()
  const { validation } = factory.twin
  for (const [index, network] of validation.slice(0, 20).entries()) {
    environment.reset({ validation: index })
    play(environment)
    const evaluator = new Evaluator(network)
    const best = (n: number) =>
      Math.max(network.meanGain[n * network.servers], network.meanGain[n * network.servers + 1])
    evaluator.placeInTurn([0, 1, 2, 3, 4].sort((a, b) => best(a) - best(b)))
    expect(environment.outputs.facts[0] / evaluator.cost).toBeCloseTo(1, 12)
    expect(environment.outputs.facts[0]).toBe(evaluateRound(network, environment.outputs.assignment).cost)
  }
})

test('rewards of requests add up to minus the logarithm of the cost, but for what the network alone decides', async () => {
  const environment = (await open()).create()
  const first = { total: 0, cost: 0 }
  const last = { total: 0, cost: 0 }
  environment.reset({ validation: 2 })
  first.total = play(environment)
  first.cost = environment.outputs.facts[0]
  environment.reset({ validation: 2 })
  last.total = play(environment, (mask) => mask.lastIndexOf(1))
  last.cost = environment.outputs.facts[0]
  expect(first.cost).not.toBe(last.cost)
  expect(first.total - last.total).toBeCloseTo(Math.log(last.cost / first.cost), 9)
})

test.each(['local', 'twin'] as const)(
  'sequential-q is trained in the game that the environment plays: the same order, slots and rewards to the bit (%s)',
  async (tier) => {
    const factory = await open({ tier })
    const environment = factory.create()
    const { outputs } = environment
    for (const [index, network] of factory.twin.validation.slice(0, 20).entries()) {
      const requests = new Requests(network.clients, network.servers, network.channels)
      requests.open(
        knownGains(network, network, tier),
        { active: new Uint8Array(network.clients).fill(1) },
        0,
      )
      environment.reset({ validation: index })
      while (requests.made < requests.total) {
        requests.consider()
        expect(requests.client).toBe(outputs.facts[5])
        const before = requests.projectedCost
        const place = index % requests.candidates.count
        const slot = requests.candidates.slots[place]
        requests.take(place)
        environment.step(Int32Array.of(slot))
        expect(outputs.reward[0]).toBe(-Math.log(requests.projection() / before))
      }
      expect(environment.over).toBe(true)
      expect(outputs.assignment).toEqual(requests.board.slot)
      expect(requests.projection() / outputs.facts[0]).toBeCloseTo(1, 12)
    }
  },
)

test('with more clients than slots the last get none, and rewards still add up', async () => {
  const environment = (await open({}, '', 2)).create()
  const totals: number[] = []
  for (const choose of ['indexOf', 'lastIndexOf'] as const) {
    environment.reset({ validation: 1 })
    const total = play(environment, (mask) => mask[choose](1))
    expect(Array.from(environment.outputs.assignment).filter((slot) => slot === SITS_OUT)).toHaveLength(1)
    totals.push(total + Math.log(environment.outputs.facts[0]))
  }
  expect(totals[0]).toBeCloseTo(totals[1], 9)
})

test.each([
  ['protocol: asynchronous\ndynamics: dynamic', /:2:11: .*set out at once; found protocol asynchronous/],
  [
    'dynamics: dynamic\njobs: [{ label: a, protocol: federated }]',
    /:3:7: .*environments play rounds of one task; .*view\.job/,
  ],
  ['network: { access: fdma }', /:2:20: .*found access fdma/],
])('a scenario whose rounds are others is refused at its place (%s)', async (text, said) => {
  const loaded = await parseScenario(`name: other\n${text}\nschedulers: [hardest-first]\n`, load)
  for (const game of ['sequential', 'parallel', 'joint'] as const)
    await expect(openEnvironments(loaded, { game })).rejects.toThrow(said)
})

test('at each tier an observation reads no more of its view than the tier has', async () => {
  const { twin } = await open()
  const [network] = twin.validation
  const tiers: readonly InformationTier[] = ['counts', 'large-scale', 'local', 'twin']
  const sizes: number[] = []
  for (const tier of tiers) {
    const { create } = await open({ tier })
    const environment = create()
    environment.reset({ seed: 1 })
    play(environment)
    sizes.push(environment.sizes.observation)
    const view = new View(1, network, untouched(network), network, { label: 'agent', tier })
    const board = new RequestBoard(view, tier)
    expect(board.evaluator === undefined).toBe(tier !== 'twin')
    expect(board.meter === undefined).toBe(tier === 'counts' || tier === 'large-scale')
    if (tier !== 'twin') expect(() => view.network).toThrow(/takes tier twin/)
  }
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
  expect(new Set(sizes).size).toBe(4)
})

test.each(['sequential', 'parallel', 'joint'] as const)(
  '%s: the same seed and choices give the same bytes, another seed others',
  async (game) => {
    const factory = await open({ game })
    const tell = (seed: number) => {
      const environment = factory.create()
      environment.reset({ seed })
      const seen = [environment.outputs.observation.slice()]
      play(environment)
      // The next episode follows from the seed, too.
      environment.reset()
      seen.push(environment.outputs.observation.slice())
      return seen
    }
    expect(tell(7)).toEqual(tell(7))
    expect(tell(7)).not.toEqual(tell(8))
    expect(tell(7)[0]).not.toEqual(tell(7)[1])
  },
)

test('every number lies within the bounds, where links are blocked, too', async () => {
  const blocked = 'objective: { latency: 1, energy: 0 }'
  for (const game of ['sequential', 'parallel', 'joint'] as const) {
    const environment = (await open({ game }, blocked)).create()
    for (let seed = 0; seed < 20; seed++) {
      environment.reset({ seed })
      while (!environment.over) {
        const { observation, reward, mask } = environment.outputs
        expect(observation.every((value) => Math.abs(value) <= OBSERVATION_LIMIT)).toBe(true)
        expect(reward.every(Number.isFinite)).toBe(true)
        const slot = Math.max(0, mask.indexOf(1))
        environment.step(new Int32Array(environment.sizes.choices).fill(slot))
      }
    }
  }
})

test('in the parallel game who has spent its energy is terminated once and plays no more', async () => {
  const factory = await open({ game: 'parallel' }, 'budgets: { energyJoules: [20, 60, 900, 900, 900] }')
  const environment = factory.create()
  const { outputs } = environment
  let ended = 0
  for (let seed = 0; seed < 10; seed++) {
    environment.reset({ seed })
    const gone = new Set<number>()
    while (!environment.over) {
      environment.step(Int32Array.from([0, 1, 2, 3, 4]))
      for (let n = 0; n < 5; n++) {
        if (gone.has(n)) expect([outputs.terminated[n], outputs.assignment[n]]).toEqual([0, SITS_OUT])
        if (!outputs.terminated[n]) continue
        expect([outputs.reward[n], outputs.active[n]]).toEqual([0, 0])
        gone.add(n)
        ended++
      }
    }
  }
  expect(ended).toBeGreaterThan(3)
})

test('requests for one slot are repaired, or interfere where the scenario says so', async () => {
  const repaired = (await open({ game: 'joint' })).create()
  const interfering = (await open({ game: 'joint' }, 'constraints: { onViolation: interfere }')).create()
  for (const environment of [repaired, interfering]) {
    environment.reset({ seed: 3 })
    environment.step(new Int32Array(5).fill(1))
  }
  expect(new Set(repaired.outputs.assignment).size).toBe(5)
  expect(repaired.outputs.facts[6]).toBe(4)
  expect(Array.from(interfering.outputs.assignment)).toEqual([1, 1, 1, 1, 1])
  expect(interfering.outputs.facts[0]).not.toBe(repaired.outputs.facts[0])
})

test('of those that ask for one slot the first keeps it, others get what they hear best at that server', async () => {
  const factory = await open({ game: 'parallel' }, '', 6)
  const environment = factory.create()
  environment.reset({ seed: 3 })
  // All of them at server 1, channel 2 of 6.
  environment.step(new Int32Array(5).fill(8))
  const network = factory.twin.episodes('episodes/external/3').network(0, 0)
  const free = new Set([0, 1, 3, 4, 5])
  const expected = [8]
  for (let client = 1; client < 5; client++) {
    const heard = (channel: number) => network.uplinkGain[gainIndex(network, client, 1, channel)]!
    const best = [...free].reduce((one, other) => (heard(other) > heard(one) ? other : one))
    free.delete(best)
    expected.push(6 + best)
  }
  expect(Array.from(environment.outputs.assignment)).toEqual(expected)
  // What they think of slots is what counts where it is known: schedulers have scores, an environment is told a slot.
  const scores = new Float32Array(5 * 12).map((_, i) => i % 12)
  expect(Array.from(repair(new Int32Array(5).fill(8), scores, 6))).toEqual([8, 11, 10, 9, 7])
})

test('choices that there are not are refused and leave everything as it was', async () => {
  const environment = (await open()).create()
  environment.reset({ seed: 1 })
  const before = structuredClone(environment.outputs)
  expect(() => environment.step(Int32Array.of(6))).toThrow('actions: got 6, expected 0 to 5')
  expect(() => environment.step(Int32Array.of(-1))).toThrow('actions: got -1, expected 0 to 5')
  expect(() => environment.step(Int32Array.of(1, 2))).toThrow('got 2 numbers, expected 1')
  expect(environment.outputs).toEqual(before)
})

test('a batch renews environments after the step, in it, or not at all', async () => {
  const factory = await open({ game: 'joint', rounds: 2 })
  const choices = Int32Array.from([0, 1, 2, 3, 4])
  const roundsUnder = (mode: 'next-step' | 'same-step' | 'disabled') => {
    const batch = new Batch([factory.create()], mode)
    batch.reset([{ seed: 1 }])
    const [{ outputs }] = batch.environments
    return Array.from({ length: 5 }, () => {
      batch.step(choices)
      return [outputs.facts[4], outputs.facts[3], outputs.truncated[0]]
    })
  }
  expect(roundsUnder('next-step')).toEqual([
    [0, 1, 0],
    [0, 2, 1],
    [1, 0, 0],
    [1, 1, 0],
    [1, 2, 1],
  ])
  expect(roundsUnder('same-step')).toEqual([
    [0, 1, 0],
    [1, 0, 1],
    [1, 1, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])
  expect(roundsUnder('disabled').slice(1)).toEqual(Array.from({ length: 4 }, () => [0, 2, 1]))
})

test('what is renewed in the step that ended its episode says how that ended, and what the last step earned', async () => {
  // Budgets that the first round spends.
  const factory = await open({ game: 'joint', rounds: 4 }, 'budgets: { energyJoules: 1.0e-9 }')
  const batch = new Batch([factory.create()], 'same-step')
  batch.reset([{ seed: 1 }])
  const [{ outputs }] = batch.environments
  batch.step(Int32Array.from([0, 1, 2, 3, 4]))
  expect([outputs.facts[4], outputs.terminated[0], outputs.truncated[0]]).toEqual([1, 1, 0])
})

test('recorded gains are refused, at their place', async () => {
  const scenario = await loadScenario(join('scenarios', 'trace.yaml'), load)
  await expect(openEnvironments(scenario)).rejects.toThrow(/trace\.yaml:\d+:\d+: .*no law to make up others/)
})
