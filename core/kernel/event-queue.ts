import { type Action, EventRecords } from './event-records.js'
import { FarEvents } from './far-events.js'
import { NearEvents } from './near-events.js'

/**
 * Names one scheduled event: its slot (26 bits) tagged with its sequence number (27 bits), so that a handle whose
 * event has happened or been cancelled is recognised, although slots are used again.
 */
export type EventHandle = number

const SLOT_RANGE = 2 ** 26
const TAG_MASK = 2 ** 27 - 1

// See event-records.ts.
const PRIORITY = 6
const PLACE = 7
const PLACE_FREE = -1
const PLACE_FAR = -2

/**
 * Pending events in the order (time, priority, sequence).
 *
 * A few are kept in a heap; when they become many, only the next ones are kept in order and the others in buckets.
 * Nothing is allocated for an event, and no number that needs a box crosses a call that may not be inlined.
 */
export class EventQueue {
  /** Only events before this time are popped. */
  limit = Infinity
  readonly #records = new EventRecords(256)
  readonly #near = new NearEvents(this.#records)
  readonly #far = new FarEvents(this.#records, this.#near)

  get size(): number {
    return this.#records.live
  }

  /** Adds an event and returns its slot. */
  add(time: number, priority: number, action: Action | undefined): number {
    this.#records.due = time
    return this.#far.insert(-1, 0, priority, action)
  }

  handleOf(slot: number): EventHandle {
    return this.tagOf(slot) * SLOT_RANGE + slot
  }

  /** The low bits of the sequence number of what is in the slot. */
  tagOf(slot: number): number {
    return this.#records.doubles[slot * 4 + 1] & TAG_MASK
  }

  /** The tag of the event that was added last. */
  get newestTag(): number {
    return (this.#records.sequence - 1) & TAG_MASK
  }

  /** Whether the event that was given this slot and tag is still pending. */
  isPending(slot: number, tag: number): boolean {
    const records = this.#records
    return (
      records.words[slot * 8 + PLACE] !== PLACE_FREE && (records.doubles[slot * 4 + 1] & TAG_MASK) === tag
    )
  }

  /** Puts another action in the place of that of a pending event. */
  replace(slot: number, action: Action | undefined): void {
    this.#records.replace(slot, action)
  }

  /** The slot of the first event, or -1. */
  first(): number {
    const slot = this.#near.first()
    if (slot >= 0 || this.#records.live === 0) return slot
    this.#far.refill()
    return this.#near.first()
  }

  /** Takes the first event out of the order, if it is due before the limit; its slot must then be released. */
  pop(): number {
    const slot = this.first()
    if (slot < 0 || !(this.#records.doubles[slot * 4] < this.limit)) return -1
    this.#near.removeFirst(slot)
    return slot
  }

  /** Gives a popped event's slot back and returns what is to be done. */
  release(slot: number): Action | undefined {
    return this.#records.release(slot)
  }

  /** What the pending event in that slot is to do; undefined if the slot is free. */
  actionOf(slot: number): Action | undefined {
    return this.#records.actionOf(slot)
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

  /** Removes a pending event. */
  remove(slot: number): void {
    this.#withdraw(slot)
    this.#records.release(slot)
  }

  /** The slot that a handle names, or -1 if its event is no longer pending. */
  slotOf(handle: EventHandle): number {
    const records = this.#records
    const tag = Math.floor(handle / SLOT_RANGE)
    const slot = handle - tag * SLOT_RANGE
    if (!(slot >= 0 && slot < records.used)) return -1
    return this.isPending(slot, tag) ? slot : -1
  }

  /** Moves a pending event to another time, behind all that are due then. */
  move(slot: number, time: number): void {
    this.#withdraw(slot)
    const records = this.#records
    records.doubles[slot * 4] = time
    records.doubles[slot * 4 + 1] = records.sequence++
    this.#far.insert(slot, 0, 0, undefined)
  }

  #withdraw(slot: number): void {
    if (this.#records.words[slot * 8 + PLACE] === PLACE_FAR) this.#far.remove(slot)
    else this.#near.remove(slot)
  }
}
