import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../../core/kernel/index.js'
import { repair, tuneReward } from '../../../../core/plugin/index.js'
import { openTensorEngine } from '../../../../core/plugin/tensor.js'
import { type AgentOptions, Agents } from '../../../../plugins/schedulers/d3qn/agents.js'
import { explorationAt } from '../../../../plugins/schedulers/d3qn/exploration.js'
import { type Experience, ReplayBuffer } from '../../../../plugins/schedulers/d3qn/replay-buffer.js'

const random = (name = 'test') => new RandomStreams(1).stream(name)

describe('exploration', () => {
  const paper = { start: 1, end: 0.1, share: 0.6 }

  test('falls linearly over its share of the training, then stays', () => {
    const at = [0, 0.15, 0.3, 0.6, 0.8, 1].map((done) => explorationAt(paper, done))
    for (const [i, value] of [1, 0.775, 0.55, 0.1, 0.1, 0.1].entries()) expect(at[i]).toBeCloseTo(value, 12)
  })

  test('may be none at all, or stay from the start', () => {
    expect(explorationAt({ start: 1, end: 0, share: 0 }, 0)).toBe(0)
    expect(explorationAt({ start: 0.3, end: 0.3, share: 1 }, 0.5)).toBe(0.3)
  })

  test('acts at random as often as it says', () => {
    const agents = agentsOf({ actions: 4 })
    const greedy = agents.greedy(Float32Array.of(1, 0))[0]
    const trials = 4000
    const other = Array.from({ length: trials }, () => agents.act(Float32Array.of(1, 0), 0.5)[0]).filter(
      (action) => action !== greedy,
    ).length
    // Half at random, three quarters of which differ; four standard errors are 0.031.
    expect(Math.abs(other / trials - 0.375)).toBeLessThan(0.031)
    agents.dispose()
  })
})

describe('reward', () => {
  const explored = Float64Array.of(400, 100, 1000)

  test('is eq. (20), ρ slightly greater than the reciprocal of the least cost explored', () => {
    expect(tuneReward('literal', explored)(200)).toBeCloseTo(1.05 / 100 + 1 / 200, 15)
  })

  test('or the same times that least cost', () => {
    expect(tuneReward('reciprocal-scaled', explored)(200)).toBeCloseTo(1.05 + 100 / 200, 12)
  })

  test('or the negative logarithm of the cost over the median, bounded where a round never ends', () => {
    const reward = tuneReward('negative-log-cost', explored)
    expect(reward(400 / Math.E)).toBeCloseTo(1, 12)
    expect(reward(Infinity)).toBe(-20)
  })
})

describe('the replay memory', () => {
  const sizes = { capacity: 3, agents: 2, common: 1, own: 2 }
  const step = (number: number, discounts = [0.9, 0.9]): Experience => ({
    state: Float32Array.of(number, number + 0.1, number + 0.2, number + 0.3, number + 0.4),
    actions: Int32Array.of(number, 10 + number),
    rewards: Float32Array.of(number / 2, -number),
    following: Float32Array.of(number, 0, 0, 0, 0),
    discounts: Float32Array.from(discounts),
  })

  test('is a ring: the oldest gives way', () => {
    const replay = new ReplayBuffer(sizes)
    for (const number of [1, 2, 3, 4, 5]) replay.add(step(number))
    expect(replay.size).toBe(3)
    const { actions } = replay.sample(300, random())
    expect([...new Set(actions.subarray(0, 300))].sort()).toEqual([3, 4, 5])
    expect([...new Set(actions.subarray(300))].sort()).toEqual([13, 14, 15])
  })

  test('gives each agent the state that all see and its own, with what it did and got', () => {
    const replay = new ReplayBuffer(sizes)
    replay.add(step(7))
    const { states, actions, rewards, discounts } = replay.sample(1, random())
    const expected = [7, 7.1, 7.2, 7, 7.3, 7.4]
    for (const [i, value] of expected.entries()) expect(states[i]).toBeCloseTo(value, 5)
    expect(Array.from(actions)).toEqual([7, 17])
    expect(Array.from(rewards)).toEqual([3.5, -7])
    for (const discount of discounts) expect(discount).toBeCloseTo(0.9, 6)
  })

  test('draws every experience equally often', () => {
    const replay = new ReplayBuffer({ ...sizes, capacity: 4 })
    for (const number of [0, 1, 2, 3]) replay.add(step(number))
    const { actions } = replay.sample(4000, random())
    const counts = [0, 1, 2, 3].map(
      (number) => actions.subarray(0, 4000).filter((action) => action === number).length,
    )
    // Four standard errors of a quarter of 4000.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(110)
  })

  test('draws what an agent took part in, and nothing else', () => {
    const replay = new ReplayBuffer(sizes)
    replay.add(step(1, [0.9, -1]))
    replay.add(step(2, [0.9, 0]))
    replay.add(step(3, [-1, -1]))
    const { actions, discounts } = replay.sample(200, random())
    expect([...new Set(actions.subarray(0, 200))].sort()).toEqual([1, 2])
    expect([...new Set(actions.subarray(200))]).toEqual([12])
    expect(discounts[200]).toBe(0)
    // The ring comes round: the one step that the second agent took part in gives way to one that it did not.
    replay.add(step(4, [0.9, -1]))
    replay.add(step(5, [0.9, -1]))
    expect(() => replay.sample(1, random())).toThrow(/agent 1 has nothing to remember/)
  })

  test('draws the same steps for all where they learn together', () => {
    const replay = new ReplayBuffer(sizes)
    for (const number of [1, 2, 3]) replay.add(step(number))
    const { actions } = replay.sample(50, random(), true)
    for (let i = 0; i < 50; i++) expect(actions[50 + i]).toBe(10 + actions[i])
  })
})

