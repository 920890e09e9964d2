import { KernelError } from './failure.js'

/** What happens when an event's time comes: a function, or an object that saves making one. */
export type Action = (() => void) | { fire(): void }

/** Slots that a handle can name. */
export const SLOT_RANGE = 2 ** 26

// A record takes 32 bytes, half a cache line, so that touching an event costs one miss and not one a field:
// doubles 0 and 1 hold time and sequence, words 4 to 7 what follows.
export const NEXT = 4
export const PREVIOUS = 5
export const PRIORITY = 6
export const PLACE = 7

/** Values of PLACE: the index in the heap from 0 up, the index in the run below that, or one of these. */
export const PLACE_FREE = -1
export const PLACE_LISTED = -2
export const PLACE_RUN = -3

/**
 * The pending events, one 32-byte record each in a slot that is used again once the event is gone.
 *
 * Nothing is allocated for an event: growing doubles the arrays, and freed slots form a list through NEXT.
 */
export class EventRecords {
  doubles: Float64Array
  words: Int32Array
  capacity: number
  /** Slots handed out so far; those beyond have never been used. */
  used = 0
  #actions: (Action | undefined)[] = []
  #free = -1

  constructor(capacity: number) {
    this.capacity = capacity
    const buffer = new ArrayBuffer(capacity * 32)
    this.doubles = new Float64Array(buffer)
    this.words = new Int32Array(buffer)
  }

  /** A slot for an event with that action; its time, sequence and priority are the caller's to set. */
  allocate(action: Action): number {
    const slot = this.#free
    if (slot < 0) return this.#extend(action)
    this.#free = this.words[slot * 8 + NEXT]
    this.#actions[slot] = action
    return slot
  }

  /** Gives the slot back and returns its action. */
  release(slot: number): Action {
    const actions = this.#actions
    const action = actions[slot] as Action
    actions[slot] = undefined
    const words = this.words
    words[slot * 8 + PLACE] = PLACE_FREE
    words[slot * 8 + NEXT] = this.#free
    this.#free = slot
    return action
  }

  /** Whether the first event is due before the second, times being equal. */
  precedes(first: number, second: number): boolean {
    const words = this.words
    const difference = words[first * 8 + PRIORITY] - words[second * 8 + PRIORITY]
    if (difference !== 0) return difference < 0
    return this.doubles[first * 4 + 1] < this.doubles[second * 4 + 1]
  }

  #extend(action: Action): number {
    if (this.used === this.capacity) this.#grow()
    this.#actions.push(action)
    return this.used++
  }

  #grow(): void {
    const capacity = Math.min(this.capacity * 2, SLOT_RANGE)
    if (capacity === this.capacity) throw new KernelError(`more than ${SLOT_RANGE} pending events`)
    const buffer = new ArrayBuffer(capacity * 32)
    const doubles = new Float64Array(buffer)
    doubles.set(this.doubles)
    this.doubles = doubles
    this.words = new Int32Array(buffer)
    this.capacity = capacity
  }
}
