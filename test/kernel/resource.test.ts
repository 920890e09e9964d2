import { describe, expect, test } from 'vitest'
import {
  type Interrupt,
  type Preempted,
  PreemptiveResource,
  PriorityResource,
  Resource,
  Simulation,
} from '../../core/kernel/index.js'

function logging() {
  const simulation = new Simulation()
  const log: unknown[] = []
  const note = (...what: unknown[]) => log.push([simulation.now, ...what])
  return { simulation, log, note }
}

describe('a resource', () => {
  test('serves first come, first served', () => {
    const { simulation, log, note } = logging()
    const machine = new Resource(simulation)
    for (const name of ['a', 'b', 'c']) {
      simulation.process(function* () {
        const request = machine.request()
        yield* request
        note(name, machine.count, machine.queue.length)
        yield* simulation.timeout(2)
        machine.release(request)
      })
    }
    simulation.run()
    expect(log).toEqual([
      [0, 'a', 1, 2],
      [2, 'b', 1, 1],
      [4, 'c', 1, 0],
    ])
    expect(machine.count).toBe(0)
  })

  test('has as many units as its capacity', () => {
    const { simulation, log, note } = logging()
    const machines = new Resource(simulation, { capacity: 2 })
    for (const name of ['a', 'b', 'c']) {
      simulation.process(() =>
        machines.use(function* () {
          note(name)
          yield* simulation.timeout(1)
        }),
      )
    }
    simulation.run()
    expect(log).toEqual([
      [0, 'a'],
      [0, 'b'],
      [1, 'c'],
    ])
    expect(() => new Resource(simulation, { capacity: 0 })).toThrow('at least 1')
  })

  test('is given back by use, however that ends', () => {
    const { simulation, log, note } = logging()
    const machine = new Resource(simulation)
    const broken = simulation.process(() =>
      machine.use(function* () {
        yield* simulation.timeout(1)
        throw new Error('broken')
      }),
    )
    broken.defuse()
    const waiting = simulation.process(function* () {
      try {
        yield* machine.use(function* () {
          yield* simulation.timeout(9)
          note('never')
        })
      } catch (error) {
        note((error as Interrupt).cause)
      }
    })
    simulation.schedule(0.5, () => waiting.interrupt('too slow'))
    const last = simulation.process(() =>
      machine.use(function* () {
        note('last')
        yield* simulation.timeout(1)
        return 'done'
      }),
    )
    expect(simulation.run(last)).toBe('done')
    expect(log).toEqual([
      [0.5, 'too slow'],
      [1, 'last'],
    ])
    expect([machine.count, machine.queue.length]).toEqual([0, 0])
  })

  test('lets who waits give up', () => {
    const { simulation } = logging()
    const machine = new Resource(simulation)
    const held = machine.request()
    const waiting = machine.request()
    expect(waiting.cancel()).toBe(true)
    expect(waiting.cancel()).toBe(false)
    expect(held.cancel()).toBe(false)
    machine.release(held)
    expect(machine.count).toBe(0)
  })

  test('may be waited for no longer than one likes', () => {
    const { simulation, log, note } = logging()
    const machine = new Resource(simulation)
    machine.request()
    simulation.process(function* () {
      const request = machine.request()
      const occurred = yield* simulation.anyOf([request, simulation.timeout(3)])
      if (!occurred.has(request)) note('gave up', request.cancel())
    })
    simulation.run()
    expect(log).toEqual([[3, 'gave up', true]])
  })

  test('refuses to take back what is not held', () => {
    const { simulation } = logging()
    const machine = new Resource(simulation)
    const request = machine.request()
    const waiting = machine.request()
    expect(() => machine.release(waiting)).toThrow('still waits')
    machine.release(request)
    expect(() => machine.release(request)).toThrow('does not hold')
    expect(() => new Resource(simulation).release(waiting)).toThrow('does not hold')
  })
})

describe('a priority resource', () => {
  test('serves the lower number first, then who came earlier', () => {
    const { simulation, log } = logging()
    const machine = new PriorityResource(simulation)
    const use = (name: string, priority: number, at: number) =>
      simulation.process(
        () =>
          machine.use(
            function* () {
              log.push(name)
              yield* simulation.timeout(10)
            },
            { priority },
          ),
        { at },
      )
    use('first', 9, 0)
    use('low', 2, 1)
    use('urgent', -1, 2)
    use('low too', 2, 2)
    use('middle', 1, 3)
    simulation.run()
    expect(log).toEqual(['first', 'urgent', 'middle', 'low', 'low too'])
    expect(() => machine.request({ priority: Number.NaN })).toThrow('priority')
  })
})

describe('a pre-emptive resource', () => {
  function user(
    name: string,
    machine: PreemptiveResource,
    priority: number,
    note: (...what: unknown[]) => void,
  ) {
    return function* () {
      const request = machine.request({ priority })
      try {
        yield* request
        note(name, 'got it')
        yield* machine.simulation.timeout(5)
        note(name, 'done')
      } catch (error) {
        const cause = (error as Interrupt).cause as Preempted
        note(name, 'lost it', cause.by?.name, cause.since)
      } finally {
        request.leave()
      }
    }
  }

  test('is taken from the least urgent, who learns by whom and since when it had it', () => {
    const { simulation, log, note } = logging()
    const machine = new PreemptiveResource(simulation, { capacity: 2 })
    simulation.process(user('a', machine, 1, note), { name: 'a', at: 0 })
    simulation.process(user('b', machine, 2, note), { name: 'b', at: 1 })
    simulation.process(user('c', machine, 0, note), { name: 'c', at: 3 })
    simulation.run()
    expect(log).toEqual([
      [0, 'a', 'got it'],
      [1, 'b', 'got it'],
      [3, 'b', 'lost it', 'c', 1],
      [3, 'c', 'got it'],
      [5, 'a', 'done'],
      [8, 'c', 'done'],
    ])
  })

  test('is not taken by equals, nor by who does not want to', () => {
    const { simulation, log, note } = logging()
    const machine = new PreemptiveResource(simulation)
    simulation.process(user('a', machine, 1, note), { name: 'a' })
    simulation.process(user('equal', machine, 1, note), { at: 1 })
    simulation.process(
      () =>
        machine.use(
          function* () {
            note('polite')
            yield* simulation.timeout(1)
          },
          { priority: 0, preempt: false },
        ),
      { at: 2 },
    )
    simulation.run()
    expect(log).toEqual([
      [0, 'a', 'got it'],
      [5, 'a', 'done'],
      [5, 'polite'],
      [6, 'equal', 'got it'],
      [11, 'equal', 'done'],
    ])
  })

  test('may be released by who has lost it', () => {
    const { simulation } = logging()
    const machine = new PreemptiveResource(simulation)
    const lost = machine.request({ priority: 1 })
    const winner = machine.request({ priority: 0 })
    expect(lost.preempted).toBe(true)
    machine.release(lost)
    expect(machine.users.map((user) => user === winner)).toEqual([true])
  })
})
