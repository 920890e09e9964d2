import { nearestName } from '../../nearest.js'
import type { Diagnostic } from '../tree/diagnostic.js'

type Read = (key: string) => unknown

/** The schedulers' labels, and whether these are all of them: one may be wrong. */
interface Labels {
  readonly labels: readonly string[]
  readonly complete: boolean
}

/** Clients that move or not, channels that age or not, and decision times for schedulers that are there. */
export function checkMotionAndAging(read: Read, labels: Labels): Diagnostic[] {
  return [
    ...checkMobility(read),
    ...checkDoppler(read),
    ...checkAging(read),
    ...checkDecisionTimes(read('decisionTime'), labels),
  ]
}

function checkMobility(read: Read): Diagnostic[] {
  const path = ['network', 'clients', 'mobility']
  const mobility = read('network.clients.mobility')
  if (mobility === null || mobility === undefined) return []
  const positions = read('network.clients.positions')
  const drawn = positions === 'per-round' || positions === 'per-episode'
  return [
    ...(drawn
      ? [
          {
            path,
            message: `clients that move start at fixed positions; expected network.clients.positions: fixed, found "${positions}"`,
          },
        ]
      : []),
  ]
}

/** Channels that follow clients do so in place of all else that ages them, and within rounds only where those have events. */
function checkDoppler(read: Read): Diagnostic[] {
  const doppler = read('network.doppler')
  if (typeof doppler !== 'object' || doppler === null) return []
  const others = [
    ['network.gains', 'gains', read('network.gains')],
    ['network.coherenceTimeSeconds', 'coherenceTimeSeconds', read('network.coherenceTimeSeconds')],
  ] as const
  const other = others.flatMap(([key, name, value]) =>
    value === null || value === undefined
      ? []
      : [
          {
            path: key.split('.'),
            message: `channels follow network.doppler; expected ${name}: null, or doppler: null`,
          },
        ],
  )
  const kept = read('record.coherenceTimesSeconds')
  const stepped = (doppler as { stepSeconds?: unknown }).stepSeconds
  return [
    ...other,
    ...(Array.isArray(kept) && kept.length > 0
      ? [
          {
            path: ['record', 'coherenceTimesSeconds'],
            message: 'channels follow network.doppler; expected [], or doppler: null',
          },
        ]
      : []),
    ...(typeof stepped === 'number' && read('dynamics') === 'static'
      ? [
          {
            path: ['network', 'doppler', 'stepSeconds'],
            message: 'channels hold for a round under static dynamics; expected null, or dynamics: dynamic',
          },
        ]
      : []),
  ]
}

function checkAging(read: Read): Diagnostic[] {
  const decisionTime = read('decisionTime')
  const gains = read('network.gains')
  if (gains === null || gains === undefined || decisionTime === 'ignore' || decisionTime === undefined)
    return []
  const keys = ['network.coherenceTimeSeconds', 'record.coherenceTimesSeconds']
  return keys.flatMap((key) => {
    const value = read(key)
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return []
    const path = key.split('.')
    const nothing = Array.isArray(value) ? '[]' : 'null'
    return [
      {
        path,
        message: `how the gains of network.gains age between rounds is not known; expected ${path.at(-1)}: ${nothing}, gains: null, or decisionTime: ignore`,
      },
    ]
  })
}

function checkDecisionTimes(decisionTime: unknown, { labels, complete }: Labels): Diagnostic[] {
  if (typeof decisionTime !== 'object' || decisionTime === null || labels.length === 0) return []
  const { seconds: given } = decisionTime as { seconds?: unknown }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return []
  const path = ['decisionTime', 'seconds']
  // Where a label is wrong, a time may be that scheduler's.
  const unknown = complete ? Object.keys(given).filter((label) => !labels.includes(label)) : []
  const suggestions = unknown.map((label) => nearestName(label, labels))
  const missing = labels.filter((label) => !Object.hasOwn(given, label) && !suggestions.includes(label))
  return [
    ...unknown.map((label, i) => ({
      path: [...path, label],
      onKey: true,
      message: `no scheduler is labelled "${label}"; there are ${labels.join(', ')}`,
      ...(suggestions[i] !== undefined && { suggestion: suggestions[i] }),
    })),
    ...(missing.length > 0
      ? [{ path, message: `expected a time for each scheduler (s), found none for ${missing.join(', ')}` }]
      : []),
  ]
}
