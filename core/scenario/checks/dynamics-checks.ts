import { loadFollowsModel } from '../schema/learning-section.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import { asReference } from './references.js'

/** Keys that mean something only where rounds follow the events. */
const dynamicOnly = [
  'protocol',
  'round.deadlineSeconds',
  'churn',
  'faults.outages',
  'faults.stragglers',
  'faults.servers',
]

/** What needs `dynamics: dynamic`, or a head that takes time; `read` gives a value, undefined where it is wrong. */
export function checkDynamics(read: (key: string) => unknown): Diagnostic[] {
  const dynamics = read('dynamics')
  const asked = dynamicOnly.filter((key) => (read(key) ?? null) !== null)
  if (dynamics === 'static') {
    const message =
      'takes dynamics: dynamic; the times of static dynamics follow from equations that know of nothing like it'
    return asked.map((key) => ({ path: key.split('.'), message }))
  }
  if (!asked.includes('faults.stragglers') || read('workload.headFlopsPerSample') !== 0) return []
  const cuts = read('decisions.cut')
  const heads = Array.isArray(cuts) && cuts.some((cut: unknown) => Number(Object(cut).headFlops) > 0)
  const cycles = read('network.clients.cyclesPerRound')
  if (heads || (cycles !== undefined && cycles !== 0)) return []
  // What heads take that are learned follows from them.
  if (loadFollowsModel({ learning: read('learning'), workload: read('workload') })) return []
  const message =
    'slows what clients compute themselves, and workload.headFlopsPerSample is 0; expected it above 0, or network.clients.cyclesPerRound'
  return [{ path: ['faults', 'stragglers'], message, keyAtFault: ['workload', 'headFlopsPerSample'] }]
}

/** What a twin that errs takes of the network: a law by which gains age, places that gains follow from. */
export function checkTwin(read: (key: string) => unknown): Diagnostic[] {
  const twin = read('twin')
  const gains = read('network.gains')
  if (typeof twin !== 'object' || twin === null) return []
  const twice = namedTwice(twin)
  if (gains === null || gains === undefined) return twice
  const reasons = {
    delaySeconds: 'how the gains of network.gains age is not known',
    positionErrorM: 'gains come from network.gains, wherever clients are',
  }
  const beyond = Object.entries(reasons).flatMap(([key, reason]) => {
    const value = (twin as Record<string, unknown>)[key]
    return typeof value === 'number' && value > 0
      ? [{ path: ['twin', key], message: `${reason}; expected ${key}: 0, or gains: null` }]
      : []
  })
  return [...twice, ...beyond]
}

/** An estimator that is named by its older name, and another. */
function namedTwice({ estimator, prediction }: { estimator?: unknown; prediction?: unknown }): Diagnostic[] {
  const meant = prediction === 'conditional-mean' ? 'expected' : prediction === 'hold' ? 'hold' : undefined
  const { plugin } = asReference(estimator)
  if (meant === undefined || plugin === undefined || plugin === meant || plugin === 'expected') return []
  return [
    {
      path: ['twin', 'prediction'],
      message: `names the estimator ${meant}, and twin.estimator names ${plugin}; expected one of the two`,
    },
  ]
}
