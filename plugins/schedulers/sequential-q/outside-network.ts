import type { Assignment } from '../../../core/plugin/index.js'
import type { Scorer } from '../shared/onnx-runtime.js'
import { FEATURES, writeFeatures } from './features.js'
import type { KnownGains } from './gains.js'
import type { TakingPart } from './holders.js'
import { type Alternative, bestOf, type Policy } from './policy.js'
import { SHORTLIST } from './requests.js'

/**
 * Decides a round as `Policy.decide` does, the network's values being worked out elsewhere: `score` takes the features of a
 * request's candidates, candidates×FEATURES, and gives the value of each.
 */
export async function decideBy(
  score: Scorer,
  policy: Policy,
  gains: KnownGains,
  who: TakingPart,
  sweeps: number,
  other?: Alternative,
): Promise<Assignment> {
  const requests = policy.requestsFor(gains)
  const features = new Float32Array(SHORTLIST * FEATURES)
  requests.open(gains, who, sweeps)
  while (requests.first) {
    requests.consider()
    const { count } = requests.candidates
    let place = 0
    if (count > 1) {
      writeFeatures(requests, features, 0)
      place = bestOf(requests, await score(features.slice(0, count * FEATURES), count), policy.values)
    }
    requests.take(place)
  }
  return policy.sweep(requests, other)
}
