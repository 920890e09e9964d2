import { describe, expect, test } from 'vitest'
import {
  Container,
  type Event,
  FilterStore,
  Interrupt,
  Preempted,
  PreemptiveResource,
  type Process,
  type ProcessBody,
  Resource,
  Simulation,
  Store,
} from '../../core/kernel/index.js'

function logging() {
  const simulation = new Simulation()
  const log: unknown[] = []
  const note = (what: unknown) => log.push([simulation.now, what])
  return { simulation, log, note }
}

/** Starts a process that waits for an event, is interrupted at 1, and notes what it gets. */
function interrupted(simulation: Simulation, event: () => Event<unknown>, note: (what: unknown) => void) {
  const process = simulation.process(function* () {
    try {
      note(yield* event())
    } catch (error) {
      note(error instanceof Interrupt ? error.cause : error)
    }
  })
  simulation.schedule(1, () => process.interrupt('interrupted'))
  return process
}

describe('an interrupt of a process that waits', () => {
  test('for all of several leaves the condition to others', () => {
    const { simulation, log, note } = logging()
    const both = simulation.allOf([simulation.timeout(2, 'a'), simulation.timeout(3, 'b')])
    interrupted(simulation, () => both, note)
    simulation.process(function* () {
      note(yield* both)
    })
    simulation.run()
    expect(log).toEqual([
      [1, 'interrupted'],
      [3, ['a', 'b']],
    ])
    expect(both.waiters).toEqual([])
  })

  test('for any of several leaves nothing behind that would wake it', () => {
    const { simulation, log, note } = logging()
    const never = simulation.event()
    interrupted(simulation, () => simulation.anyOf([simulation.timeout(2), never]), note)
    simulation.run()
    expect(log).toEqual([[1, 'interrupted']])
    expect(never.waiters).toEqual([])
  })

  test('for another process does not touch that', () => {
    const { simulation, log, note } = logging()
    const child = simulation.process(function* () {
      yield* simulation.timeout(4)
      note('child')
    })
    interrupted(simulation, () => child, note)
    simulation.run()
    expect(log).toEqual([
      [1, 'interrupted'],
      [4, 'child'],
    ])
  })

  test('for a failure leaves the failure to whoever takes care of it', () => {
    const { simulation, log, note } = logging()
    const failing = simulation.event()
    interrupted(simulation, () => failing, note)
    simulation.schedule(2, () => failing.fail(new Error('nobody listens')))
    expect(() => simulation.run()).toThrow('nobody listens')
    expect(log).toEqual([[1, 'interrupted']])
  })

  test('leaves its claims to resources, containers and stores standing until it withdraws them', () => {
    const { simulation, log, note } = logging()
    const resource = new Resource(simulation)
    resource.request()
    const claim = resource.request()
    const container = new Container(simulation, { capacity: 10 })
    const amount = container.get(4)
    const store = new Store<string>(simulation)
    const item = store.get()
    for (const event of [claim, amount, item]) interrupted(simulation, () => event, note)
    simulation.run()
    expect(log).toEqual([
      [1, 'interrupted'],
      [1, 'interrupted'],
      [1, 'interrupted'],
    ])
    container.put(4)
    store.put('for nobody')
    expect([claim.triggered, amount.triggered, item.value]).toEqual([false, true, 'for nobody'])
    expect([claim.cancel(), resource.queue]).toEqual([true, []])
  })

  test('reaches it once for each, in order, and it may wait on in between', () => {
    const { simulation, log, note } = logging()
    const patient = simulation.process(function* () {
      const timeout = simulation.timeout(3)
      for (let i = 0; i < 3; i++) {
        try {
          yield* timeout
          note('slept')
        } catch (error) {
          note((error as Interrupt).cause)
        }
      }
    })
    simulation.schedule(1, () => {
      patient.interrupt('first')
      patient.interrupt('second')
    })
    simulation.run()
    expect(log).toEqual([
      [1, 'first'],
      [1, 'second'],
      [3, 'slept'],
    ])
  })

  test('may come from the process it waits for', () => {
    const { simulation, log, note } = logging()
    const parent: Process<void> = simulation.process(function* () {
      const child = simulation.process(function* () {
        yield* simulation.timeout(1)
        parent.interrupt('by the child')
        yield* simulation.timeout(1)
        return 'value of the child'
      })
      try {
        yield* child
      } catch (error) {
        note((error as Interrupt).cause)
        note(yield* child)
      }
    })
    simulation.run()
    expect(log).toEqual([
      [1, 'by the child'],
      [2, 'value of the child'],
    ])
  })
})

describe('the start of a process', () => {
  test('comes before ordinary events of its instant, unless its priority says otherwise', () => {
    const { simulation, log, note } = logging()
    simulation.schedule(2, () => note('event'))
    const body = (name: string) =>
      function* (): ProcessBody<void> {
        note(name)
        yield* simulation.timeout(0)
      }
    simulation.process(body('last'), { at: 2, priority: 1 })
    simulation.process(body('ordinary'), { at: 2, priority: 0 })
    simulation.process(body('first'), { at: 2 })
    simulation.run()
    expect(log.map((line) => (line as unknown[])[1])).toEqual(['first', 'event', 'ordinary', 'last'])
  })

  test('is refused at a time that is none', () => {
    const { simulation } = logging()
    expect(() => simulation.process(() => occupy(simulation, 1), { at: Number.NaN })).toThrow('time NaN')
  })
})

