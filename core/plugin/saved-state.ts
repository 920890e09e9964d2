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

/** Parts of a whole that is saved as one, by name; undefined for those that have nothing to keep. */
export type Parts = Readonly<Record<string, Checkpointable | undefined>>

/** One state of all parts. */
export function saveParts(
  parts: Readonly<Record<string, Pick<Checkpointable, 'save'> | undefined>>,
): SavedState {
  // Without a prototype: a part may be called `__proto__`.
  const arrays: Record<string, SavedArray> = Object.create(null)
  const values: Record<string, unknown> = Object.create(null)
  for (const [name, part] of Object.entries(parts)) {
    if (!part) continue
    const state = part.save()
    values[name] = state.values
    for (const [inner, array] of Object.entries(state.arrays)) arrays[prefixOf(name) + inner] = array
  }
  return { arrays, values }
}

/** Gives each part, in order, its own of a state that `saveParts` made; throws where the state lacks one. */
export function restoreParts(parts: Parts, state: SavedState): void {
  for (const [name, part] of Object.entries(parts)) {
    if (!part) continue
    const own = partOf(state, name)
    if (!own) throw new Error(`the saved state has nothing of ${name}`)
    part.restore(own)
  }
}

/** A part's own of a state that `saveParts` made; undefined where it was not among them. */
export function partOf({ arrays, values }: SavedState, name: string): SavedState | undefined {
  if (!Object.hasOwn(values, name)) return undefined
  const prefix = prefixOf(name)
  const own = Object.entries(arrays).filter(([key]) => key.startsWith(prefix))
  return {
    values: values[name] as SavedState['values'],
    arrays: Object.fromEntries(own.map(([key, array]) => [key.slice(prefix.length), array])),
  }
}

const prefixOf = (name: string): string => `${encodeURIComponent(name)}/`
