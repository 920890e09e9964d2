import { describe, expect, test } from 'vitest'
import { KernelError, Simulation, SimulationFailure } from '../../core/kernel/index.js'

/** A simulation and a log of what happened when. */
function logging() {
  const simulation = new Simulation()
  const log: [number, string][] = []
  const note = (what: string) => () => {
    log.push([simulation.now, what])
  }
  return { simulation, log, note }
}

describe('order', () => {
  test('is by time', () => {
    const { simulation, log, note } = logging()
    simulation.schedule(3, note('c'))
    simulation.schedule(1, note('a'))
    simulation.schedule(2, note('b'))
    simulation.run()
    expect(log).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ])
  })

  test('then by priority, then by who was scheduled first', () => {
    const { simulation, log, note } = logging()
    simulation.schedule(1, note('late'), 5)
    simulation.schedule(1, note('first'))
    simulation.schedule(1, note('second'))
    simulation.schedule(1, note('urgent'), -7)
    simulation.run()
    expect(log.map(([, what]) => what)).toEqual(['urgent', 'first', 'second', 'late'])
  })

  test('lets what is scheduled without delay happen at the same instant, after what is already due', () => {
    const { simulation, log, note } = logging()
    simulation.schedule(1, () => simulation.schedule(0, note('third')))
    simulation.schedule(1, note('second'))
    simulation.run()
    expect(log).toEqual([
      [1, 'second'],
      [1, 'third'],
    ])
  })

  test('takes objects with fire() for actions', () => {
    const { simulation, log, note } = logging()
    simulation.scheduleAt(4, { fire: note('fired') })
    simulation.run()
    expect(log).toEqual([[4, 'fired']])
  })
})

describe('cancel and reschedule', () => {
  test('a cancelled action does not happen and cannot be cancelled again', () => {
    const { simulation, log, note } = logging()
    const handle = simulation.schedule(1, note('never'))
    expect(simulation.cancel(handle)).toBe(true)
    expect(simulation.cancel(handle)).toBe(false)
    expect(simulation.pending).toBe(0)
    simulation.run()
    expect(log).toEqual([])
  })

  test('a handle is worthless once its action has happened, although its slot is used again', () => {
    const { simulation, log, note } = logging()
    const old = simulation.schedule(1, note('old'))
    simulation.run()
    simulation.schedule(1, note('new'))
    expect(simulation.cancel(old)).toBe(false)
    simulation.run()
    expect(log).toEqual([
      [1, 'old'],
      [2, 'new'],
    ])
  })

  test('an action may cancel others of its instant, and not itself', () => {
    const { simulation, log, note } = logging()
    let own = -1
    let other = -1
    own = simulation.schedule(1, () => {
      expect(simulation.cancel(own)).toBe(false)
      expect(simulation.cancel(other)).toBe(true)
    })
    other = simulation.schedule(1, note('never'))
    simulation.run()
    expect(log).toEqual([])
  })

  test('moves an action earlier or later, behind what is already due then', () => {
    const { simulation, log, note } = logging()
    const late = simulation.schedule(9, note('moved earlier'))
    simulation.schedule(2, note('there before'))
    const early = simulation.schedule(1, note('moved later'))
    simulation.reschedule(late, 2)
    simulation.reschedule(early, 5)
    simulation.run()
    expect(log).toEqual([
      [2, 'there before'],
      [2, 'moved earlier'],
      [5, 'moved later'],
    ])
    expect(() => simulation.reschedule(late, 6)).toThrow('already happened')
  })
})

describe('a crowd of pending events', () => {
  test('of every kind, waited for or not, happens in its order', () => {
    const simulation = new Simulation()
    const happened: number[] = []
    const happens = () => happened.push(simulation.now)
    for (let i = 0; i < 6000; i++) {
      const at = (i * 7919) % 6000
      if (i % 6 === 0) simulation.schedule(at, happens)
      else if (i % 6 === 1) simulation.timeout(at)
      else if (i % 6 === 2) simulation.timeout(at, 'value')
      else if (i % 6 === 3) simulation.timeout(at, 'value').onProcessed(happens)
      else if (i % 6 === 4) {
        const timeout = simulation.timeout(at)
        for (let twice = 0; twice < 2; twice++) timeout.onProcessed(happens)
      } else
        simulation.process(function* () {
          yield* simulation.timeout(at)
          happens()
        })
    }
    simulation.run()
    expect(happened).toEqual(happened.toSorted((a, b) => a - b))
    expect(happened.length).toBe(5000)
  })
})