describe('conditions', () => {
  test.each(['allOf', 'anyOf'] as const)('%s: fail at once with what has failed before', (condition) => {
    const { simulation, log, note } = logging()
    const failed = simulation.event().defuse()
    failed.fail(new Error('long ago'))
    simulation.run()
    simulation.process(
      function* () {
        try {
          yield* simulation[condition]([simulation.timeout(5), failed])
        } catch (error) {
          note((error as Error).message)
        }
      },
      { at: 3 },
    )
    simulation.run()
    expect(log).toEqual([[3, 'long ago']])
  })

  test('of what is triggered but not processed wait until it is', () => {
    const { simulation, log, note } = logging()
    const event = simulation.event<string>()
    simulation.process(function* () {
      event.succeed('now')
      expect([event.triggered, event.processed]).toEqual([true, false])
      note((yield* simulation.anyOf([event, simulation.timeout(1)])).first.value)
    })
    simulation.run()
    expect(log).toEqual([[0, 'now']])
  })

  test('of conditions that have already happened', () => {
    const { simulation, log, note } = logging()
    simulation.process(function* () {
      const either = simulation.anyOf([simulation.timeout(1, 'a'), simulation.timeout(2, 'b')])
      const both = simulation.allOf([simulation.timeout(1, 'c'), simulation.timeout(2, 'd')])
      yield* simulation.timeout(3)
      const [first, all] = yield* simulation.allOf([either, both])
      note([first.first.value, all])
    })
    simulation.run()
    expect(log).toEqual([[3, ['a', ['c', 'd']]]])
  })
})

describe('a run', () => {
  test('until a process returns what that returns, and leaves later events for later', () => {
    const { simulation, log, note } = logging()
    simulation.schedule(2, () => note('later'))
    const process = simulation.process(function* () {
      yield* simulation.timeout(1)
      return 'result'
    })
    expect(simulation.run(process)).toBe('result')
    expect([simulation.now, log]).toEqual([1, []])
    simulation.run()
    expect(log).toEqual([[2, 'later']])
  })

  test('until now does nothing, and until infinity everything', () => {
    const { simulation, log, note } = logging()
    simulation.schedule(0, () => note('due'))
    simulation.run(0)
    expect(log).toEqual([])
    simulation.run(Number.POSITIVE_INFINITY)
    expect([simulation.now, log]).toEqual([0, [[0, 'due']]])
  })

  test('is refused until a time that is none', () => {
    expect(() => new Simulation().run(Number.NaN)).toThrow('time NaN')
  })
})

describe('who loses a resource', () => {
  test('learns which resource, to whom and since when, and may ask for it again', () => {
    const { simulation, log, note } = logging()
    const machine = new PreemptiveResource(simulation)
    function* work(duration: number): ProcessBody<void> {
      let left = duration
      while (left > 0) {
        const request = machine.request({ priority: 5 })
        yield* request
        const since = simulation.now
        try {
          yield* simulation.timeout(left)
          left = 0
        } catch (error) {
          const cause = (error as Interrupt).cause
          if (!(cause instanceof Preempted)) throw error
          note([cause.resource === machine, cause.by?.name, cause.since])
          left -= simulation.now - since
        }
        request.leave()
      }
      note('finished')
    }
    simulation.process(work(4))
    simulation.process(() => machine.use(() => occupy(simulation, 3), { priority: 0 }), {
      at: 1,
      name: 'urgent',
    })
    simulation.run()
    expect(log).toEqual([
      [1, [true, 'urgent', 0]],
      [7, 'finished'],
    ])
  })

  test('and is no process just loses it', () => {
    const { simulation } = logging()
    const machine = new PreemptiveResource(simulation)
    const lost = machine.request({ priority: 1 })
    machine.request({ priority: 0 })
    simulation.run()
    expect(lost.preempted).toBe(true)
  })
})

describe('a filter store', () => {
  test('serves the demands it can, in the order they came, when an item makes several possible', () => {
    const { simulation, log, note } = logging()
    const store = new FilterStore<number>(simulation, { capacity: 2 })
    const wait = (name: string, accepts?: (item: number) => boolean) =>
      simulation.process(function* () {
        note([name, yield* store.get(accepts)])
      })
    wait('over 5', (item) => item > 5)
    wait('anything')
    wait('odd', (item) => item % 2 === 1)
    simulation.process(function* () {
      yield* simulation.timeout(1)
      yield* store.put(2)
      yield* store.put(7)
      yield* store.put(9)
    })
    simulation.run()
    expect(log).toEqual([
      [1, ['anything', 2]],
      [1, ['over 5', 7]],
      [1, ['odd', 9]],
    ])
  })
})

function* occupy(simulation: Simulation, duration: number): ProcessBody<void> {
  yield* simulation.timeout(duration)
}
