import { describe, expect, test } from 'vitest'
import { EventQueue } from '../../core/kernel/event-queue.js'
import { type RandomStream, RandomStreams } from '../../core/kernel/index.js'

interface Pending {
  time: number
  priority: number
  sequence: number
}

const byOrder = (a: Pending, b: Pending) =>
  a.time - b.time || a.priority - b.priority || a.sequence - b.sequence

const nothing = () => {}

/** A queue beside a plain list of what must be in it. */
class Checked {
  readonly queue = new EventQueue()
  readonly pending = new Map<number, Pending>()
  now = 0
  #sequence = 0
  readonly #handles: number[] = []

  add(delay: number, priority: number): void {
    const slot = this.queue.add(this.now + delay, priority, nothing)
    const handle = this.queue.handleOf(slot)
    this.pending.set(handle, { time: this.now + delay, priority, sequence: this.#sequence++ })
    this.#handles.push(handle)
  }

  /** Takes the first event after comparing it with what the list says about it. */
  pop(): Pending {
    const slot = this.queue.first()
    const handle = this.queue.handleOf(slot)
    const expected = this.pending.get(handle)
    const found = {
      time: this.queue.timeOf(slot),
      priority: this.queue.priorityOf(slot),
      sequence: this.queue.sequenceOf(slot),
    }
    // Plain comparisons: an expectation for each of a million events would take most of the time.
    if (expected === undefined || byOrder(found, expected) !== 0) expect(found).toEqual(expected)
    if (this.queue.pop() !== slot) expect.fail('popped another event than the first')
    this.queue.release(slot)
    if (this.queue.slotOf(handle) !== -1) expect.fail('a handle outlives its event')
    this.pending.delete(handle)
    this.now = found.time
    return found
  }

  /** The handle of any pending event. */
  any(random: RandomStream): number {
    for (;;) {
      const at = random.integer(this.#handles.length)
      const handle = this.#handles[at]
      if (this.pending.has(handle)) return handle
      this.#handles[at] = this.#handles[this.#handles.length - 1]
      this.#handles.pop()
    }
  }

  cancel(handle: number): void {
    this.queue.remove(this.queue.slotOf(handle))
    if (this.queue.slotOf(handle) !== -1) expect.fail('a handle outlives its event')
    this.pending.delete(handle)
  }

  move(handle: number, delay: number): void {
    const slot = this.queue.slotOf(handle)
    const { priority } = this.pending.get(handle)!
    this.queue.move(slot, this.now + delay)
    this.pending.delete(handle)
    const moved = this.queue.handleOf(slot)
    this.pending.set(moved, { time: this.now + delay, priority, sequence: this.#sequence++ })
    this.#handles.push(moved)
  }

  /** Everything left must come out in exactly the order of a sorted list. */
  drain(): void {
    const expected = [...this.pending.values()].sort(byOrder)
    expect(this.queue.size).toBe(expected.length)
    for (const one of expected) {
      const found = this.pop()
      if (found.sequence !== one.sequence) expect(found).toEqual(one)
    }
    expect(this.queue.first()).toBe(-1)
    expect(this.queue.pop()).toBe(-1)
  }
}

const patterns: Record<string, (random: RandomStream, count: number) => number> = {
  exponential: (random) => random.exponential(),
  uniform: (random) => random.uniform(0, 10),
  'heavy-tailed': (random) => random.pareto(0.6, 1),
  bimodal: (random) => (random.next() < 0.5 ? 1e-6 : 1e6) * random.next(),
  'all equal': () => 1,
  'all now': () => 0,
  'a few values': (random) => random.integer(4),
  increasing: (_random, count) => count,
  decreasing: (_random, count) => 1e6 - count,
  'hardly different': (random) => 1 + random.integer(3) * Number.EPSILON,
  'subnormal times': (random) => random.integer(1000) * Number.MIN_VALUE,
  'one far away': (random, count) => (count === 0 ? 1e12 : random.exponential()),
}

describe.each(Object.keys(patterns))('delays: %s', (name) => {
  const delay = patterns[name]

  test.each([20, 500, 5000])('%i pending events come out in order', (size) => {
    const random = new RandomStreams(11).stream(name, size)
    const checked = new Checked()
    let count = 0
    for (let i = 0; i < size; i++) checked.add(delay(random, count++), 0)
    for (let i = 0; i < size; i++) {
      checked.pop()
      checked.add(delay(random, count++), 0)
    }
    checked.drain()
  })

  test('with priorities, cancelling and moving', () => {
    const random = new RandomStreams(12).stream(name)
    const checked = new Checked()
    let count = 0
    for (let i = 0; i < 6000; i++) {
      const draw = random.next()
      if (draw < 0.5 || checked.pending.size === 0) checked.add(delay(random, count++), random.integer(3) - 1)
      else if (draw < 0.7) checked.pop()
      else {
        const handle = checked.any(random)
        if (draw < 0.85) checked.cancel(handle)
        else checked.move(handle, delay(random, count++))
      }
    }
    checked.drain()
  })
})

describe('limits', () => {
  test('pops nothing that is due at the limit or after it', () => {
    const queue = new EventQueue()
    queue.add(1, 0, nothing)
    queue.limit = 1
    expect(queue.pop()).toBe(-1)
    queue.limit = 1.5
    expect(queue.pop()).not.toBe(-1)
  })

  test('recognises handles that never were', () => {
    const queue = new EventQueue()
    for (const handle of [-1, 0, 5, 1e15, Number.NaN]) expect(queue.slotOf(handle)).toBe(-1)
  })

  test('uses slots again, so that cancelling leaves nothing behind', () => {
    const queue = new EventQueue()
    const slots = new Set<number>()
    for (let i = 0; i < 100_000; i++) {
      const slot = queue.add(1e6 + ((i * 7919) % 1000), 0, nothing)
      slots.add(slot)
      if (i >= 100) queue.remove(slot)
    }
    expect(queue.size).toBe(100)
    expect(slots.size).toBe(101)
  })
})
