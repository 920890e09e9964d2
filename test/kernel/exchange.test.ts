import { describe, expect, test } from 'vitest'
import {
  Container,
  FilterStore,
  Interrupt,
  LineFull,
  PriorityStore,
  Simulation,
  Store,
} from '../../core/kernel/index.js'

describe('amounts', () => {
  test('ten times 0.1 is 1, and three times 0.1 fit into 0.3', () => {
    const simulation = new Simulation()
    const full = new Container(simulation, { capacity: 1 })
    for (let i = 0; i < 10; i++) expect(full.put(0.1).triggered).toBe(true)
    expect(full.level).toBe(1)
    expect([full.get(1).triggered, full.level]).toEqual([true, 0])
    const small = new Container(simulation, { capacity: 0.3 })
    expect([1, 2, 3].map(() => small.put(0.1).triggered)).toEqual([true, true, true])
    expect([small.level, small.put(1e-9).triggered]).toEqual([0.3, false])
    expect(small.get(0.1 + 0.2).triggered).toBe(true)
  })

  test('do not drift over a million turns', () => {
    const container = new Container(new Simulation(), { capacity: 1e5 })
    for (let i = 0; i < 1e6; i++) container.put(0.1)
    expect([container.level, container.getQueue.length, container.putQueue.length]).toEqual([1e5, 0, 0])
    for (let i = 0; i < 1e6; i++) container.get(0.1)
    expect([container.level, container.getQueue.length]).toEqual([0, 0])
    expect(container.get(1e-12).triggered).toBe(false)
  })

  test('that are really missing are waited for, however little', () => {
    const container = new Container(new Simulation(), { initial: 1 })
    expect(container.get(1 + 1e-8).triggered).toBe(false)
  })
})

test('lines are open to see', () => {
  const simulation = new Simulation()
  const container = new Container(simulation, { capacity: 1 })
  container.get(1).cancel()
  const get = container.get(0.5)
  expect(container.getQueue.map(({ amount }) => amount)).toEqual([0.5])
  container.put(0.5)
  expect(get.triggered).toBe(true)
  const store = new Store<string>(simulation, { capacity: 1 })
  store.put('a')
  store.put('b')
  expect(store.putQueue.map(({ item }) => item)).toEqual(['b'])
  expect(store.getQueue).toEqual([])
})

describe('a scope', () => {
  test('withdraws a demand that was not met: nothing is lost afterwards', () => {
    const simulation = new Simulation()
    const store = new Store<string>(simulation)
    const log: unknown[] = []
    const reader = simulation.process(function* () {
      const got = yield* store.get().use(function* (get) {
        const occurred = yield* simulation.anyOf([get, simulation.timeout(1)])
        return occurred.get(get)
      })
      log.push(got)
      try {
        yield* store.get().use(function* (get) {
          yield* get
        })
      } catch (error) {
        log.push(error instanceof Interrupt)
      }
    })
    simulation.schedule(2, () => reader.interrupt())
    simulation.run()
    expect([log, store.getQueue.length]).toEqual([[undefined, true], 0])
    {
      using get = store.get()
      using put = new Container(simulation, { capacity: 1, initial: 1 }).put(1)
      expect([get.pending, put.pending]).toEqual([true, true])
    }
    expect(store.getQueue).toEqual([])
    store.put('kept')
    expect(store.items).toEqual(['kept'])
  })
})