describe('run', () => {
  test('until a time leaves what is due then for later', () => {
    const { simulation, log, note } = logging()
    simulation.schedule(1, note('a'))
    simulation.schedule(2, note('b'))
    simulation.run(2)
    expect(log).toEqual([[1, 'a']])
    expect(simulation.now).toBe(2)
    simulation.run(3)
    expect(log).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
    expect(simulation.now).toBe(3)
  })

  test('until nothing is scheduled leaves the clock at the last event', () => {
    const { simulation, note } = logging()
    simulation.schedule(7, note('a'))
    simulation.run()
    expect(simulation.now).toBe(7)
  })

  test('until an event returns its value', () => {
    const { simulation } = logging()
    const done = simulation.event<string>()
    simulation.schedule(4, () => done.succeed('done'))
    simulation.schedule(5, () => done.succeed('too late'))
    expect(simulation.run(done)).toBe('done')
    expect(simulation.now).toBe(4)
    expect(simulation.run(done)).toBe('done')
  })

  test('until an event that never happens says so', () => {
    const { simulation } = logging()
    expect(() => simulation.run(simulation.event())).toThrow('has not happened')
  })

  test('stops on request and goes on', () => {
    const { simulation, log, note } = logging()
    simulation.schedule(1, () => simulation.stop())
    simulation.schedule(1, note('later'))
    simulation.run(10)
    expect(simulation.now).toBe(1)
    expect(log).toEqual([])
    simulation.run()
    expect(log).toEqual([[1, 'later']])
  })

  test('does not run within itself', () => {
    const { simulation } = logging()
    simulation.schedule(1, () => simulation.run())
    expect(() => simulation.run()).toThrow('already running')
  })

  test('steps event by event and peeks without touching anything', () => {
    const { simulation, log, note } = logging()
    expect(simulation.peek()).toBe(Number.POSITIVE_INFINITY)
    simulation.schedule(2, note('a'))
    simulation.schedule(3, note('b'))
    expect(simulation.peek()).toBe(2)
    expect(simulation.now).toBe(0)
    simulation.step()
    expect(log).toEqual([[2, 'a']])
    expect(simulation.peek()).toBe(3)
    simulation.step()
    expect(() => simulation.step()).toThrow('nothing is scheduled')
  })
})

describe('errors', () => {
  const simulation = new Simulation()
  simulation.schedule(5, () => {})
  simulation.run()

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a delay of %d', (delay) => {
    expect(() => simulation.schedule(delay, () => {})).toThrow(KernelError)
    expect(() => simulation.timeout(delay)).toThrow(KernelError)
  })

  test.each([4.999, Number.NaN, Number.POSITIVE_INFINITY])('refuses the time %d at 5', (time) => {
    expect(() => simulation.scheduleAt(time, () => {})).toThrow('present 5')
    const handle = simulation.schedule(1, () => {})
    expect(() => simulation.reschedule(handle, time)).toThrow('present 5')
    simulation.cancel(handle)
  })

  test('refuses to run into the past', () => {
    expect(() => simulation.run(4)).toThrow('present 5')
    expect(() => simulation.run(Number.NaN)).toThrow('NaN')
  })

  test.each([0.5, Number.NaN, 2 ** 40])('refuses the priority %d', (priority) => {
    expect(() => simulation.schedule(1, () => {}, priority)).toThrow('priority')
  })

  test('end the run with the original error and the simulated time', () => {
    const failing = new Simulation()
    const original = new TypeError('boom')
    failing.schedule(2.5, () => {
      throw original
    })
    let caught: unknown
    try {
      failing.run()
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(SimulationFailure)
    expect(caught).toMatchObject({ cause: original, time: 2.5, process: undefined })
    expect(String(caught)).toContain('boom (at simulated time 2.5)')
  })

  test('leave the simulation usable', () => {
    const { simulation: again, log, note } = logging()
    again.schedule(1, () => {
      throw new Error('once')
    })
    again.schedule(2, note('later'))
    expect(() => again.run()).toThrow('once')
    again.run()
    expect(log).toEqual([[2, 'later']])
  })
})
