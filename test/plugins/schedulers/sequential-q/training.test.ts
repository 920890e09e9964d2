import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../../core/kernel/index.js'
import { evaluateRound } from '../../../../core/plugin/index.js'
import { Counterfactuals } from '../../../../plugins/schedulers/sequential-q/counterfactuals.js'
import { FEATURES } from '../../../../plugins/schedulers/sequential-q/features.js'
import { knownGains } from '../../../../plugins/schedulers/sequential-q/gains.js'
import { initialWeights } from '../../../../plugins/schedulers/sequential-q/network.js'
import { Policy, riseOf, WIDTH } from '../../../../plugins/schedulers/sequential-q/policy.js'
import { Requests } from '../../../../plugins/schedulers/sequential-q/requests.js'
import {
  SequentialTraining,
  type TrainingOptions,
} from '../../../../plugins/schedulers/sequential-q/training.js'
import { environmentOf, everyone, paperRound, scenarioOnly } from './rounds.js'

const weightsOf = (name: string) => {
  const random = new RandomStreams(1).stream(name)
  return initialWeights(FEATURES, WIDTH, random).map((value) =>
    value === 0 ? random.normal(0, 0.02) : value,
  )
}

describe('what a candidate would lead to', () => {
  const network = paperRound(11, 6, 3)
  const gains = knownGains(network, network, 'local')

  function policy(): Policy {
    const policy = new Policy(true)
    policy.network.weights.set(weightsOf('policy'))
    return policy
  }

  /** A round in which the first two clients have taken their first candidates. */
  function begun(): Requests {
    const requests = new Requests(6, 4, 3)
    requests.open(gains, { active: everyone(network) }, 0)
    for (let i = 0; i < 2; i++) {
      requests.consider()
      requests.take(0)
    }
    return requests
  }

  test('is what it costs when everyone after follows the policy', () => {
    const requests = begun()
    const counterfactuals = new Counterfactuals(policy(), 100)
    const count = counterfactuals.play(requests)
    expect(count).toBeGreaterThan(2)
    for (let place = 0; place < count; place++) {
      const again = begun()
      again.consider()
      const before = again.projectedCost
      again.take(place)
      const follower = policy()
      while (again.made < again.total) follower.request(again)
      const { cost } = evaluateRound(network, again.board.slot)
      expect(counterfactuals.targets[place]).toBeCloseTo(-Math.log(cost / before), 9)
    }
  })

  test('is, after some steps, valued by the target network where the online network would go', () => {
    const counterfactuals = new Counterfactuals(policy(), 1)
    counterfactuals.target.weights.set(weightsOf('target'))
    const count = counterfactuals.play(begun())
    for (let place = 0; place < count; place++) {
      const again = begun()
      again.consider()
      const before = again.projectedCost
      again.take(place)
      const reward = -Math.log(again.projection() / before)
      again.consider()
      const online = policy()
      const preferred = online.choose(again)
      const target = new Policy(true)
      target.network.weights.set(weightsOf('target'))
      target.choose(again)
      expect(counterfactuals.targets[place]).toBeCloseTo(reward + target.values[preferred], 6)
      expect(target.values[preferred]).toBeCloseTo(
        target.network.values[preferred] - riseOf(again, preferred),
        12,
      )
    }
  })
})

describe('training', () => {
  const options: TrainingOptions = {
    tier: 'local',
    lessons: 2000,
    sizes: [{ clients: 3, channels: 2 }],
    variety: { ...scenarioOnly, share: 0.5 },
    steps: 3,
    temperature: 0.03,
    learningRate: 1e-3,
    exploration: 0.1,
  }
  const trainingOf = (seed: string) => new SequentialTraining(environmentOf(seed, 4, 2), options)

  test('is the same for the same seed, also when it was interrupted', { timeout: 120_000 }, async () => {
    const whole = trainingOf('a')
    const first = await whole.advance()
    expect(first.done).toBeCloseTo(0.5, 2)
    const halfway = structuredClone(whole.save())
    const last = await whole.advance()
    expect(last.done).toBe(1)
    expect(last.updates).toBeGreaterThan(100)
    expect(last.loss).toBeGreaterThan(0)

    const resumed = trainingOf('a')
    resumed.restore(halfway)
    expect(await resumed.advance()).toEqual(last)
    expect(resumed.policy()).toEqual(whole.policy())
    expect(await resumed.validate()).toEqual(await whole.validate())

    const other = trainingOf('b')
    await other.advance()
    await other.advance()
    expect(other.policy()).not.toEqual(whole.policy())
  })
})
