import type { Diagnostic } from './diagnostic.js'

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
