import { describe, expect, test } from 'vitest'
import { EventRecords } from '../../core/kernel/event-records.js'
import { FarEvents } from '../../core/kernel/far-events.js'
import {
  LevelMonitor,
  ProcessorSharing,
  RandomStream,
  RandomStreams,
  Simulation,
} from '../../core/kernel/index.js'
import { NearEvents } from '../../core/kernel/near-events.js'
import { exponentialTable, normalTable } from '../../core/kernel/ziggurat.js'

/** How many standard deviations a count of draws lies from what a probability says. */
const deviations = (count: number, n: number, p: number): number =>
  (count - n * p) / Math.sqrt(n * p * (1 - p))

/** Beyond the normal quantile: the integral of the density, by Simpson's rule. */
function normalTail(from: number): number {
  const [steps, to] = [4000, from + 12]
  const step = (to - from) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const x = from + i * step
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * x * x)
  }
  return (sum * step) / 3 / Math.sqrt(2 * Math.PI)
}

describe('the layers of a ziggurat', () => {
  test.each([
    ['normal', normalTable, Math.sqrt(Math.PI / 2), (x: number) => normalTail(x) * Math.sqrt(2 * Math.PI)],
    ['exponential', exponentialTable, 1, (x: number) => Math.exp(-x)],
  ] as const)(
    '%s: all have the same area, and together with the tail cover the density',
    (_, table, total, tail) => {
      const { edge, height } = table
      const base = table.tail * height[1] + tail(table.tail)
      expect(Math.abs((edge[0] * height[1]) / base - 1)).toBeLessThan(1e-9)
      for (let i = 1; i < 256; i++)
        expect(Math.abs((edge[i] * (height[i + 1] - height[i])) / base - 1)).toBeLessThan(1e-6)
      // 256 layers of equal area, of which the density takes a little less.
      expect((256 * base) / total).toBeGreaterThan(1)
      expect((256 * base) / total).toBeLessThan(1.02)
      expect(height[256]).toBe(1)
    },
  )
})

describe('draws that come off the beaten track', () => {
  const n = 4_000_000

  test('normal: as many beyond the tail to either side, and as far beyond', () => {
    const random = new RandomStreams(5).stream('normal tail')
    const cut = normalTable.tail
    const counts = { left: 0, right: 0, far: 0, top: 0 }
    for (let i = 0; i < n; i++) {
      const x = random.normal()
      if (x > cut) counts.right++
      else if (x < -cut) counts.left++
      if (Math.abs(x) > cut + 0.3) counts.far++
      // The highest layer is nearly all wedge.
      if (Math.abs(x) < normalTable.edge[255]) counts.top++
    }
    const tail = normalTail(cut)
    expect(Math.abs(deviations(counts.left, n, tail))).toBeLessThan(4)
    expect(Math.abs(deviations(counts.right, n, tail))).toBeLessThan(4)
    expect(Math.abs(deviations(counts.far, n, 2 * normalTail(cut + 0.3)))).toBeLessThan(4)
    expect(Math.abs(deviations(counts.top, n, 1 - 2 * normalTail(normalTable.edge[255])))).toBeLessThan(4)
  })

  test('exponential: as many beyond the tail, as far beyond, and as many in the highest layer', () => {
    const random = new RandomStreams(5).stream('exponential tail')
    const cut = exponentialTable.tail
    const top = exponentialTable.edge[255]
    const counts = { tail: 0, far: 0, top: 0 }
    for (let i = 0; i < n; i++) {
      const x = random.exponential()
      if (x > cut) counts.tail++
      if (x > cut + 1) counts.far++
      if (x < top) counts.top++
    }
    expect(Math.abs(deviations(counts.tail, n, Math.exp(-cut)))).toBeLessThan(4)
    expect(Math.abs(deviations(counts.far, n, Math.exp(-cut - 1)))).toBeLessThan(4)
    expect(Math.abs(deviations(counts.top, n, 1 - Math.exp(-top)))).toBeLessThan(4)
  })
})

/** A stream that gives these words, and then zeros. */
class Scripted extends RandomStream {
  readonly #words: number[]

  constructor(words: number[]) {
    super(0, 0, 0, 0)
    this.#words = words
  }

