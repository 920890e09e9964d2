import Type, { type Static, type TSchema } from 'typebox'

// Numbers that JSON has no word for, as the schema of a file says what stands for them.

/** What stands for what: values by what a file has for them, and the other way round. */
interface Coded {
  readonly readAs?: Readonly<Record<string, unknown>>
  readonly writtenAs?: Readonly<Record<string, unknown>>
}

/** A number, which is null in the file where it is not finite, and then read as `otherwise`. */
export const figure = (otherwise = Number.NaN) =>
  Type.Unsafe<number>({ ...Type.Union([Type.Number(), Type.Null()]), readAs: { null: otherwise } })

const INFINITE = 'Infinity'

/** A number that may be infinite, and null where there is none. */
export const unbounded = () =>
  Type.Unsafe<number | null>({
    ...Type.Union([Type.Number(), Type.Null(), Type.Literal(INFINITE)]),
    readAs: { [INFINITE]: Number.POSITIVE_INFINITY },
    writtenAs: { [Number.POSITIVE_INFINITY]: INFINITE },
  })

/** The same, of which nothing is to be changed. */
export type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

/** A value as its file has it. */
export const stored = <S extends TSchema>(schema: S, value: Frozen<Static<S>>): object =>
  mapped(schema, value, 'writtenAs') as object

/** The value that a file has. */
export const restored = <S extends TSchema>(schema: S, value: Static<S>): Static<S> =>
  mapped(schema, value, 'readAs') as Static<S>

interface Walked extends Coded {
  readonly properties?: Readonly<Record<string, Walked>>
  readonly items?: Walked
}

function mapped(schema: Walked, value: unknown, way: keyof Coded): unknown {
  const words = schema[way]
  if (words && Object.hasOwn(words, String(value))) return words[String(value)]
  const { properties = {}, items } = schema
  if (items && Array.isArray(value)) return value.map((item) => mapped(items, item, way))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, own]) => [
      key,
      Object.hasOwn(properties, key) ? mapped(properties[key], own, way) : own,
    ]),
  )
}
