import {
  type Action,
  EventRecords,
  PLACE,
  PLACE_FREE,
  PLACE_LISTED,
  PRIORITY,
  SLOT_RANGE,
} from './event-records.js'
import { FarEvents } from './far-events.js'
import { NearEvents } from './near-events.js'

/**
 * Names one scheduled event: its slot (26 bits) tagged with its sequence number (27 bits), so that a handle whose
 * event has happened or been cancelled is recognised, although slots are used again.
 */
export type EventHandle = number

const TAG_MASK = 2 ** 27 - 1

/** A heap beats buckets up to about this many events. */
const HEAP_LIMIT = 256
/** A bucket with more events than this is divided before it is sorted. */
const BUCKET_LIMIT = 48

/**
 * Pending events in the order (time, priority, sequence).
 *
 * A few are kept in a heap; when they become many, only the next ones are kept in order and the others in buckets.
 */
export class EventQueue {
  readonly #records = new EventRecords(256)
  readonly #near = new NearEvents(this.#records)
  readonly #far = new FarEvents(this.#records)
  #size = 0
  #sequence = 0
  #heapLimit = HEAP_LIMIT

  get size(): number {
    return this.#size
  }

  add(time: number, priority: number, action: Action): EventHandle {
    const records = this.#records
    const slot = records.allocate(action)
    const sequence = this.#sequence++
    const doubles = records.doubles
    doubles[slot * 4] = time
    doubles[slot * 4 + 1] = sequence
    records.words[slot * 8 + PRIORITY] = priority
    this.#insert(slot)
    return (sequence & TAG_MASK) * SLOT_RANGE + slot
  }

  /** The slot of the first event, or -1. */
  first(): number {
    const slot = this.#near.first()
    return slot >= 0 || this.#size === 0 ? slot : this.#refill()
  }

  timeOf(slot: number): number {
    return this.#records.doubles[slot * 4]
  }

  priorityOf(slot: number): number {
    return this.#records.words[slot * 8 + PRIORITY]
  }

  sequenceOf(slot: number): number {
    return this.#records.doubles[slot * 4 + 1]
  }

  /** Removes the event in that slot and returns what was to be done. */
  take(slot: number): Action {
    this.#remove(slot)
    return this.#records.release(slot)
  }

  /** The slot that a handle names, or -1 if its event is no longer pending. */
  slotOf(handle: EventHandle): number {
    const records = this.#records
    const tag = Math.floor(handle / SLOT_RANGE)
    const slot = handle - tag * SLOT_RANGE
    if (!(slot >= 0 && slot < records.used)) return -1
    if (records.words[slot * 8 + PLACE] === PLACE_FREE) return -1
    return (records.doubles[slot * 4 + 1] & TAG_MASK) === tag ? slot : -1
  }

  /** Moves the event in that slot to another time, behind all that are due then; returns its new handle. */
  move(slot: number, time: number): EventHandle {
    this.#remove(slot)
    const sequence = this.#sequence++
    const doubles = this.#records.doubles
    doubles[slot * 4] = time
    doubles[slot * 4 + 1] = sequence
    this.#insert(slot)
    return (sequence & TAG_MASK) * SLOT_RANGE + slot
  }

  #insert(slot: number): void {
    this.#size++
    const far = this.#far
    if (far.depth !== 0 && far.insert(slot)) return
    this.#near.insert(slot)
    if (this.#near.heapSize > this.#heapLimit) this.#spill()
  }

  #remove(slot: number): void {
    this.#size--
    if (this.#records.words[slot * 8 + PLACE] === PLACE_LISTED) this.#far.remove(slot)
    else this.#near.remove(slot)
  }

  #refill(): number {
    const far = this.#far
    const count = far.refill(BUCKET_LIMIT)
    this.#near.load(far.gathered, count)
    this.#heapLimit = Math.max(HEAP_LIMIT, 2 * this.#near.heapSize)
    return this.#near.first()
  }

  /** The heap has grown too large: divides the near events among buckets of their own. */
  #spill(): void {
    const near = this.#near
    const far = this.#far
    // Moving a long run each time the heap is full would cost more than the heap does.
    if (near.runLength > near.heapSize) {
      this.#heapLimit = Math.max(this.#heapLimit, near.runLength)
      return
    }
    const count = near.unload(far.reserve())
    if (far.spawn(count)) this.#heapLimit = HEAP_LIMIT
    else {
      near.load(far.gathered, count)
      this.#heapLimit = 2 * count
    }
  }
}
