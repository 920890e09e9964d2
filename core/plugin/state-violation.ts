import type { SavedState } from './saved-state.js'

const arrayTypes = [Float32Array, Float64Array, Int32Array, Uint8Array]

/** What keeps something from being a state that can be kept in a file; undefined where nothing does. */
export function violationOfState(state: unknown): string | undefined {
  const { arrays, values } = (state ?? {}) as Partial<SavedState>
  if (!isPlain(arrays) || !isPlain(values)) return 'expected { arrays, values }'
  const wrong = Object.entries(arrays).find(([, array]) => !arrayTypes.some((type) => array instanceof type))
  if (wrong) return `arrays.${wrong[0]}: expected one of ${arrayTypes.map(({ name }) => name).join(', ')}`
  return violationOfValue(values, 'values')
}

function violationOfValue(value: unknown, path: string): string | undefined {
  if (value === null || ['number', 'string', 'boolean', 'undefined'].includes(typeof value)) return undefined
  if (!Array.isArray(value) && !isPlain(value))
    return `${path}: expected plain values, as JSON has them; typed arrays belong into arrays`
  for (const [key, inner] of Object.entries(value)) {
    const violation = violationOfValue(inner, `${path}.${key}`)
    if (violation) return violation
  }
  return undefined
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value))