  override bits(): number {
    return (this.#words.shift() ?? 0) | 0
  }
}

/** The two words of which a stream makes a uniform number of so many steps of 2^-53. */
const wordsOf = (steps: number) => [Math.floor(steps / 2 ** 26) * 32, (steps % 2 ** 26) * 64]

describe('a draw in the wedge of a layer is accepted below the density, and drawn anew above it', () => {
  const layer = 100
  test.each([
    ['normal', normalTable, (x: number) => Math.exp(-0.5 * x * x), 2 ** 20],
    ['exponential', exponentialTable, (x: number) => Math.exp(-x), 2 ** 21],
  ] as const)('%s', (name, { edge, height }, density, range) => {
    // A quarter into the wedge, as a whole number of the layer's steps.
    const steps = Math.round((range * (edge[layer] + 3 * edge[layer + 1])) / (4 * edge[layer]))
    const x = (steps / range) * edge[layer]
    const share = (density(x) - height[layer]) / (height[layer + 1] - height[layer])
    const drawn = (u: number) => new Scripted([(steps << 11) | layer, 0, Math.floor(u * 2 ** 32), 0])[name]()
    for (const u of [0.01, share - 0.01]) expect(drawn(u)).toBeCloseTo(x, 12)
    // What is drawn anew are zeros: layer 0, at 0.
    for (const u of [share + 0.01, 0.99]) expect(drawn(u)).toBe(0)
    // At the density itself, to the last of a uniform's 53 bits, it is drawn anew, and one bit below it is not.
    const at = (bits: number) => {
      const low = height[layer] + bits * 2 ** -53 * (height[layer + 1] - height[layer])
      return { low, draw: new Scripted([(steps << 11) | layer, 0, ...wordsOf(bits)])[name]() }
    }
    let bits = Math.floor(share * 2 ** 53) - 500
    while (at(bits).low < density(x)) bits++
    expect(at(bits).low).toBe(density(x))
    expect(at(bits).draw).toBe(0)
    while (at(bits).low >= density(x)) bits--
    expect(at(bits).draw).toBeCloseTo(x, 12)
  })
})

test('what is left of a job falls between changes too', () => {
  const simulation = new Simulation()
  const processor = new ProcessorSharing(simulation, { capacity: 2 })
  const job = processor.submit(10)
  const left: number[] = []
  for (const at of [1, 2, 3.5]) simulation.schedule(at, () => left.push(job.remaining))
  simulation.run()
  expect(left).toEqual([8, 6, 3])
})

test('the level that has not lasted yet is among the least and the greatest', () => {
  const simulation = new Simulation()
  const monitor = new LevelMonitor(simulation, { initial: 1 })
  simulation.run(1)
  monitor.record(7)
  expect([monitor.minimum, monitor.maximum, monitor.mean]).toEqual([1, 7, 1])
  monitor.record(-3)
  expect([monitor.minimum, monitor.maximum]).toEqual([-3, 1])
})

describe('cancelled entries of the near queue', () => {
  function run(count: number) {
    const records = new EventRecords(64)
    const near = new NearEvents(records)
    const slots = Array.from({ length: count }, (_, i) => {
      records.due = i
      const slot = records.allocate(0, undefined)
      near.insert(slot)
      return slot
    })
    return { near, slots }
  }

  test('are trimmed at both ends, those inside with the last at its side', () => {
    const { near, slots } = run(6)
    expect(near.runLength).toBe(6)
    near.remove(slots[5])
    expect(near.runLength).toBe(5)
    near.remove(slots[3])
    expect(near.runLength).toBe(5)
    near.remove(slots[4])
    expect(near.runLength).toBe(3)
    near.remove(slots[1])
    near.remove(slots[0])
    expect([near.runLength, near.first()]).toEqual([1, slots[2]])
    near.remove(slots[2])
    expect([near.runLength, near.first()]).toEqual([0, -1])
  })
})

describe('far events', () => {
  /** A crowd that comes one after another. */
  function crowd(dueOf: (i: number) => number) {
    const records = new EventRecords(2048)
    const far = new FarEvents(records, new NearEvents(records))
    for (let i = 0; i < 1000; i++) {
      records.due = dueOf(i)
      far.insert(-1, 0, 0, undefined)
    }
    return far
  }

  test('are spread over buckets once they are many, unless all are due at once', () => {
    expect(crowd((i) => (i * 7919) % 1000).depth).toBeGreaterThan(0)
    expect(crowd(() => 5).depth).toBe(0)
  })
})
