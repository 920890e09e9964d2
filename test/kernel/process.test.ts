import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  type Event,
  Interrupt,
  type Process,
  Simulation,
  SimulationFailure,
} from '../../core/kernel/index.js'

function logging() {
  const simulation = new Simulation()
  const log: unknown[] = []
  return { simulation, log }
}

describe('a process', () => {
  test('waits with yield* and gets a typed value', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const text = yield* simulation.timeout(2, 'two')
      expectTypeOf(text).toEqualTypeOf<string>()
      const nothing = yield* simulation.timeout(1)
      expectTypeOf(nothing).toEqualTypeOf<void>()
      log.push(simulation.now, text, nothing)
    })
    simulation.run()
    expect(log).toEqual([3, 'two', undefined])
  })

  test('is an event with the value its generator returns', () => {
    const { simulation, log } = logging()
    const child = simulation.process(function* () {
      yield* simulation.timeout(3)
      return 42
    })
    simulation.process(function* () {
      const value = yield* child
      expectTypeOf(value).toEqualTypeOf<number>()
      log.push(simulation.now, value)
    })
    expect(child.alive).toBe(true)
    simulation.run()
    expect(child.alive).toBe(false)
    expect(log).toEqual([3, 42])
  })

  test('goes on at once after an event that has been processed', () => {
    const { simulation, log } = logging()
    const event = simulation.event<string>()
    simulation.process(function* () {
      event.succeed('early')
      yield* simulation.timeout(5)
      log.push(yield* event, simulation.now)
    })
    simulation.run()
    expect(log).toEqual(['early', 5])
  })

  test('may delegate to other generators', () => {
    const { simulation, log } = logging()
    function* part(duration: number) {
      yield* simulation.timeout(duration)
      return duration * 2
    }
    simulation.process(function* () {
      log.push((yield* part(1)) + (yield* part(2)), simulation.now)
    })
    simulation.run()
    expect(log).toEqual([6, 3])
  })

  test('may be given as a generator, and wait with a plain yield', () => {
    const { simulation, log } = logging()
    function* car(name: string): Generator<Event<unknown>, void, unknown> {
      log.push(yield simulation.timeout(1, name))
    }
    simulation.process(car('a'))
    simulation.run()
    expect(log).toEqual(['a'])
  })

  test('starts when it is told to, in order of priority', () => {
    const { simulation, log } = logging()
    const starter = (name: string) =>
      function* () {
        log.push([simulation.now, name])
        yield* simulation.timeout(0)
      }
    simulation.process(starter('late'), { at: 4 })
    simulation.process(starter('second'))
    simulation.process(starter('first'), { priority: -5 })
    simulation.process(starter('last'), { priority: 5 })
    simulation.schedule(0, () => log.push([0, 'callback']))
    simulation.run()
    expect(log).toEqual([
      [0, 'first'],
      [0, 'second'],
      [0, 'callback'],
      [0, 'last'],
      [4, 'late'],
    ])
    expect(() => simulation.process(starter('past'), { at: 3 })).toThrow('present 4')
  })

  test('is known while it runs', () => {
    const { simulation, log } = logging()
    const own: Process<void> = simulation.process(function* () {
      log.push(simulation.activeProcess === own)
      yield* simulation.timeout(1)
      log.push(simulation.activeProcess === own)
    })
    simulation.schedule(0.5, () => log.push(simulation.activeProcess))
    simulation.run()
    expect(log).toEqual([true, undefined, true])
  })

  test('is woken together with others that wait for the same event, in the order they came', () => {
    const { simulation, log } = logging()
    const event = simulation.event<number>()
    for (const name of ['a', 'b', 'c']) {
      simulation.process(function* () {
        log.push(name + (yield* event))
      })
    }
    simulation.schedule(1, () => event.succeed(1))
    simulation.run()
    expect(log).toEqual(['a1', 'b1', 'c1'])
  })

  test.each([
    [7, 'number 7'],
    ['text', 'string text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [() => 1, 'a function'],
    [new Map(), 'a Map'],
    [Object.create(null), 'a object'],
  ])('that yields %s is told what that is', (value, told) => {
    const { simulation } = logging()
    simulation.process(function* (): Generator<Event<unknown>, void, unknown> {
      yield value as never
    })
    expect(() => simulation.run()).toThrow(`yielded ${told};`)
  })

  test('gets a clear error for what is no event, and may go on after it', () => {
    const { simulation, log } = logging()
    simulation.process(
      function* (): Generator<Event<unknown>, void, unknown> {
        try {
          yield 7 as never
        } catch (error) {
          log.push((error as Error).message)
          yield* simulation.timeout(1)
          log.push(simulation.now)
        }
      },
      { name: 'odd' },
    )
    simulation.run()
    expect(log).toEqual(["process 'odd' yielded number 7; only events can be waited for", 1])
  })

  test.each([[undefined], [{}], [[]], [() => 3]])('is refused without a generator: %s', (body) => {
    const { simulation } = logging()
    expect(() => simulation.process(body as never)).toThrow('generator function')
  })
})

