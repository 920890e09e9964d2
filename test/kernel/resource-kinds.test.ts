import { describe, expect, test } from 'vitest'
import {
  type Interrupt,
  LineFull,
  Preempted,
  PreemptiveResource,
  PriorityResource,
  Resource,
  Simulation,
} from '../../core/kernel/index.js'

describe('whole units', () => {
  test.each([1.5, 2.9, 0, -1, Number.NaN, '2' as unknown as number])(
    'a capacity of %s is refused',
    (capacity) => {
      const simulation = new Simulation()
      expect(() => new Resource(simulation, { capacity })).toThrow('whole number')
      const resource = new Resource(simulation, { capacity: 3 })
      expect(() => resource.setCapacity(capacity)).toThrow('whole number')
      expect(() => resource.request({ units: capacity })).toThrow('whole number')
      expect([resource.capacity, resource.count, resource.queue.length]).toEqual([3, 0, 0])
    },
  )

  test('may be infinitely many', () => {
    const resource = new Resource(new Simulation(), { capacity: Number.POSITIVE_INFINITY })
    for (let i = 0; i < 100; i++) resource.request()
    expect(resource.count).toBe(100)
  })
})

describe('claims to several units', () => {
  test('are granted all at once, and nobody overtakes them', () => {
    const resource = new Resource(new Simulation(), { capacity: 4 })
    const [two, three, one] = [2, 3, 1].map((units) => resource.request({ units }))
    expect([two, three, one].map((claim) => claim.triggered)).toEqual([true, false, false])
    resource.release(two)
    expect([three.triggered, one.triggered, resource.count]).toEqual([true, true, 4])
    expect(() => resource.request({ units: 5 })).toThrow('can never grant 5')
  })

  test('that are withdrawn let those behind them move up', () => {
    const resource = new Resource(new Simulation(), { capacity: 3 })
    resource.request({ units: 2 })
    const large = resource.request({ units: 3 })
    const small = resource.request()
    expect(small.triggered).toBe(false)
    expect(large.cancel()).toBe(true)
    expect(small.triggered).toBe(true)
  })

  test('take as many users their units as it needs, the least urgent first, or none', () => {
    const simulation = new Simulation()
    const resource = new PreemptiveResource(simulation, { capacity: 6 })
    const [urgent, middle, low] = [0, 2, 4].map((priority) => resource.request({ priority, units: 2 }))
    const tooLarge = resource.request({ priority: 1, units: 5 })
    expect([urgent, middle, low, tooLarge].map((claim) => claim.preempted || !claim.triggered)).toEqual([
      false,
      false,
      false,
      true,
    ])
    tooLarge.cancel()
    const claim = resource.request({ priority: 1, units: 3 })
    expect([urgent, middle, low].map(({ preempted }) => preempted)).toEqual([false, true, true])
    expect([claim.triggered, resource.count]).toEqual([true, 5])
  })

  test('that are taken for fewer leave the rest to who waits', () => {
    const resource = new PreemptiveResource(new Simulation(), { capacity: 3 })
    resource.request({ priority: 5, units: 3 })
    const waiting = resource.request({ priority: 6, units: 2 })
    resource.request({ priority: 0 })
    expect([waiting.triggered, resource.count]).toEqual([true, 3])
  })
})

describe('a capacity that changes', () => {
  test('serves who waits when it grows, and waits for users to leave when it shrinks', () => {
    const simulation = new Simulation()
    const resource = new Resource(simulation, { capacity: 2 })
    const claims = [1, 2, 3, 4].map(() => resource.request())
    resource.setCapacity(3)
    expect(resource.count).toBe(3)
    resource.setCapacity(1)
    expect([resource.count, resource.users.length]).toEqual([3, 3])
    resource.release(claims[0])
    resource.release(claims[1])
    expect([resource.count, claims[3].triggered]).toEqual([1, false])
    resource.release(claims[2])
    expect(claims[3].triggered).toBe(true)
  })
})

