import type { Action, EventRecords } from './event-records.js'
import type { NearEvents } from './near-events.js'

// Local constants are folded into the machine code, imported ones are looked up each time: see event-records.ts.
const POSITION = 4
const BUCKET = 5
const PLACE = 7
const PLACE_FAR = -2

const MAX_DEPTH = 32

// A rung is described by its start, its buckets per unit of time, the number of its buckets and the next bucket to come up
// (those before are empty or divided further). The index of its first bucket among all is kept beside it, as an integer.
const RUNG = 4
const SCALE = 1
const BUCKETS = 2
const CURSOR = 3

/** Up to about this many events a heap does without buckets. */
const HEAP_LIMIT = 8
/** A bucket with more events than this is divided before it is sorted. */
const BUCKET_LIMIT = 64
/** Events per bucket that a new rung aims at. */
const OCCUPANCY = 2

/**
 * The events that are due later, in unsorted buckets: a ladder queue (Tang, Goh and Thng, ACM TOMACS 15(3), 2005).
 *
 * Rung 0 divides a span of time into buckets of equal width; what lies beyond is kept in one bucket, the top. When a
 * bucket that comes up holds too many events to be sorted at once, another rung divides it further. Thus an event is
 * put into a bucket once and, unless times are very uneven, taken out once: O(1), whatever the number pending.
 *
 * A bucket is a chain of chunks: word 0 is the head the chain had before, words 1 to 7 are slots. Reading slots from
 * chunks lets the processor fetch several records at a time, which a list linked through the records would not. A
 * record knows its bucket and position, so that one taken out early is replaced by the newest and leaves no gap.
 */
export class FarEvents {
  /** Number of rungs; without any, every event is near. */
  depth = 0
  readonly #records: EventRecords
  readonly #near: NearEvents
  /** For each bucket the position after its newest slot, or 0: the top at index 0, then rung after rung. */
  #heads = new Int32Array(1024)
  #chunks = new Int32Array(1024)
  #chunksUsed = 0
  #freeChunk = -1
  /** Four numbers a rung: its start, SCALE, BUCKETS and CURSOR; see {@link RUNG}. */
  readonly #rungs = new Float64Array(MAX_DEPTH * RUNG)
  /** So many more events come to a crowded heap before it is spread over buckets. */
  #patience = 0
  /** The index of each rung's first bucket among all. */
  readonly #bases = new Int32Array(MAX_DEPTH)
  /** Slots between a bucket and their next place, newest first. */
  gathered = new Int32Array(256)

  constructor(records: EventRecords, near: NearEvents) {
    this.#records = records
    this.#near = near
  }