describe('events', () => {
  test('are pending, then triggered, then processed', () => {
    const { simulation } = logging()
    const event = simulation.event<number>()
    const states = () => [event.pending, event.triggered, event.processed]
    expect(states()).toEqual([true, false, false])
    event.succeed(5)
    expect(states()).toEqual([false, true, false])
    simulation.run()
    expect(states()).toEqual([false, true, true])
    expect(event.value).toBe(5)
  })

  test('are triggered once', () => {
    const { simulation } = logging()
    const event = simulation.event()
    event.succeed()
    expect(() => event.succeed()).toThrow('already been triggered')
    expect(() => event.fail(new Error('x'))).toThrow('already been triggered')
    expect(() => simulation.timeout(1).succeed()).toThrow('timeout has already been triggered')
  })

  test('chain', () => {
    const { simulation, log } = logging()
    const first = simulation.event<number>()
    const second = simulation.event<number>()
    first.onProcessed((event) => second.notify(event))
    second.onProcessed((event) => log.push(event.value))
    first.succeed(3)
    simulation.run()
    second.onProcessed(() => log.push('at once'))
    expect(log).toEqual([3, 'at once'])
  })

  test('cannot be iterated outside a process, which would never end', () => {
    const { simulation } = logging()
    expect(() => [...(simulation.event() as Iterable<unknown>)]).toThrow(
      'waited for with yield* in a process',
    )
  })

  test('may be cancelled if they are timeouts', () => {
    const { simulation, log } = logging()
    const timeout = simulation.timeout(5)
    timeout.onProcessed(() => log.push('never'))
    expect(timeout.cancel()).toBe(true)
    expect(timeout.cancel()).toBe(false)
    expect(simulation.event().cancel()).toBe(false)
    const past = simulation.timeout(1)
    simulation.run()
    expect(past.cancel()).toBe(false)
    expect(simulation.now).toBe(1)
    expect(log).toEqual([])
  })
})

describe('failures', () => {
  test('are thrown into the process that waits', () => {
    const { simulation, log } = logging()
    const event = simulation.event<number>()
    simulation.process(function* () {
      try {
        yield* event
      } catch (error) {
        log.push((error as Error).message, simulation.now)
      }
    })
    simulation.schedule(2, () => event.fail(new Error('no luck')))
    simulation.run()
    expect(log).toEqual(['no luck', 2])
    expect(event.failed).toBe(true)
    expect(event.defused).toBe(true)
  })

  test('travel up through processes that wait for each other', () => {
    const { simulation, log } = logging()
    const child = simulation.process(function* child() {
      yield* simulation.timeout(1)
      throw new RangeError('inner')
    })
    simulation.process(function* () {
      try {
        yield* child
      } catch (error) {
        log.push(error instanceof RangeError)
      }
    })
    simulation.run()
    expect(log).toEqual([true])
  })

  test('that nobody handles end the run, with error, time and process', () => {
    const { simulation } = logging()
    const original = new Error('lost')
    simulation.process(
      function* () {
        yield* simulation.timeout(1.5)
        throw original
      },
      { name: 'client-3' },
    )
    const run = () => simulation.run()
    expect(run).toThrow("lost (at simulated time 1.5 in process 'client-3')")
    try {
      new Simulation().run()
      const again = new Simulation()
      again.event().fail(original)
      again.run()
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(SimulationFailure)
      expect((error as SimulationFailure).cause).toBe(original)
    }
  })

  test('may be defused', () => {
    const { simulation } = logging()
    const event = simulation.event().defuse()
    event.fail(new Error('expected'))
    simulation.run()
    expect(event.error).toEqual(new Error('expected'))
  })

  test('are thrown again at a process that waits for the same event again', () => {
    const { simulation, log } = logging()
    const event = simulation.event<number>()
    simulation.process(function* () {
      for (let i = 0; i < 2; i++) {
        try {
          log.push(yield* event)
        } catch (error) {
          log.push((error as Error).message)
        }
      }
    })
    simulation.schedule(1, () => event.fail(new Error('still')))
    simulation.run()
    expect(log).toEqual(['still', 'still'])
  })

  test('of an event that has been processed are thrown at who asks later', () => {
    const { simulation, log } = logging()
    const event = simulation.event().defuse()
    event.fail(new Error('old'))
    simulation.process(
      function* () {
        try {
          yield* event
        } catch (error) {
          log.push((error as Error).message)
        }
      },
      { at: 3 },
    )
    simulation.run()
    expect(log).toEqual(['old'])
  })

  test('of the event that is run until are raised', () => {
    const { simulation } = logging()
    const process = simulation.process(function* broken() {
      yield* simulation.timeout(1)
      throw new Error('broken')
    })
    expect(() => simulation.run(process)).toThrow("broken (at simulated time 1 in process 'broken')")
  })

  test('of the event that is run until are raised, though somebody else has taken care of them', () => {
    const { simulation } = logging()
    const process = simulation.process(function* broken() {
      yield* simulation.timeout(1)
      throw new Error('broken')
    })
    process.defuse()
    expect(() => simulation.run(process)).toThrow("broken (at simulated time 1 in process 'broken')")
    const event = simulation.event()
    event.fail(new Error('spoilt')).defuse()
    expect(() => simulation.run(event)).toThrow(/spoilt \(at simulated time 1\)$/)
  })
})

