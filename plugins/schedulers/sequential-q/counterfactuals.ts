import { requestReward } from '../../../core/plugin/index.js'
import { FEATURES } from './features.js'
import { SlotNetwork } from './network.js'
import { type Policy, riseOf, WIDTH } from './policy.js'
import { type Requests, SHORTLIST } from './requests.js'

/** No return is taken for worse: log of how much dearer a round became. */
const WORST_RETURN = -8

/**
 * What every candidate of a request would lead to: the twin plays each of them, which a real network could not.
 *
 * The target is that of double Q-learning over several steps: the rewards −log(cost after / cost before) of this
 * request and those that follow under the policy, up to `steps` in all, and from there the value that the target network
 * gives to what the online network prefers (van Hasselt et al., 2016).
 */
export class Counterfactuals {
  readonly target = new SlotNetwork(FEATURES, WIDTH, SHORTLIST, 1)
  /** Of the latest request, by candidate. */
  readonly targets = new Float64Array(SHORTLIST)
  readonly rises = new Float64Array(SHORTLIST)
  readonly features = new Float32Array(SHORTLIST * FEATURES)
  readonly #policy: Policy
  readonly #steps: number

  constructor(policy: Policy, steps: number) {
    this.#policy = policy
    this.#steps = steps
  }

  /**
   * Plays the candidates of the next request; returns how many there are, 0 where there is nothing to choose.
   *
   * The requests are afterwards as they were.
   */
  play(requests: Requests): number {
    requests.keep()
    requests.consider()
    const { count } = requests.candidates
    if (count > 1) {
      this.#policy.choose(requests)
      this.features.set(this.#policy.network.features.subarray(0, count * FEATURES))
      for (let i = 0; i < count; i++) this.rises[i] = riseOf(requests, i)
      const before = requests.projectedCost
      for (let i = 0; i < count; i++) {
        // Every candidate starts from the same place.
        if (i > 0) {
          requests.goBack()
          requests.consider()
        }
        this.targets[i] = this.#follow(requests, i, before)
      }
    }
    requests.goBack()
    return count > 1 ? count : 0
  }

  #follow(requests: Requests, place: number, before: number): number {
    requests.take(place)
    for (let step = 1; step < this.#steps && requests.made < requests.total; step++)
      this.#policy.request(requests)
    const earned = requestReward(before, requests.projection())
    return Math.max(WORST_RETURN, earned + this.#valueOfRest(requests))
  }

  /** What the target network gives to what the online network prefers, where requests are left over. */
  #valueOfRest(requests: Requests): number {
    if (requests.made >= requests.total) return 0
    requests.consider()
    const { count } = requests.candidates
    if (count === 0) return 0
    const preferred = this.#policy.choose(requests)
    this.target.starts[1] = count
    this.target.features.set(this.#policy.network.features.subarray(0, count * FEATURES))
    this.target.forward(1)
    return this.target.values[preferred] - riseOf(requests, preferred)
  }
}
