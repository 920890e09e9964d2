import { describe, expect, expectTypeOf, test } from 'vitest'
import { type Event, KernelError, Simulation } from '../../core/kernel/index.js'

function logging() {
  const simulation = new Simulation()
  const log: unknown[] = []
  return { simulation, log }
}

function failing(simulation: Simulation, message: string, at = 1) {
  return simulation.process(function* () {
    yield* simulation.timeout(at)
    throw new Error(message)
  })
}

describe('the same event given twice', () => {
  test.each(['process', 'timeout'] as const)('%s: anyOf succeeds once, and so does allOf', (kind) => {
    const { simulation, log } = logging()
    const event: Event<unknown> =
      kind === 'timeout'
        ? simulation.timeout(2)
        : simulation.process(function* () {
            yield* simulation.timeout(2)
          })
    simulation.process(function* () {
      log.push((yield* simulation.anyOf([event, event])).has(event), simulation.now)
      yield* simulation.allOf([event, event, simulation.timeout(1)])
      log.push(simulation.now)
    })
    simulation.run()
    expect(log).toEqual([true, 2, 3])
  })

  test('does not make up for one that is missing', () => {
    const { simulation, log } = logging()
    const twice = simulation.timeout(1)
    simulation.process(function* () {
      yield* simulation.allOf([twice, twice, simulation.timeout(2)])
      log.push(simulation.now)
    })
    simulation.run()
    expect(log).toEqual([2])
  })

  test('throws its error once in who waits', () => {
    const { simulation, log } = logging()
    const process = failing(simulation, 'boom')
    simulation.process(function* () {
      try {
        yield* simulation.allOf([process, process])
      } catch (error) {
        log.push(simulation.now, (error as Error).message)
      }
    })
    simulation.run()
    expect(log).toEqual([1, 'boom'])
  })
})

describe('two failures at one instant', () => {
  test.each(['allOf', 'anyOf'] as const)('are both the affair of who waits for %s', (kind) => {
    const { simulation, log } = logging()
    const processes = [failing(simulation, 'first'), failing(simulation, 'second')]
    simulation.process(function* () {
      try {
        yield* simulation[kind](processes)
      } catch (error) {
        log.push((error as Error).message)
      }
      yield* simulation.timeout(5)
      log.push(simulation.now)
    })
    simulation.run()
    expect(log).toEqual(['first', 6])
  })

  test('but one that comes later, when nobody waits any more, ends the run', () => {
    const { simulation } = logging()
    const processes = [failing(simulation, 'first'), failing(simulation, 'second', 2)]
    simulation.process(function* () {
      try {
        yield* simulation.allOf(processes)
      } catch {}
    })
    expect(() => simulation.run()).toThrow('second')
  })
})

describe('conditions that nobody waits for any more', () => {
  test('leave nothing behind, however deep they are and however many turns there are', () => {
    const { simulation } = logging()
    const never = simulation.event()
    const other = simulation.event()
    simulation.process(function* () {
      for (let i = 0; i < 1000; i++) {
        const inner = simulation.allOf([never, simulation.anyOf([other, never])])
        yield* simulation.anyOf([inner, simulation.timeout(1)])
        expect(never.waiters.length + other.waiters.length).toBe(0)
      }
    })
    simulation.run()
    expect(simulation.now).toBe(1000)
  })

  test('happen all the same, for whoever waits for them later or looks', () => {
    const { simulation, log } = logging()
    const [a, b] = [simulation.event<string>(), simulation.event<string>()]
    const both = simulation.allOf([a, b])
    const looked = simulation.allOf([a, b])
    simulation.process(function* () {
      yield* simulation.anyOf([both, looked, simulation.timeout(1)])
      yield* simulation.timeout(1)
      a.succeed('a')
      yield* simulation.anyOf([both, simulation.timeout(1)])
      log.push(both.pending, both.processed, looked.triggered)
      b.succeed('b')
      yield* simulation.timeout(1)
      log.push(looked.pending, looked.triggered, looked.processed, looked.value)
      log.push(yield* both, simulation.now)
    })
    simulation.run()
    expect(log).toEqual([true, false, false, false, true, true, ['a', 'b'], ['a', 'b'], 4])
  })

  test('can be waited for again while they are pending', () => {
    const { simulation, log } = logging()
    const event = simulation.event<string>()
    const inner = simulation.anyOf([event])
    simulation.process(function* () {
      yield* simulation.anyOf([inner, simulation.timeout(1)])
      log.push((yield* inner).get(event), simulation.now)
    })
    simulation.schedule(3, () => event.succeed('at last'))
    simulation.run()
    expect(log).toEqual(['at last', 3])
  })

  test('have failed when an event has whose failure somebody else took care of', () => {
    const { simulation, log } = logging()
    const event = simulation.event().defuse()
    const inner = simulation.allOf([event, simulation.event()])
    simulation.process(function* () {
      yield* simulation.anyOf([inner, simulation.timeout(1)])
      event.fail(new Error('elsewhere'))
      yield* simulation.timeout(1)
      try {
        yield* inner
      } catch (error) {
        log.push((error as Error).message, simulation.now, inner.failed)
      }
    })
    simulation.run()
    expect(log).toEqual(['elsewhere', 2, true])
  })
})

