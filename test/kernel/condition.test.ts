import { describe, expect, expectTypeOf, test } from 'vitest'
import { Simulation } from '../../core/kernel/index.js'

function logging() {
  const simulation = new Simulation()
  const log: unknown[] = []
  return { simulation, log }
}

describe('allOf', () => {
  test('gives all values in order when the last event has happened', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const [number, text] = yield* simulation.allOf([simulation.timeout(3, 1), simulation.timeout(2, 'a')])
      expectTypeOf(number).toEqualTypeOf<number>()
      expectTypeOf(text).toEqualTypeOf<string>()
      log.push(simulation.now, number, text)
    })
    simulation.run()
    expect(log).toEqual([3, 1, 'a'])
  })

  test('counts events that have already happened, and the same event twice', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const past = simulation.timeout(1, 'past')
      yield* simulation.timeout(2)
      log.push(yield* simulation.allOf([past]), simulation.now)
      const twice = simulation.timeout(1, 'twice')
      log.push(yield* simulation.allOf([twice, past, twice]), simulation.now)
    })
    simulation.run()
    expect(log).toEqual([['past'], 2, ['twice', 'past', 'twice'], 3])
  })

  test('of nothing happens at once', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      log.push(yield* simulation.allOf([]), simulation.now)
    })
    simulation.run()
    expect(log).toEqual([[], 0])
  })

  test('fails with the first failure and takes care of it', () => {
    const { simulation, log } = logging()
    const failing = simulation.event()
    simulation.process(function* () {
      try {
        yield* simulation.allOf([simulation.timeout(5), failing])
      } catch (error) {
        log.push((error as Error).message, simulation.now)
      }
    })
    simulation.schedule(1, () => failing.fail(new Error('one of them')))
    simulation.run()
    expect(log).toEqual(['one of them', 1])
  })
})

describe('anyOf', () => {
  test('says which events had happened', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const fast = simulation.timeout(1, 'fast')
      const slow = simulation.timeout(2, 'slow')
      const occurred = yield* simulation.anyOf([slow, fast])
      expectTypeOf(occurred.first.value).toEqualTypeOf<string>()
      log.push(simulation.now, occurred.first.value, occurred.has(fast), occurred.has(slow))
    })
    simulation.run()
    expect(log).toEqual([1, 'fast', true, false])
  })

  test('counts events that have already happened', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const past = simulation.timeout(1, 'past')
      yield* simulation.timeout(2)
      const occurred = yield* simulation.anyOf([simulation.timeout(9), past])
      log.push(occurred.events.length, occurred.first.value, simulation.now)
    })
    simulation.run()
    expect(log).toEqual([1, 'past', 2])
  })

  test('of nothing happens at once', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      log.push((yield* simulation.anyOf([])).events, simulation.now)
    })
    simulation.run()
    expect(log).toEqual([[], 0])
  })

  test('fails if a failure comes first; one that comes later is not its affair', () => {
    const { simulation, log } = logging()
    const failing = simulation.event()
    simulation.process(function* () {
      yield* simulation.anyOf([simulation.timeout(1), failing])
      log.push('went on')
    })
    simulation.schedule(2, () => failing.fail(new Error('unheard')))
    expect(() => simulation.run()).toThrow('unheard')
    expect(log).toEqual(['went on'])
  })

  test('leaves nothing behind at the events that did not happen', () => {
    const { simulation } = logging()
    const never = simulation.event()
    simulation.process(function* () {
      for (let i = 0; i < 100; i++) yield* simulation.anyOf([simulation.timeout(1), never])
    })
    simulation.run()
    expect(never.waiters).toEqual([])
  })
})

describe('nested conditions', () => {
  test('wait for (a and b) or c', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const both = simulation.allOf([simulation.timeout(1, 'a'), simulation.timeout(3, 'b')])
      const occurred = yield* simulation.anyOf([both, simulation.timeout(4, 'c')])
      log.push(simulation.now, occurred.has(both), both.value)
    })
    simulation.run()
    expect(log).toEqual([3, true, ['a', 'b']])
  })

  test('wait for (a or b) and c', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const either = simulation.anyOf([simulation.timeout(1, 'a'), simulation.timeout(3, 'b')])
      const [occurred, last] = yield* simulation.allOf([either, simulation.timeout(2, 'c')])
      log.push(simulation.now, occurred.first.value, last)
    })
    simulation.run()
    expect(log).toEqual([2, 'a', 'c'])
  })

  test('pass failures on', () => {
    const { simulation, log } = logging()
    const failing = simulation.event()
    simulation.process(function* () {
      try {
        yield* simulation.allOf([simulation.anyOf([failing, simulation.timeout(9)]), simulation.timeout(1)])
      } catch (error) {
        log.push((error as Error).message, simulation.now)
      }
    })
    simulation.schedule(2, () => failing.fail(new Error('deep')))
    simulation.run()
    expect(log).toEqual(['deep', 2])
  })
})
