import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Job, ProcessorSharing, Simulation } from '../../core/kernel/index.js'

describe('processor sharing', () => {
  test('with one job is work over capacity', () => {
    const simulation = new Simulation()
    const processor = new ProcessorSharing(simulation, { capacity: 4 })
    const job = processor.submit(10)
    expect(job.rate).toBe(4)
    simulation.run(job)
    expect(simulation.now).toBe(2.5)
    expect(processor.count).toBe(0)
  })

  test('re-times everyone when a job comes and when one goes', () => {
    const simulation = new Simulation()
    const processor = new ProcessorSharing(simulation, { capacity: 1 })
    const ends: [string, number][] = []
    const submit = (name: string, work: number) => () => {
      processor.submit(work).onProcessed(() => ends.push([name, simulation.now]))
    }
    simulation.schedule(0, submit('long', 4))
    simulation.schedule(1, submit('short', 1))
    // long does 1 alone, then both get half: short ends at 3; long has 2 left and ends at 5.
    simulation.run()
    expect(ends).toEqual([
      ['short', 3],
      ['long', 5],
    ])
  })

  test('shares in proportion to weights', () => {
    const simulation = new Simulation()
    const processor = new ProcessorSharing(simulation, { capacity: 4 })
    const heavy = processor.submit(6, { weight: 3 })
    const light = processor.submit(6, { weight: 1 })
    expect([heavy.rate, light.rate]).toEqual([3, 1])
    simulation.run(1)
    expect([heavy.remaining, light.remaining]).toEqual([3, 5])
    simulation.run(heavy)
    expect(simulation.now).toBe(2)
    expect([light.remaining, light.rate]).toEqual([4, 4])
    simulation.run(light)
    expect(simulation.now).toBe(3)
  })

  test('goes on at another rate when the capacity changes, and stands still without any', () => {
    const simulation = new Simulation()
    const processor = new ProcessorSharing(simulation, { capacity: 2 })
    const job = processor.submit(10)
    simulation.schedule(1, () => processor.setCapacity(0))
    simulation.schedule(4, () => {
      expect(job.remaining).toBe(8)
      processor.setCapacity(8)
    })
    simulation.run(job)
    expect(simulation.now).toBe(5)
  })

  test('lets jobs leave early, and those that end together end together', () => {
    const simulation = new Simulation()
    const processor = new ProcessorSharing(simulation, { capacity: 1 })
    const leaving = processor.submit(100)
    const twins = [processor.submit(2), processor.submit(2)]
    const left: number[] = []
    for (const twin of twins) twin.onProcessed(() => left.push(processor.count))
    simulation.schedule(3, () => {
      expect(leaving.cancel()).toBe(true)
      expect(leaving.cancel()).toBe(false)
    })
    simulation.run()
    expect(leaving.triggered).toBe(false)
    expect(twins.map((twin) => twin.processed)).toEqual([true, true])
    expect(left).toEqual([0, 0])
    expect(simulation.now).toBe(5)
  })

  test('takes a job without work, and refuses nonsense', () => {
    const simulation = new Simulation()
    const processor = new ProcessorSharing(simulation, { capacity: 1 })
    simulation.run(processor.submit(0))
    expect(simulation.now).toBe(0)
    for (const work of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => processor.submit(work)).toThrow('work of a job')
      expect(() => processor.setCapacity(work)).toThrow('capacity')
    }
    expect(() => processor.submit(1, { weight: 0 })).toThrow('weight')
  })

  test('agrees with a simulation in which every job is re-timed one by one', () => {
    const arrival = fc.record({
      at: fc.double({ min: 0, max: 10, noNaN: true }),
      work: fc.double({ min: 0.01, max: 5, noNaN: true }),
      weight: fc.double({ min: 0.1, max: 4, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(arrival, { minLength: 1, maxLength: 20 }), (arrivals) => {
        const simulation = new Simulation()
        const processor = new ProcessorSharing(simulation, { capacity: 2 })
        const ends = new Array<number>(arrivals.length)
        arrivals.forEach(({ at, work, weight }, i) => {
          simulation.scheduleAt(at, () => {
            const job: Job = processor.submit(work, { weight })
            job.onProcessed(() => {
              ends[i] = simulation.now
            })
          })
        })
        simulation.run()
        oneByOne(arrivals, 2).forEach((end, i) => {
          expect(Math.abs(ends[i] / end - 1)).toBeLessThan(1e-9)
        })
      }),
      { numRuns: 200 },
    )
  })
})

/** When each job ends, from the definition: all advance together from one arrival or departure to the next. */
function oneByOne(arrivals: { at: number; work: number; weight: number }[], capacity: number): number[] {
  const ends = new Array<number>(arrivals.length)
  const left = arrivals.map(({ work }) => work)
  let now = 0
  for (;;) {
    const present = arrivals.flatMap(({ at }, i) => (at <= now && ends[i] === undefined ? [i] : []))
    const weight = present.reduce((sum, i) => sum + arrivals[i].weight, 0)
    const rate = (i: number) => (capacity * arrivals[i].weight) / weight
    const nextArrival = Math.min(...arrivals.map(({ at }) => (at > now ? at : Number.POSITIVE_INFINITY)))
    const nextEnd = now + Math.min(...present.map((i) => left[i] / rate(i)))
    const next = Math.min(nextArrival, nextEnd)
    if (next === Number.POSITIVE_INFINITY) return ends
    for (const i of present) {
      left[i] -= rate(i) * (next - now)
      if (left[i] <= 1e-12) ends[i] = next
    }
    now = next
  }
}