describe('a capacity that changes', () => {
  test('lets in who waits when it grows, and keeps what is there when it shrinks', () => {
    const simulation = new Simulation()
    const store = new Store<number>(simulation, { capacity: 1 })
    const puts = [1, 2, 3].map((item) => store.put(item))
    store.setCapacity(2)
    expect(puts.map((put) => put.triggered)).toEqual([true, true, false])
    store.setCapacity(1)
    store.get()
    expect([store.items, store.capacity]).toEqual([[2], 1])
    const tank = new Container(simulation, { capacity: 4, initial: 3 })
    const put = tank.put(3)
    tank.setCapacity(2)
    expect([tank.level, put.triggered]).toEqual([3, false])
    tank.setCapacity(6)
    expect([tank.level, put.triggered, tank.capacity]).toEqual([6, true, 6])
  })

  test.each([0.5, 1.5, 0, -1, Number.NaN, '2' as unknown as number])(
    'is a whole number for a store, not %s',
    (capacity) => {
      const simulation = new Simulation()
      expect(() => new Store(simulation, { capacity })).toThrow('whole number')
      const store = new Store(simulation)
      expect(() => store.setCapacity(capacity)).toThrow('whole number')
      expect(store.capacity).toBe(Number.POSITIVE_INFINITY)
    },
  )

  test.each([0, -1, Number.NaN, '2' as unknown as number])(
    'is positive for a container, not %s',
    (capacity) => {
      const simulation = new Simulation()
      expect(() => new Container(simulation, { capacity })).toThrow('positive number')
      expect(() => new Container(simulation, { initial: capacity === 0 ? -1 : capacity })).toThrow(
        'lies between',
      )
      expect(() => new Container(simulation).put(capacity)).toThrow('positive, finite')
      expect(() => new Container(simulation).setCapacity(capacity)).toThrow('positive number')
    },
  )
})

describe('bounded lines', () => {
  test('refuse offers and demands that would have to wait', () => {
    const simulation = new Simulation()
    const store = new Store<number>(simulation, { capacity: 1, putQueueCapacity: 1, getQueueCapacity: 0 })
    expect(() => store.get()).toThrow(LineFull)
    store.put(1)
    store.put(2)
    expect(() => store.put(3)).toThrow(LineFull)
    expect([store.get().value, store.get().value, store.items]).toEqual([1, 2, []])
    const filter = new FilterStore<number>(simulation, { getQueueCapacity: 1 })
    filter.get((item) => item === 7)
    filter.put(8)
    expect(filter.get((item) => item === 8).value).toBe(8)
    expect(() => filter.get()).toThrow(LineFull)
  })
})

describe('a filter store', () => {
  test('asks each demand once about each item', () => {
    const store = new FilterStore<number>(new Simulation(), { capacity: 2 })
    const asked: string[] = []
    const demand = (name: string, accepted: number) =>
      store.get((item) => {
        asked.push(`${name}${item}`)
        return item === accepted
      })
    const [a, b] = [demand('a', 3), demand('b', 2)]
    store.put(1)
    store.put(2)
    store.put(4)
    store.put(3)
    expect(asked).toEqual(['a1', 'b1', 'a2', 'b2', 'a4'])
    expect([a.triggered, b.value, store.items, store.putQueue.length]).toEqual([false, 2, [1, 4], 1])
    const c = demand('c', 4)
    expect(asked.slice(5)).toEqual(['c1', 'c4', 'a3'])
    expect([a.value, c.value, store.items]).toEqual([3, 4, [1]])
  })

  test('tells who asked, and nobody else, when its question breaks', () => {
    const simulation = new Simulation()
    const store = new FilterStore<number>(simulation)
    const log: unknown[] = []
    const broken = (item: number): boolean => {
      throw new Error(`cannot judge ${item}`)
    }
    simulation.process(function* () {
      try {
        yield* store.get(broken)
      } catch (error) {
        log.push((error as Error).message)
      }
    })
    simulation.schedule(1, () => log.push(store.put(5).triggered))
    simulation.run()
    expect(log).toEqual([true, 'cannot judge 5'])
    expect(() => store.get(broken)).toThrow('cannot judge 5')
    expect([store.items, store.getQueue.length]).toEqual([[5], 0])
  })
})

test('a priority store tells who offered an item that its order cannot place', () => {
  const simulation = new Simulation()
  const order = (a: number, b: number): number => {
    if (a < 0 || b < 0) throw new Error('no negative items')
    return a - b
  }
  const store = new PriorityStore<number>(simulation, order, { capacity: 2 })
  store.put(1)
  expect(() => store.put(-1)).toThrow('no negative items')
  store.put(2)
  const waiting = store.put(-1)
  const next = store.put(3)
  expect(store.get().value).toBe(1)
  expect([waiting.failed, next.triggered, store.items]).toEqual([true, true, [2, 3]])
  expect(() => simulation.run()).toThrow('no negative items')
})
