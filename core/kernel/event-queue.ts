import { KernelError } from './failure.js'

/** What happens when an event's time comes: a function, or an object that saves making one. */
export type Action = (() => void) | { fire(): void }

/**
 * Names one scheduled event: its slot (26 bits) tagged with its sequence number (27 bits), so that a handle whose
 * event has fired or been cancelled is recognised, although slots are used again.
 */
export type EventHandle = number

const SLOT_RANGE = 2 ** 26
const TAG_MASK = 2 ** 27 - 1
const ARITY_SHIFT = 2

// A record is 32 bytes: time and sequence as doubles, then link, priority and place as 32-bit integers.
const LINK = 4
const PRIORITY = 6
const PLACE = 7
const FREE = -1

/** Pending events in the order (time, priority, sequence): a 4-ary heap over records in typed arrays. */
export class EventQueue {
  size = 0
  #capacity: number
  #doubles: Float64Array
  #words: Int32Array
  #actions: (Action | undefined)[] = []
  #free = -1
  #used = 0
  #sequence = 0
  #heap: Int32Array

  constructor(capacity = 256) {
    this.#capacity = capacity
    const buffer = new ArrayBuffer(capacity * 32)
    this.#doubles = new Float64Array(buffer)
    this.#words = new Int32Array(buffer)
    this.#heap = new Int32Array(capacity)
  }

  add(time: number, priority: number, action: Action): EventHandle {
    let slot = this.#free
    if (slot >= 0) this.#free = this.#words[slot * 8 + LINK]
    else slot = this.#newSlot()
    const sequence = this.#sequence++
    this.#doubles[slot * 4] = time
    this.#doubles[slot * 4 + 1] = sequence
    this.#words[slot * 8 + PRIORITY] = priority
    this.#actions[slot] = action
    this.#insert(slot)
    return (sequence & TAG_MASK) * SLOT_RANGE + slot
  }

  /** The slot of the first event, or -1. */
  first(): number {
    return this.size > 0 ? this.#heap[0] : -1
  }

  timeOf(slot: number): number {
    return this.#doubles[slot * 4]
  }

  priorityOf(slot: number): number {
    return this.#words[slot * 8 + PRIORITY]
  }

  sequenceOf(slot: number): number {
    return this.#doubles[slot * 4 + 1]
  }

  /** Removes the event in that slot, frees the slot and returns what was to be done. */
  take(slot: number): Action {
    const action = this.#actions[slot] as Action
    this.#remove(slot)
    this.#release(slot)
    return action
  }

  /** The slot that a handle names, or -1 if its event is no longer pending. */
  slotOf(handle: EventHandle): number {
    const tag = Math.floor(handle / SLOT_RANGE)
    const slot = handle - tag * SLOT_RANGE
    if (!(slot >= 0 && slot < this.#used)) return -1
    if (this.#words[slot * 8 + PLACE] === FREE) return -1
    return (this.#doubles[slot * 4 + 1] & TAG_MASK) === tag ? slot : -1
  }

  /** Moves the event in that slot to another time, behind all that are already due then; returns its new handle. */
  move(slot: number, time: number): EventHandle {
    this.#remove(slot)
    const sequence = this.#sequence++
    this.#doubles[slot * 4] = time
    this.#doubles[slot * 4 + 1] = sequence
    this.#insert(slot)
    return (sequence & TAG_MASK) * SLOT_RANGE + slot
  }

  #release(slot: number): void {
    this.#actions[slot] = undefined
    this.#words[slot * 8 + PLACE] = FREE
    this.#words[slot * 8 + LINK] = this.#free
    this.#free = slot
  }

  #newSlot(): number {
    if (this.#used === this.#capacity) this.#grow()
    const slot = this.#used++
    this.#actions.push(undefined)
    return slot
  }

  #grow(): void {
    const capacity = this.#capacity * 2
    if (capacity > SLOT_RANGE) throw new KernelError(`more than ${SLOT_RANGE} pending events`)
    const buffer = new ArrayBuffer(capacity * 32)
    const doubles = new Float64Array(buffer)
    doubles.set(this.#doubles)
    const heap = new Int32Array(capacity)
    heap.set(this.#heap)
    this.#doubles = doubles
    this.#words = new Int32Array(buffer)
    this.#heap = heap
    this.#capacity = capacity
  }

  #insert(slot: number): void {
    this.#siftUp(this.size++, slot)
  }

  #remove(slot: number): void {
    const heap = this.#heap
    const position = this.#words[slot * 8 + PLACE]
    const last = heap[--this.size]
    if (last === slot) return
    this.#siftUp(position, last)
    this.#siftDown(this.#words[last * 8 + PLACE], last)
  }

  #before(a: number, b: number): boolean {
    const doubles = this.#doubles
    const timeA = doubles[a * 4]
    const timeB = doubles[b * 4]
    if (timeA !== timeB) return timeA < timeB
    const priority = this.#words[a * 8 + PRIORITY] - this.#words[b * 8 + PRIORITY]
    return priority !== 0 ? priority < 0 : doubles[a * 4 + 1] < doubles[b * 4 + 1]
  }

  #siftUp(position: number, slot: number): void {
    const heap = this.#heap
    const words = this.#words
    while (position > 0) {
      const parent = (position - 1) >> ARITY_SHIFT
      const above = heap[parent]
      if (!this.#before(slot, above)) break
      heap[position] = above
      words[above * 8 + PLACE] = position
      position = parent
    }
    heap[position] = slot
    words[slot * 8 + PLACE] = position
  }

  #siftDown(position: number, slot: number): void {
    const heap = this.#heap
    const words = this.#words
    const size = this.size
    for (;;) {
      let child = (position << ARITY_SHIFT) + 1
      if (child >= size) break
      const end = Math.min(child + 4, size)
      let least = child
      for (child++; child < end; child++) if (this.#before(heap[child], heap[least])) least = child
      const below = heap[least]
      if (!this.#before(below, slot)) break
      heap[position] = below
      words[below * 8 + PLACE] = position
      position = least
    }
    heap[position] = slot
    words[slot * 8 + PLACE] = position
  }
}
