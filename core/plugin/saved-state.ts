/** A state that can be kept in a file and resumed from: named arrays, and plain values (JSON). */
export interface SavedState {
  readonly arrays: Readonly<Record<string, SavedArray>>
  readonly values: Readonly<Record<string, unknown>>
}

/** An array that a state may hold. */
export type SavedArray = Float32Array | Float64Array | Int32Array | Uint8Array

/**
 * What carries anything from one round to the next, so that a run can be stopped and resumed.
 *
 * Asked between rounds only. `restore` is called once, before the first round that is played, on one that was created
 * from the same scenario; whatever it does afterwards equals what the saved one would have done, to the last bit.
 */
export interface Checkpointable {
  /**
   * Everything that does not follow from the scenario and its seed; its arrays may be those in use, so it is
   * written down before the next round.
   */
  save(): SavedState
  /** The arrays of the state belong to whoever is restored. */
  restore(state: SavedState): void
}

/** A state that stays as it is, whatever becomes of the one it is copied from. */
export const copyOf = ({ arrays, values }: SavedState): SavedState => ({
  arrays: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()])),
  values: structuredClone(values),
})

/** What can be saved and restored of a thing; undefined where it has nothing to keep. */
export function checkpointable(thing: object): Checkpointable | undefined {
  const { save, restore } = thing as Partial<Checkpointable>
  if (typeof save !== 'function' || typeof restore !== 'function') return undefined
  return { save: () => save.call(thing), restore: (state) => restore.call(thing, state) }
}

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