const engine = await openTensorEngine({ backend: 'wasm' })

function agentsOf(options: Partial<AgentOptions> = {}, seed = 1): Agents {
  const streams = new RandomStreams(seed)
  const all: AgentOptions = {
    agents: 1,
    common: 2,
    own: 0,
    actions: 2,
    hidden: [],
    sharedParameters: false,
    target: 'double',
    together: false,
    learningRate: 0.01,
    batch: 1,
    replay: 8,
    targetEvery: 1000,
    ...options,
  }
  return new Agents(engine, all, {
    weights: streams.stream('weights'),
    exploration: streams.stream('exploration'),
    replay: streams.stream('replay'),
  })
}

/** Layers of one agent without hidden neurons: rows are inputs, columns value and advantages. */
const linear = (...rows: number[][]) => Float32Array.from([...rows.flat(), ...rows[0].map(() => 0)])

const setWeights = (agents: Agents, online: Float32Array, target: Float32Array) => {
  const { values, arrays } = agents.save()
  agents.restore({ values, arrays: { ...arrays, online, target } })
}

describe('the network', () => {
  test('adds value and advantages, less the mean of the advantages', () => {
    const agents = agentsOf()
    setWeights(agents, linear([10, 3, 1], [0, 0, 4]), linear([0, 0, 0], [0, 0, 0]))
    // Value 10, advantages 3 and 1 + 4 of mean 4.
    expect(Array.from(agents.values(Float32Array.of(1, 1)))).toEqual([9, 11])
    expect(Array.from(agents.greedy(Float32Array.of(1, 1)))).toEqual([1])
    agents.dispose()
  })
})

describe('the target of an update', () => {
  // Following state (0, 1): the online network prefers action 0 (q 2, 0), the target network action 1 (q 5, 7).
  const online = linear([0, 0, 0], [1, 2, 0])
  const target = linear([0, 0, 0], [6, 0, 2])
  const batch = (discount: number) => ({
    states: Float32Array.of(1, 0),
    following: Float32Array.of(0, 1),
    actions: Int32Array.of(0),
    rewards: Float32Array.of(0.5),
    discounts: Float32Array.of(discount),
  })
  const errorOf = (options: Partial<AgentOptions>, discount: number) => {
    const agents = agentsOf(options)
    setWeights(agents, online, target)
    const [loss] = agents.update(batch(discount))
    agents.dispose()
    return Math.sqrt(loss)
  }

  // The present value is 0, so that the error is the target.
  test('double: the online network selects, the target network evaluates', () => {
    expect(errorOf({ target: 'double' }, 0.9)).toBeCloseTo(0.5 + 0.9 * 5, 5)
  })

  test('literal, eq. (23): the target network does both', () => {
    expect(errorOf({ target: 'literal' }, 0.9)).toBeCloseTo(0.5 + 0.9 * 7, 5)
  })

  test('is the reward alone where the episode ended', () => {
    expect(errorOf({}, 0)).toBeCloseTo(0.5, 6)
  })

  test('together: the values of all agents add up to the team’s, whose reward counts once', () => {
    const agents = agentsOf({ agents: 2, common: 0, own: 2, together: true })
    const both = (weights: Float32Array) => {
      // Two networks side by side: all weights, then all biases.
      const [w, b] = [weights.subarray(0, 6), weights.subarray(6)]
      return Float32Array.from([...w, ...w, ...b, ...b])
    }
    setWeights(agents, both(online), both(target))
    const losses = agents.update({
      states: Float32Array.of(1, 0, 1, 0),
      following: Float32Array.of(0, 1, 0, 1),
      actions: Int32Array.of(0, 1),
      rewards: Float32Array.of(0.5, 0.5),
      discounts: Float32Array.of(0.9, 0.9),
    })
    for (const loss of losses) expect(Math.sqrt(loss)).toBeCloseTo(0.5 + 0.9 * (5 + 5), 5)
    agents.dispose()
  })

  test('moves the value towards it by a step of RMSProp', () => {
    const agents = agentsOf()
    setWeights(agents, online, target)
    agents.update(batch(0.9))
    // The first step of RMSProp is rate·sign/√0.01 in every weight with a gradient: the value's rises by 0.1 twice
    // (weight and bias), advantages part by half as much each.
    const [q0, q1] = agents.values(Float32Array.of(1, 0))
    expect(q0).toBeCloseTo(0.4, 3)
    expect(q1).toBeCloseTo(0, 3)
    agents.dispose()
  })

  test('target networks are renewed as often as asked', () => {
    const agents = agentsOf({ targetEvery: 2 })
    setWeights(agents, online, target)
    agents.remember({
      state: Float32Array.of(1, 0),
      actions: Int32Array.of(0),
      rewards: Float32Array.of(0.5),
      following: Float32Array.of(0, 1),
      discounts: Float32Array.of(0.9),
    })
    agents.learn()
    expect(agents.save().arrays.target).toEqual(target)
    agents.learn()
    const { arrays } = agents.save()
    expect(arrays.target).toEqual(arrays.online)
    const renewed = Array.from(arrays.target)
    agents.learn()
    expect(Array.from(agents.save().arrays.target)).toEqual(renewed)
    expect(Array.from(agents.save().arrays.online)).not.toEqual(renewed)
    agents.dispose()
  })
})

