import Type from 'typebox'
import type { Column, Value } from '../observe/table.js'
import { float64, int32, noValues, type StatePart, statePart, uint8 } from '../plugin/state-part.js'

/** Rows that there is room for at first: most tables of a run get few, and room for a row group takes time to make. */
const FIRST_ROWS = 256

type Values = Int32Array | Float64Array | Value[]

/** Holds a column's values until their row group, of at most `rows`, is written. Rows are set in order. */
export class ColumnBuffer {
  readonly column: Column
  readonly #rows: number
  #values: Values

  constructor(column: Column, rows: number) {
    this.column = column
    this.#rows = rows
    const first = Math.min(rows, FIRST_ROWS)
    if (column.type === 'STRING' || column.nullable) this.#values = []
    else this.#values = column.type === 'INT32' ? new Int32Array(first) : new Float64Array(first)
  }

  /** Sets a row's value; a `TypeError` where it is not of the column's type. */
  set(row: number, value: Value | undefined): void {
    if (!isOfColumn(this.column, value)) throw this.#refusal(value)
    if (row >= this.#values.length) this.#makeRoom(row + 1)
    this.#values[row] = value
  }

  /** Twice as much as there was, or for so many rows; arrays grow by themselves. */
  #makeRoom(rows: number): void {
    if (Array.isArray(this.#values)) return
    const room = Math.min(this.#rows, Math.max(rows, 2 * this.#values.length))
    const values = this.#values instanceof Int32Array ? new Int32Array(room) : new Float64Array(room)
    values.set(this.#values)
    this.#values = values
  }

  /** The first `rows` values, good until the next is set; typed where the column holds numbers and lacks none. */
  values(rows: number): Int32Array | Float64Array | Value[] {
    return Array.isArray(this.#values) ? this.#values.slice(0, rows) : this.#values.subarray(0, rows)
  }

  /** Its first values, `rows` of them; loops, for `from` with a function takes many times as long. */
  state(rows: () => number): StatePart {
    const all = this.#values
    if (!Array.isArray(all)) return this.#typedState(all, rows)
    return this.column.type === 'STRING' ? textState(all, rows) : nullableState(all, rows)
  }

  #typedState(all: Int32Array | Float64Array, rows: () => number): StatePart {
    return statePart({
      values: noValues,
      arrays: { values: all instanceof Int32Array ? int32(rows()) : float64(rows()) },
      save: () => ({ values: {}, arrays: { values: this.#values.slice(0, rows()) as typeof all } }),
      restore: ({ arrays: { values } }) => {
        if (values.length > this.#values.length) this.#makeRoom(values.length)
        if (!Array.isArray(this.#values)) this.#values.set(values)
      },
    })
  }

  #refusal(value: Value | undefined): TypeError {
    const { name, type, nullable } = this.column
    return new TypeError(`column ${name} takes ${type}${nullable ? ' or null' : ''}, not ${value}`)
  }
}

function isOfColumn(column: Column, value: Value | undefined): value is Value {
  if (typeof value === 'number') {
    return column.type === 'DOUBLE' || (column.type === 'INT32' && (value | 0) === value)
  }
  if (typeof value === 'string') return column.type === 'STRING'
  return value === null && column.nullable === true
}

/** Texts by their places among those that differ. */
const textState = (all: Value[], rows: () => number): StatePart =>
  statePart({
    values: Type.Object({ strings: Type.Array(Type.Union([Type.Null(), Type.String()])) }),
    arrays: { places: int32(rows()) },
    save: () => {
      const known = new Map<string | null, number>()
      const places = new Int32Array(rows())
      for (let row = 0; row < places.length; row++) {
        const text = all[row] as string | null
        let place = known.get(text)
        if (place === undefined) {
          place = known.size
          known.set(text, place)
        }
        places[row] = place
      }
      return { values: { strings: [...known.keys()] }, arrays: { places } }
    },
    restore: ({ values: { strings }, arrays: { places } }) => {
      for (const [row, place] of places.entries()) all[row] = strings[place]
    },
    check: ({ values: { strings }, arrays: { places } }) =>
      places.every((place) => strings[place] !== undefined)
        ? undefined
        : 'array places: a place without a text',
  })

const nullableState = (all: Value[], rows: () => number): StatePart =>
  statePart({
    values: noValues,
    arrays: { values: float64(rows()), present: uint8(rows()) },
    save: () => {
      const values = new Float64Array(rows())
      const present = new Uint8Array(rows())
      for (let row = 0; row < values.length; row++) {
        const value = all[row]
        if (value === null) continue
        values[row] = value as number
        present[row] = 1
      }
      return { values: {}, arrays: { values, present } }
    },
    restore: ({ arrays: { values, present } }) => {
      for (const [row, value] of values.entries()) all[row] = present[row] ? value : null
    },
  })