  /**
   * Puts an event into its bucket, looking from a rung downwards, or among the near ones if it falls before all buckets;
   * an event without a slot (-1) is given one. Returns the slot.
   *
   * All in one function, which is thereby longer than what V8 puts in line: those that call it stay short enough for that.
   */
  insert(given: number, from: number, priority: number, action: Action | undefined): number {
    const records = this.#records
    const slot = given < 0 ? records.allocate(priority, action) : given
    const time = records.doubles[slot * 4]
    const rungs = this.#rungs
    const bases = this.#bases
    const depth = this.depth
    let bucket = -1
    for (let rung = from; rung < depth; rung++) {
      const at = rung * RUNG
      // Rounding cannot put events out of order: the index never decreases with time, whatever it is rounded to.
      const index = (time - rungs[at]) * rungs[at + SCALE]
      const cursor = rungs[at + CURSOR]
      const buckets = rungs[at + BUCKETS]
      if (index < cursor) {
        if (cursor !== 0) continue
        bucket = bases[rung]
      } else if (index < buckets) {
        // Rounded down before it is added: a sum could be rounded up into the next bucket.
        bucket = bases[rung] + (index | 0)
      } else if (rung === 0) bucket = 0
      else if (cursor < buckets) bucket = bases[rung] + (buckets | 0) - 1
      else continue
      break
    }
    if (bucket < 0) {
      this.#near.insert(slot)
      if (this.#near.heapSize > HEAP_LIMIT && --this.#patience < 0) this.#spill()
      return slot
    }
    const heads = this.#heads
    let chunks = this.#chunks
    let position = heads[bucket]
    if ((position & 7) === 0) {
      let chunk = this.#freeChunk
      if (chunk >= 0) this.#freeChunk = chunks[chunk]
      else {
        chunk = this.#chunksUsed
        this.#chunksUsed += 8
        if (this.#chunksUsed > chunks.length) {
          const grown = new Int32Array(chunks.length * 2)
          grown.set(chunks)
          this.#chunks = chunks = grown
        }
      }
      chunks[chunk] = position
      position = chunk + 1
    }
    chunks[position] = slot
    heads[bucket] = position + 1
    const words = records.words
    words[slot * 8 + POSITION] = position
    words[slot * 8 + BUCKET] = bucket
    words[slot * 8 + PLACE] = PLACE_FAR
    return slot
  }

  remove(slot: number): void {
    const words = this.#records.words
    const chunks = this.#chunks
    const bucket = words[slot * 8 + BUCKET]
    const position = words[slot * 8 + POSITION]
    const last = this.#heads[bucket] - 1
    const newest = chunks[last]
    chunks[position] = newest
    words[newest * 8 + POSITION] = position
    if ((last & 7) === 1) {
      this.#heads[bucket] = chunks[last - 1]
      this.#release(last - 1)
    } else this.#heads[bucket] = last
  }

  /** Hands the next bucket over to the near events. */
  refill(): void {
    const count = this.#next()
    this.#near.load(this.gathered, count)
  }

  /** Gathers the next events, a few of them unless they cannot be divided, and returns how many. */
  #next(): number {
    while (this.depth > 0) {
      const rung = this.depth - 1
      const rungs = this.#rungs
      const base = this.#bases[rung]
      const buckets = rungs[rung * RUNG + BUCKETS] | 0
      const heads = this.#heads
      let cursor = rungs[rung * RUNG + CURSOR] | 0
      while (cursor < buckets && heads[base + cursor] === 0) cursor++
      rungs[rung * RUNG + CURSOR] = cursor + 1
      let bucket = base + cursor
      if (cursor >= buckets) {
        this.depth = rung
        if (rung > 0) continue
        bucket = 0
      }
      const count = this.#gather(bucket)
      if (count <= BUCKET_LIMIT || !this.spawn(count)) return count
    }
    return 0
  }

  /** Divides what was gathered among the buckets of a new lowest rung; false if that would not divide it. */
  spawn(count: number): boolean {
    const rung = this.depth
    if (rung === MAX_DEPTH) return false
    const doubles = this.#records.doubles
    const gathered = this.gathered
    let least = Infinity
    let greatest = -Infinity
    for (let i = 0; i < count; i++) {
      const time = doubles[gathered[i] * 4]
      if (time < least) least = time
      if (time > greatest) greatest = time
    }
    const buckets = Math.ceil(count / OCCUPANCY)
    const scale = buckets / (greatest - least)
    if (!(scale < Infinity)) return false
    const rungs = this.#rungs
    const at = rung * RUNG
    const base = rung === 0 ? 1 : this.#bases[rung - 1] + (rungs[at - RUNG + BUCKETS] | 0)
    // One bucket more than the scale asks for, so that the last event has an index below their number.
    this.#extend(base + buckets + 1)
    rungs[at] = least
    rungs[at + SCALE] = scale
    rungs[at + BUCKETS] = buckets + 1
    rungs[at + CURSOR] = 0
    this.#bases[rung] = base
    this.depth = rung + 1
    for (let i = count - 1; i >= 0; i--) this.insert(gathered[i], rung, 0, undefined)
    return true
  }

  /** Spreads the near events over buckets of their own, if they can be told apart. */
  #spill(): void {
    const near = this.#near
    const count = near.unload(this.reserve())
    // What this costs is made up for by as many insertions, whether it helps or not.
    this.#patience = count
    if (!this.spawn(count)) near.load(this.gathered, count)
  }

  /** Makes room for all events between one place and the next. */
  reserve(): Int32Array {
    if (this.gathered.length < this.#records.capacity) this.gathered = new Int32Array(this.#records.capacity)
    return this.gathered
  }

  #gather(bucket: number): number {
    const gathered = this.reserve()
    const chunks = this.#chunks
    let count = 0
    let position = this.#heads[bucket]
    this.#heads[bucket] = 0
    while (position !== 0) {
      const chunk = (position - 1) & ~7
      while (--position > chunk) gathered[count++] = chunks[position]
      position = chunks[chunk]
      this.#release(chunk)
    }
    return count
  }

  #release(chunk: number): void {
    this.#chunks[chunk] = this.#freeChunk
    this.#freeChunk = chunk
  }

  #extend(length: number): void {
    if (length <= this.#heads.length) return
    const grown = new Int32Array(Math.max(length, this.#heads.length * 2))
    grown.set(this.#heads)
    this.#heads = grown
  }
}