describe('interrupts', () => {
  test('throw their cause into the process, which goes on', () => {
    const { simulation, log } = logging()
    const sleeper = simulation.process(function* () {
      try {
        yield* simulation.timeout(10)
      } catch (error) {
        if (!(error instanceof Interrupt)) throw error
        log.push(simulation.now, error.cause)
      }
      yield* simulation.timeout(1)
      log.push(simulation.now)
    })
    simulation.schedule(3, () => sleeper.interrupt({ why: 'alarm' }))
    simulation.run()
    expect(log).toEqual([3, { why: 'alarm' }, 4])
  })

  test('do not undo the event, which may be waited for again', () => {
    const { simulation, log } = logging()
    const sleeper = simulation.process(function* () {
      const timeout = simulation.timeout(5, 'slept')
      for (;;) {
        try {
          log.push(yield* timeout, simulation.now)
          return
        } catch {
          log.push(simulation.now)
        }
      }
    })
    simulation.schedule(1, () => sleeper.interrupt())
    simulation.schedule(2, () => sleeper.interrupt())
    simulation.run()
    expect(log).toEqual([1, 2, 'slept', 5])
  })

  test('come before what the process waits for, at the same instant', () => {
    const { simulation, log } = logging()
    const sleeper = simulation.process(function* () {
      try {
        yield* simulation.timeout(1)
        log.push('woken')
      } catch {
        log.push('interrupted')
      }
    })
    simulation.schedule(1, () => sleeper.interrupt(), -3)
    simulation.run()
    expect(log).toEqual(['interrupted'])
  })

  test('end the run if the process does not expect them', () => {
    const { simulation } = logging()
    const sleeper = simulation.process(function* sleeper() {
      yield* simulation.timeout(10)
    })
    simulation.schedule(3, () => sleeper.interrupt('alarm'))
    expect(() => simulation.run()).toThrow("interrupted: alarm (at simulated time 3 in process 'sleeper')")
  })

  test('may reach a process before it has started', () => {
    const { simulation } = logging()
    const later = simulation.process(
      function* () {
        yield* simulation.timeout(1)
      },
      { at: 5 },
    )
    later.defuse()
    later.interrupt('never mind')
    simulation.run()
    expect(later.failed).toBe(true)
    expect(simulation.now).toBe(0)
  })

  test('are lost on a process that an earlier one of the same instant has ended', () => {
    const { simulation, log } = logging()
    const brief = simulation.process(function* () {
      try {
        yield* simulation.timeout(10)
      } catch (error) {
        log.push((error as Interrupt).cause)
      }
    })
    simulation.schedule(1, () => {
      brief.interrupt('first')
      brief.interrupt('second')
    })
    simulation.run()
    expect(log).toEqual(['first'])
  })

  test('are refused by a process itself, and by one that has ended', () => {
    const { simulation } = logging()
    const self: Process<void> = simulation.process(function* own() {
      yield* simulation.timeout(1)
      expect(() => self.interrupt()).toThrow("process 'own' cannot interrupt itself")
    })
    simulation.run()
    expect(() => self.interrupt()).toThrow('has ended')
  })
})
