import type { EventRecords } from './event-records.js'

// See event-records.ts.
const PLACE = 7
const PLACE_RUN = -3

const SORT_LIMIT = 64
const TOMBSTONE = -1

/**
 * The events that are due first: a sorted run, consumed from its head, and a 4-ary heap for what falls before its end.
 *
 * An event due after the whole run is appended to it, so increasing and equal times cost O(1).
 */
export class NearEvents {
  readonly #records: EventRecords
  #heapTimes = new Float64Array(256)
  #heapSlots = new Int32Array(256)
  #heapSize = 0
  /** Whether the root was taken and nothing put there yet: most often the next event to come in fills it. */
  #hole = false
  /** A ring; its length is a power of two. */
  #run = new Int32Array(256)
  #runHead = 0
  /** Cancelled entries inside the run count too, but its first and last entry are live. */
  #runLength = 0
  #tombstones = 0
  readonly #sortTimes = new Float64Array(SORT_LIMIT)

  constructor(records: EventRecords) {
    this.#records = records
  }

  /** Entries in the heap, an unfilled root included. */
  get heapSize(): number {
    return this.#heapSize
  }

  /** Entries in the run, cancelled ones included. */
  get runLength(): number {
    return this.#runLength
  }

  /** The slot of the first event, or -1. */
  first(): number {
    if (this.#hole) this.#fillHole()
    if (this.#runLength === 0) return this.#heapSize === 0 ? -1 : this.#heapSlots[0]
    const head = this.#run[this.#runHead]
    if (this.#heapSize === 0) return head
    const records = this.#records
    const headTime = records.doubles[head * 4]
    const rootTime = this.#heapTimes[0]
    if (headTime < rootTime) return head
    const root = this.#heapSlots[0]
    if (rootTime < headTime) return root
    return records.precedes(head, root) ? head : root
  }

  insert(slot: number): void {
    const length = this.#runLength
    if (length !== 0) {
      const doubles = this.#records.doubles
      const run = this.#run
      const last = run[(this.#runHead + length - 1) & (run.length - 1)]
      const time = doubles[slot * 4]
      const lastTime = doubles[last * 4]
      // A whole bucket comes in oldest first, so of equal keys the one that comes in later has the higher sequence.
      if (time < lastTime || (time === lastTime && !this.#records.precedes(last, slot))) {
        this.#push(slot)
        return
      }
    }
    this.#append(slot)
  }

  /** Removes the event that {@link first} has just named. */
  removeFirst(slot: number): void {
    const run = this.#run
    const head = this.#runHead
    if (this.#runLength === 0 || run[head] !== slot) this.#hole = true
    else if (this.#tombstones === 0) {
      this.#runHead = (head + 1) & (run.length - 1)
      this.#runLength--
    } else this.#removeFromRun(head)
  }

  /** Removes an event from the heap or the run, wherever its PLACE says. */
  remove(slot: number): void {
    const place = this.#records.words[slot * 8 + PLACE]
    if (place < 0) this.#removeFromRun(PLACE_RUN - place)
    else if (place > 0) this.#removeFromHeap(place)
    else this.#hole = true
  }

  /** Takes in a bucket, listed newest first, while there is nothing else here. */
  load(slots: Int32Array, count: number): void {
    this.#runHead = 0
    if (count > SORT_LIMIT) {
      for (let i = count - 1; i >= 0; i--) this.insert(slots[i])
      return
    }
    const records = this.#records
    const run = this.#run
    const times = this.#sortTimes
    records.fetch(slots, count, times)
    for (let i = 0; i < count; i++) {
      const slot = slots[count - 1 - i]
      const time = times[i]
      let j = i
      while (
        j > 0 &&
        (time < times[j - 1] || (time === times[j - 1] && records.precedes(slot, run[j - 1])))
      ) {
        times[j] = times[j - 1]
        run[j] = run[j - 1]
        j--
      }
      times[j] = time
      run[j] = slot
    }
    this.#runLength = count
    const words = records.words
    for (let i = 0; i < count; i++) words[run[i] * 8 + PLACE] = PLACE_RUN - i
  }

  /** Lists all events, in no order, and forgets them; returns how many there were. */
  unload(slots: Int32Array): number {
    if (this.#hole) this.#fillHole()
    let count = 0
    for (let i = 0; i < this.#heapSize; i++) slots[count++] = this.#heapSlots[i]
    const run = this.#run
    for (let i = 0; i < this.#runLength; i++) {
      const slot = run[(this.#runHead + i) & (run.length - 1)]
      if (slot !== TOMBSTONE) slots[count++] = slot
    }
    this.#heapSize = 0
    this.#runLength = 0
    this.#tombstones = 0
    return count
  }

  #append(slot: number): void {
    if (this.#runLength === this.#run.length) this.#growRun()
    const run = this.#run
    const index = (this.#runHead + this.#runLength++) & (run.length - 1)
    run[index] = slot
    this.#records.words[slot * 8 + PLACE] = PLACE_RUN - index
  }

  #removeFromRun(index: number): void {
    const run = this.#run
    const mask = run.length - 1
    run[index] = TOMBSTONE
    let tombstones = this.#tombstones + 1
    let head = this.#runHead
    let length = this.#runLength
    while (length > 0 && run[head] === TOMBSTONE) {
      head = (head + 1) & mask
      length--
      tombstones--
    }
    while (length > 0 && run[(head + length - 1) & mask] === TOMBSTONE) {
      length--
      tombstones--
    }
    this.#tombstones = tombstones
    this.#runHead = head
    this.#runLength = length
  }

  #growRun(): void {
    const old = this.#run
    const grown = new Int32Array(old.length * 2)
    const words = this.#records.words
    let count = 0
    for (let i = 0; i < this.#runLength; i++) {
      const slot = old[(this.#runHead + i) & (old.length - 1)]
      if (slot === TOMBSTONE) continue
      words[slot * 8 + PLACE] = PLACE_RUN - count
      grown[count++] = slot
    }
    this.#run = grown
    this.#runHead = 0
    this.#runLength = count
    this.#tombstones = 0
  }

  #push(slot: number): void {
    if (this.#hole) {
      this.#hole = false
      this.#siftDown(0, slot)
      return
    }
    if (this.#heapSize === this.#heapSlots.length) this.#growHeap()
    this.#siftUp(this.#heapSize++, slot)
  }

  #fillHole(): void {
    this.#hole = false
    const last = this.#heapSlots[--this.#heapSize]
    if (this.#heapSize > 0) this.#siftDown(0, last)
  }

  #removeFromHeap(position: number): void {
    if (this.#hole) {
      // The last entry may be the one to be removed, so its place is looked up again.
      const slot = this.#heapSlots[position]
      this.#fillHole()
      position = this.#records.words[slot * 8 + PLACE]
    }
    const last = this.#heapSlots[--this.#heapSize]
    if (position === this.#heapSize) return
    this.#siftUp(position, last)
    this.#siftDown(this.#records.words[last * 8 + PLACE], last)
  }

  #growHeap(): void {
    const times = new Float64Array(this.#heapTimes.length * 2)
    const slots = new Int32Array(times.length)
    times.set(this.#heapTimes)
    slots.set(this.#heapSlots)
    this.#heapTimes = times
    this.#heapSlots = slots
  }

  #siftUp(position: number, slot: number): void {
    const times = this.#heapTimes
    const slots = this.#heapSlots
    const records = this.#records
    const words = records.words
    const time = records.doubles[slot * 4]
    while (position > 0) {
      const parent = (position - 1) >> 2
      const above = slots[parent]
      const aboveTime = times[parent]
      if (aboveTime < time || (aboveTime === time && records.precedes(above, slot))) break
      times[position] = aboveTime
      slots[position] = above
      words[above * 8 + PLACE] = position
      position = parent
    }
    times[position] = time
    slots[position] = slot
    words[slot * 8 + PLACE] = position
  }

  #siftDown(position: number, slot: number): void {
    const times = this.#heapTimes
    const slots = this.#heapSlots
    const size = this.#heapSize
    const records = this.#records
    const words = records.words
    const time = records.doubles[slot * 4]
    for (;;) {
      let child = (position << 2) + 1
      if (child >= size) break
      const end = Math.min(child + 4, size)
      let least = child
      let leastTime = times[child]
      while (++child < end) {
        const childTime = times[child]
        if (
          childTime < leastTime ||
          (childTime === leastTime && records.precedes(slots[child], slots[least]))
        ) {
          least = child
          leastTime = childTime
        }
      }
      const below = slots[least]
      if (time < leastTime || (time === leastTime && records.precedes(slot, below))) break
      times[position] = leastTime
      slots[position] = below
      words[below * 8 + PLACE] = position
      position = least
    }
    times[position] = time
    slots[position] = slot
    words[slot * 8 + PLACE] = position
  }
}
