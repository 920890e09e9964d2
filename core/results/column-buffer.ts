import type { Column, Value } from '../observe/table.js'
import type { SavedState } from '../plugin/saved-state.js'

/** Holds a column's values until their row group is written. */
export class ColumnBuffer {
  readonly column: Column
  readonly #values: Int32Array | Float64Array | Value[]

  constructor(column: Column, rows: number) {
    this.column = column
    if (column.type === 'STRING' || column.nullable) this.#values = new Array<Value>(rows).fill(null)
    else this.#values = column.type === 'INT32' ? new Int32Array(rows) : new Float64Array(rows)
  }

  /** Sets a row's value; a `TypeError` where it is not of the column's type. */
  set(row: number, value: Value | undefined): void {
    if (!isOfColumn(this.column, value)) throw this.#refusal(value)
    this.#values[row] = value
  }

  /** The first `rows` values, good until the next is set; typed where the column holds numbers and lacks none. */
  values(rows: number): Int32Array | Float64Array | Value[] {
    return Array.isArray(this.#values) ? this.#values.slice(0, rows) : this.#values.subarray(0, rows)
  }

  /** The first `rows` values, to be restored elsewhere; loops, for `from` with a function takes many times as long. */
  save(rows: number): SavedState {
    const all = this.#values
    if (!Array.isArray(all)) return { arrays: { values: all.slice(0, rows) }, values: {} }
    if (this.column.type === 'STRING') {
      const known = new Map<Value, number>()
      const places = new Int32Array(rows)
      for (let row = 0; row < rows; row++) {
        let place = known.get(all[row])
        if (place === undefined) {
          place = known.size
          known.set(all[row], place)
        }
        places[row] = place
      }
      return { arrays: { places }, values: { strings: [...known.keys()] } }
    }
    const values = new Float64Array(rows)
    const present = new Uint8Array(rows)
    for (let row = 0; row < rows; row++) {
      const value = all[row]
      if (value === null) continue
      values[row] = value as number
      present[row] = 1
    }
    return { arrays: { values, present }, values: {} }
  }

  /** Puts back what `save` returned. */
  restore({ arrays, values }: SavedState): void {
    if (!Array.isArray(this.#values)) this.#values.set(arrays.values)
    else if (this.column.type === 'STRING') {
      for (const [row, place] of arrays.places.entries())
        this.#values[row] = (values.strings as Value[])[place]
    } else {
      for (const [row, value] of arrays.values.entries())
        this.#values[row] = arrays.present[row] ? value : null
    }
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
