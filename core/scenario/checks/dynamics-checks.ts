import { loadFollowsModel } from '../schema/learning-section.js'
import type { Diagnostic } from '../tree/diagnostic.js'

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
  const unfit = checkProtocol(read)
  if (unfit.length > 0) return unfit
  if (!asked.includes('faults.stragglers') || read('workload.headFlopsPerSample') !== 0) return []
  // What heads take that are learned follows from them.
  if (loadFollowsModel({ learning: read('learning'), workload: read('workload') })) return []
  const message =
    'slows what clients compute themselves, and workload.headFlopsPerSample is 0; expected it above 0'
  return [{ path: ['faults', 'stragglers'], message }]
}

/** What a twin that errs takes of the network: a law by which gains age, places that gains follow from. */
export function checkTwin(read: (key: string) => unknown): Diagnostic[] {
  const twin = read('twin')
  const gains = read('network.gains')
  if (typeof twin !== 'object' || twin === null || gains === null || gains === undefined) return []
  const reasons = {
    delaySeconds: 'how the gains of network.gains age is not known',
    positionErrorM: 'gains come from network.gains, wherever clients are',
  }
  return Object.entries(reasons).flatMap(([key, reason]) => {
    const value = (twin as Record<string, unknown>)[key]
    return typeof value === 'number' && value > 0
      ? [{ path: ['twin', key], message: `${reason}; expected ${key}: 0, or gains: null` }]
      : []
  })
}

const isZero = (value: unknown): boolean => value === 0

const holdsNothing = (value: unknown): boolean => Object.values(value ?? {}).every((each) => each === null)

/** What a protocol of processes does not go with. */
function checkProtocol(read: (key: string) => unknown): Diagnostic[] {
  if ((read('protocol') ?? null) === null) return []
  const rules: readonly [key: string, fits: (value: unknown) => boolean, expected: string][] = [
    ['decisionTime', (value) => value === 'ignore', 'ignore'],
    ['twin', (value) => value === 'perfect', 'perfect'],
    ['round.deadlineSeconds', (value) => value === null, 'null: deadlines are options of the protocol'],
    ['record.coherenceTimesSeconds', (value) => Array.isArray(value) && value.length === 0, '[]'],
    ['network.access', (value) => value === 'channels', 'channels'],
    ['network.clients.waitingPowerW', isZero, '0: nobody waits for the slowest'],
    ['network.clients.receivePowerW', isZero, '0'],
    ['objective.unserved', isZero, '0: who is not in a row is in another'],
    ['objective.unservedSample', isZero, '0: who is not in a row is in another'],
    ['decisions', holdsNothing, 'slots to be all that is decided'],
    ['constraints.onViolation', (value) => value === 'error', 'error: clients take turns on a slot'],
  ]
  const found = rules.flatMap(([key, fits, expected]): Diagnostic[] => {
    const value = read(key)
    if (value === undefined || fits(value)) return []
    return [
      { path: key.split('.'), message: `does not go with a protocol of processes; expected ${expected}` },
    ]
  })
  const learning = read('learning') as { readonly protocol?: unknown } | null | undefined
  const learned = learning?.protocol ?? 'collaborative'
  if (learning && learned !== 'federated' && learned !== 'splitfed-v1')
    found.push({
      path: ['learning', 'protocol'],
      message: `${learned} has bodies that several clients train together, and here each sets out by itself; expected federated or splitfed-v1`,
    })
  return found
}