describe('a bounded line', () => {
  test('refuses who would have to wait in it, and nobody else', () => {
    const simulation = new Simulation()
    const resource = new PreemptiveResource(simulation, { queueCapacity: 1 })
    const first = resource.request({ priority: 3 })
    const second = resource.request({ priority: 3 })
    expect(() => resource.request({ priority: 4 })).toThrow(LineFull)
    expect(resource.request({ priority: 1 }).triggered).toBe(true)
    expect([first.preempted, resource.queue.length, resource.queue[0] === second]).toEqual([true, 1, true])
    expect(() => new Resource(simulation, { queueCapacity: 0.5 })).toThrow('may wait')
  })

  test('of none is a loss system: M/D/1/1 with arrivals at 0, 1, 2, 3 and service 1.5 loses every second', () => {
    const simulation = new Simulation()
    const server = new Resource(simulation, { queueCapacity: 0 })
    const log: unknown[] = []
    for (const at of [0, 1, 2, 3]) {
      simulation.process(
        function* () {
          try {
            yield* server.use(() => occupy(simulation, 1.5))
            log.push([at, 'served', simulation.now])
          } catch (error) {
            if (!(error instanceof LineFull)) throw error
            log.push([at, 'lost', simulation.now])
          }
        },
        { at },
      )
    }
    simulation.run()
    expect(log).toEqual([
      [1, 'lost', 1],
      [0, 'served', 1.5],
      [3, 'lost', 3],
      [2, 'served', 3.5],
    ])
  })
})

describe('units taken from who cannot be interrupted', () => {
  test('whose process has ended: they are taken, and the claim is granted at once', () => {
    const simulation = new Simulation()
    const resource = new PreemptiveResource(simulation)
    const log: unknown[] = []
    let held = resource.request()
    held.leave()
    simulation.process(function* () {
      held = resource.request({ priority: 5 })
      yield* held
    })
    simulation.process(function* () {
      yield* simulation.timeout(10)
      held.leave()
    })
    simulation.process(function* () {
      yield* simulation.timeout(3)
      const claim = resource.request({ priority: 0 })
      yield* claim
      log.push(simulation.now, held.preempted, resource.users.length)
      resource.release(claim)
    })
    simulation.run()
    expect(log).toEqual([3, true, 1])
    expect([resource.users.length, resource.queue.length]).toEqual([0, 0])
  })

  test('by the process itself', () => {
    const simulation = new Simulation()
    const resource = new PreemptiveResource(simulation)
    const log: unknown[] = []
    simulation.process(function* () {
      const low = resource.request({ priority: 5 })
      yield* low
      const high = resource.request({ priority: 0 })
      yield* high
      log.push(low.preempted, high.triggered, resource.count)
      low.leave()
      high.leave()
    })
    simulation.run()
    expect(log).toEqual([true, true, 1])
    expect(resource.count).toBe(0)
  })
})

test('a claim that is equal in every respect does not pre-empt', () => {
  const simulation = new Simulation()
  const resource = new PreemptiveResource(simulation)
  const interrupted: unknown[] = []
  const hold = function* () {
    const claim = resource.request({ priority: 1 })
    try {
      yield* claim
      yield* simulation.timeout(5)
    } catch (error) {
      interrupted.push((error as Interrupt).cause instanceof Preempted)
    }
    claim.leave()
  }
  simulation.process(hold)
  simulation.process(hold)
  simulation.run()
  expect([interrupted, simulation.now]).toEqual([[], 10])
})

test('priorities may be infinite', () => {
  const resource = new PriorityResource(new Simulation())
  resource.request()
  const claims = [Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(
    (priority) => resource.request({ priority }),
  )
  expect(resource.queue.map((claim) => claims.indexOf(claim))).toEqual([3, 1, 0, 2])
})

test('a scope gives back what it holds, and stops waiting, however it ends', () => {
  const simulation = new Simulation()
  const resource = new Resource(simulation)
  {
    using held = resource.request()
    using waiting = resource.request()
    expect([held.triggered, waiting.triggered, resource.queue.length]).toEqual([true, false, 1])
  }
  expect([resource.count, resource.queue.length]).toEqual([0, 0])
})

test('a claim is granted by its resource alone', () => {
  const resource = new Resource(new Simulation())
  resource.request()
  const waiting = resource.request()
  expect(() => waiting.succeed()).toThrow('met by what it was asked of')
  expect(() => waiting.fail()).toThrow('met by what it was asked of')
  expect(waiting.pending).toBe(true)
})

function* occupy(simulation: Simulation, duration: number) {
  yield* simulation.timeout(duration)
}
