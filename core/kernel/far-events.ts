import { type EventRecords, NEXT, PLACE, PLACE_LISTED, PREVIOUS } from './event-records.js'

const MAX_DEPTH = 32

/**
 * The events that are due later, in unsorted buckets: a ladder queue (Tang, Goh and Thng, ACM TOMACS 15(3), 2005).
 *
 * Rung 0 divides a span of time into buckets of equal width; what lies beyond is kept in one list, the top. When a
 * bucket that has come up holds too many events to be sorted at once, the next rung divides it further. An event is
 * thus put into a bucket once and, unless times are very uneven, taken out once: O(1), whatever the number pending.
 * Buckets are doubly linked lists through the records, so that cancelling leaves nothing behind.
 */
export class FarEvents {
  /** Number of rungs; without any, everything is near. */
  depth = 0
  readonly #records: EventRecords
  /** First event of each bucket, or -1: the top at index 0, then rung after rung. */
  #heads = new Int32Array(1024).fill(-1)
  readonly #start = new Float64Array(MAX_DEPTH)
  /** Buckets per unit of time. */
  readonly #scale = new Float64Array(MAX_DEPTH)
  readonly #base = new Int32Array(MAX_DEPTH)
  readonly #buckets = new Int32Array(MAX_DEPTH)
  /** The next bucket to come up in each rung; those before are empty or divided further. */
  readonly #cursor = new Int32Array(MAX_DEPTH)
  /** Events between a bucket and their next place, newest first. */
  gathered: Int32Array = new Int32Array(256)

  constructor(records: EventRecords) {
    this.#records = records
  }

  /** Puts an event into its bucket; false if it falls before all of them and so belongs to the near ones. */
  insert(slot: number): boolean {
    const time = this.#records.doubles[slot * 4]
    const depth = this.depth
    for (let rung = 0; rung < depth; rung++) {
      // Rounding cannot put events out of order: the index never decreases with time, whatever it is rounded to.
      const index = (time - this.#start[rung]) * this.#scale[rung]
      const cursor = this.#cursor[rung]
      const buckets = this.#buckets[rung]
      if (index >= buckets) {
        if (rung === 0) {
          this.#link(0, slot)
          return true
        }
        if (cursor < buckets) {
          this.#link(this.#base[rung] + buckets - 1, slot)
          return true
        }
      } else if (index >= cursor) {
        this.#link(this.#base[rung] + (index | 0), slot)
        return true
      } else if (cursor === 0) {
        this.#link(this.#base[rung], slot)
        return true
      }
    }
    return false
  }

  remove(slot: number): void {
    const words = this.#records.words
    const next = words[slot * 8 + NEXT]
    const previous = words[slot * 8 + PREVIOUS]
    if (previous < 0) this.#heads[~previous] = next
    else words[previous * 8 + NEXT] = next
    if (next >= 0) words[next * 8 + PREVIOUS] = previous
  }

  /** Gathers the next events, at most `limit` of them unless they cannot be told apart, and returns how many. */
  refill(limit: number): number {
    while (this.depth > 0) {
      const rung = this.depth - 1
      const base = this.#base[rung]
      const buckets = this.#buckets[rung]
      const heads = this.#heads
      let cursor = this.#cursor[rung]
      while (cursor < buckets && heads[base + cursor] < 0) cursor++
      this.#cursor[rung] = cursor + 1
      if (cursor < buckets) {
        const count = this.#gather(base + cursor)
        if (count <= limit || !this.spawn(count)) return count
      } else {
        this.depth--
        if (rung === 0) {
          const count = this.#gather(0)
          if (count <= limit || !this.spawn(count)) return count
        }
      }
    }
    return 0
  }

  /** Divides what was gathered among the buckets of a new lowest rung; false if that would not divide it. */
  spawn(count: number): boolean {
    const rung = this.depth
    const { doubles } = this.#records
    const gathered = this.gathered
    let least = Infinity
    let greatest = -Infinity
    for (let i = 0; i < count; i++) {
      const time = doubles[gathered[i] * 4]
      if (time < least) least = time
      if (time > greatest) greatest = time
    }
    const scale = count / (greatest - least)
    if (rung === MAX_DEPTH || !(scale < Infinity)) return false
    const base = rung === 0 ? 1 : this.#base[rung - 1] + this.#buckets[rung - 1]
    // One bucket more than the scale asks for, so that the last event has an index below their number.
    this.#extend(base + count + 1)
    this.#start[rung] = least
    this.#scale[rung] = scale
    this.#base[rung] = base
    this.#buckets[rung] = count + 1
    this.#cursor[rung] = 0
    this.depth = rung + 1
    for (let i = count - 1; i >= 0; i--) {
      const slot = gathered[i]
      this.#link(base + (((doubles[slot * 4] - least) * scale) | 0), slot)
    }
    return true
  }

  /** Room for all events between one place and the next. */
  reserve(): Int32Array {
    if (this.gathered.length < this.#records.capacity) this.gathered = new Int32Array(this.#records.capacity)
    return this.gathered
  }

  #link(bucket: number, slot: number): void {
    const words = this.#records.words
    const heads = this.#heads
    const next = heads[bucket]
    heads[bucket] = slot
    const at = slot * 8
    words[at + NEXT] = next
    words[at + PREVIOUS] = ~bucket
    words[at + PLACE] = PLACE_LISTED
    if (next >= 0) words[next * 8 + PREVIOUS] = slot
  }

  #gather(bucket: number): number {
    const words = this.#records.words
    const gathered = this.reserve()
    let count = 0
    for (let slot = this.#heads[bucket]; slot >= 0; slot = words[slot * 8 + NEXT]) gathered[count++] = slot
    this.#heads[bucket] = -1
    return count
  }

  #extend(length: number): void {
    if (length <= this.#heads.length) return
    const grown = new Int32Array(Math.max(length, this.#heads.length * 2)).fill(-1, this.#heads.length)
    grown.set(this.#heads)
    this.#heads = grown
  }
}
