import { expect, test } from 'vitest'
import { knownGains } from '../../../../plugins/schedulers/sequential-q/gains.js'
import { Policy, weightsOf } from '../../../../plugins/schedulers/sequential-q/policy.js'
import { Requests } from '../../../../plugins/schedulers/sequential-q/requests.js'
import { SequentialTraining } from '../../../../plugins/schedulers/sequential-q/training.js'
import { environmentOf, everyone, paperRound, scenarioOnly } from './rounds.js'

// One round of three clients, always the same: a decision process of 19 states. Gains are pressed together, so that
// every state has several candidates.
const [clients, channels] = [3, 2]
const pressed = (gain: Float64Array) => gain.map((one) => 1e-10 * (one / 1e-10) ** 0.25)
const drawn = paperRound(5, clients, channels)
const uplinkGain = pressed(drawn.uplinkGain)
const network = { ...drawn, uplinkGain, downlinkGain: uplinkGain, meanGain: pressed(drawn.meanGain) }
const gains = knownGains(network, network, 'local')

/** The requests that are left when clients have taken these places of their lists of candidates. */
function after(places: readonly number[]): Requests {
  const requests = new Requests(clients, 4, channels)
  requests.open(gains, { active: everyone(network) }, 0)
  for (const place of places) {
    requests.consider()
    requests.take(place)
  }
  return requests
}

interface State {
  readonly places: readonly number[]
  /** Q* of each candidate. */
  readonly values: readonly number[]
}

/** This state, last, and every one that can follow it, by backward induction. */
function statesFrom(places: readonly number[]): State[] {
  const requests = after(places)
  if (requests.made >= requests.total) return []
  requests.consider()
  const before = requests.projectedCost
  const following: State[] = []
  const values = Array.from({ length: requests.candidates.count }, (_, place) => {
    const next = statesFrom([...places, place])
    following.push(...next)
    const reward = -Math.log(after([...places, place]).projection() / before)
    return reward + (next.length === 0 ? 0 : Math.max(...next[next.length - 1].values))
  })
  return [...following, { places, values }]
}

/** Q as a policy has it, and the place that it would take. */
function judged(policy: Policy, places: readonly number[]) {
  const requests = after(places)
  requests.consider()
  const choice = policy.choose(requests)
  return { choice, values: [...policy.values.subarray(0, requests.candidates.count)] }
}

/** What a policy's decisions lose in a state, if all that follow are the best, and how far its values are off. */
function errorsOf(policy: Policy, { places, values }: State) {
  const { choice, values: found } = judged(policy, places)
  const off = found.map((value, place) => Math.abs(value - values[place]))
  return { regret: Math.max(...values) - values[choice], off }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('one-step double Q-learning finds the optimal values of a round that is small enough to know them', {
  timeout: 120_000,
}, async () => {
  const states = statesFrom([])
  expect(states).toHaveLength(19)
  const training = new SequentialTraining(
    {
      ...environmentOf('known', clients, channels),
      episodes: { parameters: network, network: () => network },
    },
    {
      tier: 'local',
      lessons: 12_000,
      sizes: [],
      variety: scenarioOnly,
      // Everything after a request is what the target network says.
      steps: 1,
      temperature: 0.05,
      learningRate: 2e-3,
      exploration: 1,
    },
  )
  while ((await training.advance()).done < 1);
  const [untrained, trained] = [new Policy(true), new Policy(true)]
  trained.network.weights.set(weightsOf(training.policy())!)
  const of = (policy: Policy) => states.map((state) => errorsOf(policy, state))
  const regrets = (policy: Policy) => of(policy).map(({ regret }) => regret)
  const off = (policy: Policy) => mean(of(policy).flatMap((one) => one.off))
  // The estimate alone loses a quarter of the cost at the first request.
  expect(Math.max(...regrets(untrained))).toBeGreaterThan(0.25)
  expect(off(untrained)).toBeGreaterThan(0.5)
  expect(Math.max(...regrets(trained))).toBeLessThan(0.02)
  expect(off(trained)).toBeLessThan(0.1)
})