describe('what has occurred is a dictionary', () => {
  test('of the plain events, those of nested conditions included, and knows the conditions too', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const [a, b, c, d] = [1, 5, 2, 3].map((delay) => simulation.timeout(delay, delay))
      const inner = simulation.anyOf([c, d])
      const both = simulation.allOf([a, b])
      const occurred = yield* simulation.anyOf([both, simulation.allOf([inner, d])])
      expect([...occurred]).toEqual([
        [a, 1],
        [c, 2],
        [d, 3],
      ])
      log.push(simulation.now, occurred.size, [...occurred.keys()], [...occurred.values()])
      log.push(occurred.get(a), occurred.get(b), occurred.has(b), occurred.has(inner), occurred.has(both))
      expectTypeOf(occurred.get(a)).toEqualTypeOf<number | undefined>()
      expect(log).toEqual([3, 3, [a, c, d], [1, 2, 3], 1, undefined, false, true, false])
      yield* simulation.timeout(9)
      expect([occurred.has(b), both.occurred.has(b), both.occurred.get(both)]).toEqual([
        false,
        true,
        undefined,
      ])
      expect(occurred.toMap().get(c)).toBe(2)
    })
    simulation.run()
  })
})

describe('a condition of one’s own', () => {
  test('succeeds as soon as its function says so', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const events = [4, 1, 3].map((delay) => simulation.timeout(delay, `at ${delay}`))
      const asked: number[] = []
      const two = simulation.condition(events, (given, count) => {
        expect(given).toBe(events)
        asked.push(count)
        return count >= 2
      })
      log.push([...(yield* two).values()], simulation.now, asked)
    })
    simulation.run()
    expect(log).toEqual([['at 1', 'at 3'], 3, [0, 1, 2]])
  })

  test('counts an event given twice twice, and may be met at once', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const one = simulation.timeout(1)
      yield* simulation.condition([one, one, simulation.timeout(9)], (_, count) => count === 2)
      log.push(simulation.now)
      yield* simulation.condition([simulation.event()], () => true)
      log.push(simulation.now)
    })
    simulation.run()
    expect(log).toEqual([1, 1])
  })

  test('fails with what its function throws, and with the first failure', () => {
    const { simulation, log } = logging()
    const confused = (_: unknown, count: number): boolean => {
      if (count > 0) throw new Error('confused')
      return false
    }
    simulation.process(function* () {
      for (const condition of [
        () => simulation.condition([simulation.timeout(1)], confused),
        () => simulation.condition([failing(simulation, 'boom'), simulation.timeout(9)], () => false),
      ]) {
        try {
          yield* condition()
        } catch (error) {
          log.push((error as Error).message, simulation.now)
        }
      }
    })
    simulation.run()
    expect(log).toEqual(['confused', 1, 'boom', 2])
  })
})

test('conditions are made of events of one simulation', () => {
  const { simulation } = logging()
  expect(() => simulation.anyOf([5 as unknown as Event])).toThrow('made of events, not of 5')
  expect(() => simulation.allOf([new Simulation().event()])).toThrow(KernelError)
})
