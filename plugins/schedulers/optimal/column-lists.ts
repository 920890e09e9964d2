/**
 * The columns that each node of a search tree has left, with the least time of a round that holds them, s.
 *
 * A node's list stands behind that of the node it comes from, and is written over once the node is done with.
 */
export class ColumnLists {
  #column: Int32Array
  #time: Float64Array

  constructor(columns: number) {
    this.#column = new Int32Array(4 * columns)
    this.#time = new Float64Array(4 * columns)
  }

  /** Anew after `reserve`. */
  get column(): Int32Array {
    return this.#column
  }

  get time(): Float64Array {
    return this.#time
  }

  /** Lists a column at a place; returns the next place. */
  add(place: number, column: number, time: number): number {
    this.#column[place] = column
    this.#time[place] = time
    return place + 1
  }

  /** Makes room for so many more from a place on. */
  reserve(place: number, more: number): void {
    if (place + more <= this.#column.length) return
    const column = new Int32Array(2 * (place + more))
    const time = new Float64Array(column.length)
    column.set(this.#column)
    time.set(this.#time)
    this.#column = column
    this.#time = time
  }
}
