import { describe, expect, expectTypeOf, test } from 'vitest'
import { FilterStore, PriorityStore, Simulation, Store } from '../../core/kernel/index.js'

describe('a store', () => {
  test('hands items out first in, first out, each to one', () => {
    const simulation = new Simulation()
    const store = new Store<string>(simulation)
    const log: unknown[] = []
    for (const name of ['a', 'b']) {
      simulation.process(function* () {
        const item = yield* store.get()
        expectTypeOf(item).toEqualTypeOf<string>()
        log.push([simulation.now, name, item])
      })
    }
    simulation.schedule(1, () => store.put('first'))
    simulation.schedule(2, () => store.put('second'))
    simulation.run()
    expect(log).toEqual([
      [1, 'a', 'first'],
      [2, 'b', 'second'],
    ])
  })

  test('makes who puts wait while it is full', () => {
    const simulation = new Simulation()
    const store = new Store<number>(simulation, { capacity: 1 })
    const puts = [store.put(1), store.put(2), store.put(3)]
    expect(puts.map((put) => put.triggered)).toEqual([true, false, false])
    expect(puts[1].cancel()).toBe(true)
    store.get()
    expect(store.items).toEqual([3])
    expect(() => new Store(simulation, { capacity: 0 })).toThrow('capacity')
  })

  test('takes undefined for an item', () => {
    const simulation = new Simulation()
    const store = new Store<undefined>(simulation)
    store.put(undefined)
    expect(store.get().triggered).toBe(true)
    expect(store.items).toEqual([])
  })
})

describe('a priority store', () => {
  test('hands out the least first, equals in the order they came', () => {
    const simulation = new Simulation()
    const store = new PriorityStore<[number, string]>(simulation, (a, b) => a[0] - b[0])
    for (const item of [
      [3, 'c'],
      [1, 'a'],
      [2, 'b'],
      [1, 'a too'],
    ] as [number, string][]) {
      store.put(item)
    }
    expect([1, 2, 3, 4].map(() => store.get().value[1])).toEqual(['a', 'a too', 'b', 'c'])
  })
})

describe('a filter store', () => {
  test('hands out what is asked for and lets nobody hold up others', () => {
    const simulation = new Simulation()
    const store = new FilterStore<number>(simulation)
    const large = store.get((item) => item > 10)
    const even = store.get((item) => item % 2 === 0)
    store.put(3)
    store.put(4)
    expect([large.triggered, even.value]).toEqual([false, 4])
    store.put(11)
    expect(large.value).toBe(11)
    expect(store.get().value).toBe(3)
    const withdrawn = store.get((item) => item === 5)
    expect(withdrawn.cancel()).toBe(true)
    store.put(5)
    expect(store.items).toEqual([5])
  })
})
