import Type, { type Static, type TSchema } from 'typebox'
import { isValid, violationOf } from '../files/schema-violation.js'
import type { Checkpointable, SavedArray, SavedState } from './saved-state.js'

/**
 * A part of what goes on from round to round. A whole of named parts (`wholeOf`) is a part again, so the state of a run is
 * a tree of parts, and a file of it names each array and value by its way through the tree.
 */
export interface StatePart extends Checkpointable {
  /**
   * What keeps a state from being restored here: of which part, which key, and what was expected; undefined where nothing
   * does. Asked before anything is restored, so that a state is taken whole or not at all.
   */
  violation(state: SavedState): string | undefined
}

/** The type of an array that is kept, and its length where that is known. */
export interface ArrayField<A extends SavedArray = SavedArray> {
  readonly type: { readonly name: string; new (length: number): A }
  readonly length: number | undefined
}

/** Fields of arrays: `float64(16)` for one of that length, `float64()` for any. */
export const float32 = (length?: number): ArrayField<Float32Array> => ({ type: Float32Array, length })
export const float64 = (length?: number): ArrayField<Float64Array> => ({ type: Float64Array, length })
export const int32 = (length?: number): ArrayField<Int32Array> => ({ type: Int32Array, length })
export const uint8 = (length?: number): ArrayField<Uint8Array> => ({ type: Uint8Array, length })

type ArrayFields = Readonly<Record<string, ArrayField>>
type ArraysOf<F extends ArrayFields> = {
  readonly [K in keyof F]: F[K] extends ArrayField<infer A> ? A : never
}

/** A part's state as its schema says it. */
interface TypedState<V extends TSchema, F extends ArrayFields> {
  readonly values: Static<V>
  readonly arrays: ArraysOf<F>
}

/** What a part keeps, and how it is had and put back. */
export interface StateDefinition<V extends TSchema, F extends ArrayFields> {
  readonly values: V
  /** Which arrays there are; where that follows from the values, a function of them. */
  readonly arrays: F | ((values: Static<V>) => F)
  save(): TypedState<V, F>
  restore(state: TypedState<V, F>): void
  /** What no schema can say of a state of the right form; undefined where nothing is wrong. */
  check?(state: TypedState<V, F>): string | undefined
}

/** A part with a schema: a state is held against it before it is restored. */
export function statePart<V extends TSchema, F extends ArrayFields>(
  definition: StateDefinition<V, F>,
): StatePart {
  /** The state, if it is of the right form, or what is wrong with it. */
  const read = ({ values, arrays }: SavedState): TypedState<V, F> | string => {
    if (!isValid(definition.values, values))
      return violationOf(definition.values, values) ?? 'it has no values'
    const fields = typeof definition.arrays === 'function' ? definition.arrays(values) : definition.arrays
    for (const [name, field] of Object.entries(fields)) {
      const found = arrays[name]
      if (!(found instanceof field.type) || (field.length ?? found.length) !== found.length)
        return `array ${name}: expected ${described(field)}, found ${describedArray(found)}`
    }
    // Each was looked at.
    const state = { values, arrays: arrays as ArraysOf<F> }
    return definition.check?.(state) ?? state
  }
  return {
    save: () => {
      const { values, arrays } = definition.save()
      return { values: values as SavedState['values'], arrays: arrays as SavedState['arrays'] }
    },
    violation(state) {
      const found = read(state)
      return typeof found === 'string' ? found : undefined
    },
    restore(state) {
      const found = read(state)
      if (typeof found === 'string') throw new Error(`not a state to restore: ${found}`)
      definition.restore(found)
    },
  }
}

/** For parts that keep arrays alone, or values alone. */
export const noValues = Type.Object({})
export const noArrays = {} as const

const described = ({ type, length }: ArrayField): string =>
  length === undefined ? `a ${type.name}` : `a ${type.name} of length ${length}`

const describedArray = (array: SavedArray | undefined): string =>
  array === undefined ? 'nothing' : `a ${array.constructor.name} of length ${array.length}`

/** Parts of a whole by name; undefined for those that have nothing to keep. */
export type StateParts = Readonly<Record<string, StatePart | undefined>>

/** Parts as one, which are saved and restored in this order; `parts` is asked each time. */
export function wholeOf(parts: () => StateParts): StatePart {
  const present = () =>
    Object.entries(parts()).flatMap(([name, part]) => (part ? [[name, part] as const] : []))
  return {
    save: () => joined(present().map(([name, part]) => [name, part.save()])),
    violation(state) {
      for (const [name, part] of present()) {
        const own = partOf(state, name)
        const violation = own ? part.violation(own) : 'the saved state has nothing of it'
        if (violation !== undefined) return `${name}: ${violation}`
      }
      return undefined
    },
    restore(state) {
      for (const [name, part] of present()) {
        const own = partOf(state, name)
        if (!own) throw new Error(`the saved state has nothing of ${name}`)
        part.restore(own)
      }
    },
  }
}

/** One state of several, by name: their arrays become `name/array`. */
export function joined(states: Iterable<readonly [name: string, state: SavedState]>): SavedState {
  // Without a prototype: a part may be called `__proto__`.
  const arrays: Record<string, SavedArray> = Object.create(null)
  const values: Record<string, unknown> = Object.create(null)
  for (const [name, state] of states) {
    values[name] = state.values
    for (const [inner, array] of Object.entries(state.arrays)) arrays[prefixOf(name) + inner] = array
  }
  return { arrays, values }
}

/** The state of that name of a joined one; undefined where it was not among them. */
export function partOf({ arrays, values }: SavedState, name: string): SavedState | undefined {
  const own = Object.hasOwn(values, name) ? values[name] : undefined
  if (!isMapping(own)) return undefined
  const prefix = prefixOf(name)
  const found = Object.entries(arrays).filter(([key]) => key.startsWith(prefix))
  return {
    values: own,
    arrays: Object.fromEntries(found.map(([key, array]) => [key.slice(prefix.length), array])),
  }
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const prefixOf = (name: string): string => `${encodeURIComponent(name)}/`