describe('base stations’ repair', () => {
  // Two servers of two channels; slot values of each client.
  const values = Float32Array.from(
    [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [4, 1, 2, 3],
      [9, 1, 2, 5],
    ].flat(),
  )

  test('the first keeps the slot, later ones get the channel of that server they value most, or another slot', () => {
    expect(Array.from(repair(Int32Array.of(3, 3, 3, 3), values, 2))).toEqual([3, 2, 0, 1])
  })

  test('leaves alone what is in order, and who sits out', () => {
    expect(Array.from(repair(Int32Array.of(3, -1, 0, 1), values, 2))).toEqual([3, -1, 0, 1])
  })

  test('does not push out who asked for a slot of its own', () => {
    expect(Array.from(repair(Int32Array.of(3, 3, 2, 0), values, 2))).toEqual([3, 1, 2, 0])
  })
})

describe('same seed, same weights', () => {
  async function learned(threads: number): Promise<Float32Array> {
    await openTensorEngine({ backend: 'wasm', threads })
    const agents = agentsOf({
      agents: 4,
      own: 1,
      actions: 6,
      hidden: [64, 48],
      batch: 16,
      replay: 64,
      targetEvery: 5,
    })
    const draw = random('experiences')
    const floats = (length: number) => Float32Array.from({ length }, () => draw.normal())
    for (let i = 0; i < 40; i++) {
      agents.remember({
        state: floats(6),
        actions: Int32Array.from({ length: 4 }, () => draw.integer(6)),
        rewards: floats(4),
        following: floats(6),
        discounts: new Float32Array(4).fill(0.9),
      })
      if (i >= 16) agents.learn()
    }
    const weights = agents.online.save()
    agents.dispose()
    await openTensorEngine({ backend: 'wasm' })
    return weights
  }

  test('with one thread or two', async () => {
    expect(await learned(2)).toEqual(await learned(1))
  })

  test('goes on from what was saved as if never stopped', () => {
    const options = { agents: 2, hidden: [8], batch: 4, targetEvery: 3 }
    const [whole, first, second] = [agentsOf(options), agentsOf(options), agentsOf(options, 99)]
    const experience = (number: number): Experience => ({
      state: Float32Array.of(number, 1),
      actions: Int32Array.of(number % 2, 1),
      rewards: Float32Array.of(number, -1),
      following: Float32Array.of(number + 1, 1),
      discounts: Float32Array.of(0.5, 0.5),
    })
    const go = (agents: Agents, from: number, to: number) => {
      for (let i = from; i < to; i++) {
        agents.act(Float32Array.of(i, 1, i, 1), 0.5)
        agents.remember(experience(i))
        agents.learn()
      }
    }
    go(whole, 0, 20)
    go(first, 0, 11)
    second.restore(structuredClone(first.save()))
    go(second, 11, 20)
    expect(second.save()).toEqual(whole.save())
    for (const agents of [whole, first, second]) agents.dispose()
  })
})
