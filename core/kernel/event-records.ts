import { KernelError } from './failure.js'

/** What happens when an event's time comes: a function, or an object that saves making one. */
export type Action =
  | (() => void)
  | {
      /** What is done then. */
      fire(): void
      /** @internal Reads what that will need, so that it is in the cache by then, and returns 0. */
      warm?(): number
    }

const SLOT_RANGE = 2 ** 26
const NEXT_FREE = 4
const PRIORITY = 6
const PLACE = 7
const PLACE_FREE = -1
/** So many records, and what belongs to them, stay in the cache anyway. */
const CACHED = 1024

// Only the memory of WebAssembly can grow without being copied, and so without taking twice its size meanwhile. It
// reserves a great deal of address space, though, which is why it is left to the few simulations that need it.
const GROWING_IN_PLACE = 2 ** 26
const PAGE = 2 ** 16

/**
 * The pending events: a record of 32 bytes each, in a slot that is used again once the event is gone.
 *
 * Half a cache line holds all there is to know of an event, so that touching one costs one miss and not one a field:
 *
 *     doubles[4 · slot]      time
 *     doubles[4 · slot + 1]  sequence
 *     words[8 · slot + 4]    position in a far bucket's chunks, or the next free slot
 *     words[8 · slot + 5]    far bucket
 *     words[8 · slot + 6]    priority
 *     words[8 · slot + 7]    place: -1 free, -2 in a far bucket, from 0 up index in the near heap,
 *                            from -3 down index in the near run, so that -3 - place gives it
 *
 * Every file that reads records names the offsets for itself: V8 folds a module's own constants into the machine code,
 * but looks up imported ones at every use.
 */
export class EventRecords {
  doubles: Float64Array
  words: Int32Array
  capacity: number
  /** Slots handed out so far; those beyond have never been used. */
  used = 0
  /** Slots in use. */
  live = 0
  /** When the next event to be given a slot is due: an argument would need a box, unless the call were put in line. */
  due = 0
  /** The sequence number given next. */
  sequence = 0
  #actions: (Action | undefined)[] = []
  #free = -1
  #memory: WebAssembly.Memory | undefined = undefined

  constructor(capacity: number) {
    this.capacity = capacity
    const buffer = new ArrayBuffer(capacity * 32)
    this.doubles = new Float64Array(buffer)
    this.words = new Int32Array(buffer)
  }

  /** A slot for an event that is {@link due}. */
  allocate(priority: number, action: Action | undefined): number {
    let slot = this.#free
    if (slot < 0) slot = this.#extend()
    else this.#free = this.words[slot * 8 + NEXT_FREE]
    this.live++
    const doubles = this.doubles
    doubles[slot * 4] = this.due
    doubles[slot * 4 + 1] = this.sequence++
    this.words[slot * 8 + PRIORITY] = priority
    if (action !== undefined) this.#actions[slot] = action
    return slot
  }

  /** Gives the slot back and returns its action. */
  release(slot: number): Action | undefined {
    this.live--
    const actions = this.#actions
    const action = actions[slot]
    actions[slot] = undefined
    const words = this.words
    words[slot * 8 + PLACE] = PLACE_FREE
    words[slot * 8 + NEXT_FREE] = this.#free
    this.#free = slot
    return action
  }

  actionOf(slot: number): Action | undefined {
    return this.#actions[slot]
  }

  replace(slot: number, action: Action | undefined): void {
    this.#actions[slot] = action
  }

  /** Whether the first event is due before the second, times being equal. */
  precedes(first: number, second: number): boolean {
    const words = this.words
    const difference = words[first * 8 + PRIORITY] - words[second * 8 + PRIORITY]
    if (difference !== 0) return difference < 0
    return this.doubles[first * 4 + 1] < this.doubles[second * 4 + 1]
  }

  /**
   * Copies the times of a bucket, listed newest first, in the opposite order.
   *
   * All loads here are independent of each other, those of the actions and of the processes that wait included, so that
   * the misses of a whole bucket overlap instead of coming one by one when its events are sorted and happen.
   */
  fetch(slots: Int32Array, count: number, times: Float64Array): void {
    const doubles = this.doubles
    if (this.capacity <= CACHED) {
      for (let i = 0; i < count; i++) times[i] = doubles[slots[count - 1 - i] * 4]
      return
    }
    const actions = this.#actions
    let idle = 0
    for (let i = 0; i < count; i++) {
      const slot = slots[count - 1 - i]
      times[i] = doubles[slot * 4]
      // Unlike a comparison, typeof reads the object itself.
      if (typeof actions[slot] === 'bigint') idle++
    }
    for (let i = 0; i < count; i++) {
      const action = actions[slots[i]]
      if (action !== undefined && typeof action !== 'function') idle += action.warm?.() ?? 0
    }
    if (idle !== 0) throw new KernelError('a pending event has lost its action')
  }

  #extend(): number {
    if (this.used === this.capacity) this.#grow()
    this.#actions.push(undefined)
    return this.used++
  }

  #grow(): void {
    const capacity = this.capacity * 2
    if (capacity > SLOT_RANGE) throw new KernelError(`more than ${SLOT_RANGE} pending events`)
    const old = this.doubles
    const buffer = this.#enlarge(capacity * 32)
    this.doubles = new Float64Array(buffer)
    if (old.length > 0) this.doubles.set(old)
    this.words = new Int32Array(buffer)
    this.capacity = capacity
  }

  /** More memory; if the old was large it has grown where it is, which leaves the old view empty. */
  #enlarge(bytes: number): ArrayBuffer {
    if (bytes < GROWING_IN_PLACE) return new ArrayBuffer(bytes)
    const memory = this.#memory
    if (memory === undefined) {
      this.#memory = new WebAssembly.Memory({ initial: bytes / PAGE, maximum: (SLOT_RANGE * 32) / PAGE })
      return this.#memory.buffer
    }
    memory.grow((bytes - memory.buffer.byteLength) / PAGE)
    return memory.buffer
  }
}
