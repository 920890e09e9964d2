import { describe, expect, test } from 'vitest'
import {
  type Event,
  Flow,
  Interrupt,
  KernelError,
  LevelMonitor,
  ProcessorSharing,
  Simulation,
  Tally,
} from '../../core/kernel/index.js'

describe('a run', () => {
  test('that is stopped before its event says so', () => {
    const simulation = new Simulation()
    const event = simulation.timeout(10, 'value')
    simulation.schedule(3, () => simulation.stop())
    expect(() => simulation.run(event)).toThrow('the run was stopped, yet timeout has not happened')
    expect([simulation.now, simulation.pending]).toEqual([3, 1])
    expect(simulation.run(event)).toBe('value')
  })

  test.each(['3.14', null, {}, true])('until %s is refused', (until) => {
    const simulation = new Simulation()
    simulation.schedule(1, () => {})
    expect(() => simulation.run(until as unknown as number)).toThrow(KernelError)
    expect([simulation.now, simulation.pending]).toEqual([0, 1])
  })

  test.each(['1', null, {}])('a delay, a time or a start of %s is refused', (time) => {
    const simulation = new Simulation({ initialTime: 5 })
    const wrong = time as unknown as number
    const handle = simulation.schedule(1, () => {})
    for (const call of [
      () => simulation.timeout(wrong),
      () => simulation.timeout(wrong, 'value'),
      () => simulation.schedule(wrong, () => {}),
      () => simulation.scheduleAt(wrong, () => {}),
      () => simulation.reschedule(handle, wrong),
      () => simulation.process(function* () {}, { at: (wrong ?? 'none') as number }),
    ]) {
      expect(call).toThrow(KernelError)
    }
    expect([simulation.pending, simulation.peek()]).toEqual([1, 6])
  })

  test('refuses delays that lead beyond the greatest number', () => {
    const simulation = new Simulation({ initialTime: 1e308 })
    for (const call of [
      () => simulation.timeout(1e308),
      () => simulation.timeout(1e308, 'value'),
      () => simulation.schedule(1e308, () => {}),
    ]) {
      expect(call).toThrow('beyond the greatest number')
    }
    expect(simulation.pending).toBe(0)
  })

  test.each([10, -10, -1e9, 1e15])('may begin at %d', (initialTime) => {
    const simulation = new Simulation({ initialTime })
    const times: number[] = []
    const monitor = new LevelMonitor(simulation, { initial: 1 })
    for (let i = 0; i < 300; i++) simulation.schedule((i * 7919) % 300, () => times.push(simulation.now))
    simulation.process(function* () {
      yield* simulation.timeout(5)
      monitor.record(3)
    })
    expect(simulation.now).toBe(initialTime)
    simulation.run(initialTime + 1000)
    expect(times).toEqual(Array.from({ length: 300 }, (_, i) => initialTime + i))
    expect(monitor.mean).toBeCloseTo((5 + 3 * 995) / 1000, 12)
    expect(() => simulation.scheduleAt(initialTime, () => {})).toThrow('present')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, '1'])('may not begin at %s', (initialTime) => {
    expect(() => new Simulation({ initialTime: initialTime as number })).toThrow('initial time')
  })
})

describe('a process that is interrupted before its start', () => {
  test('is called off, which ends no run', () => {
    const simulation = new Simulation()
    const log: unknown[] = []
    const process = simulation.process(
      function* () {
        log.push('started')
        yield* simulation.timeout(5)
      },
      { at: 10 },
    )
    simulation.schedule(2, () => process.interrupt('early'))
    simulation.run()
    expect([log, simulation.now, process.alive, process.failed]).toEqual([[], 2, false, true])
    expect((process.error as Interrupt).cause).toBe('early')
  })

  test('tells those who wait for it', () => {
    const simulation = new Simulation()
    const log: unknown[] = []
    const process = simulation.process(function* () {}, { at: 10 })
    simulation.process(function* () {
      try {
        yield* process
      } catch (error) {
        log.push(simulation.now, error instanceof Interrupt)
      }
    })
    simulation.schedule(2, () => process.interrupt())
    simulation.run()
    expect(log).toEqual([2, true])
  })

  test('and has been started at this instant, catches it where it waits first', () => {
    const simulation = new Simulation()
    const log: unknown[] = []
    const process = simulation.process(function* () {
      try {
        yield* simulation.timeout(5)
      } catch (error) {
        log.push(simulation.now, (error as Interrupt).cause)
      }
    })
    process.interrupt('at once')
    simulation.run()
    expect(log).toEqual([0, 'at once'])
  })
})

describe('a callback that throws', () => {
  function broken(simulation: Simulation, event: Event, times: number) {
    const log: unknown[] = []
    for (let i = 0; i < times; i++) {
      event.onProcessed(() => {
        throw new Error(`callback ${i}`)
      })
    }
    simulation.process(function* () {
      yield* event
      log.push('waited')
      yield* simulation.timeout(1)
      log.push(simulation.now)
    })
    event.onProcessed(() => log.push('told'))
    return log
  }

  test.each([
    [1, 'callback 0'],
    [2, '2 callbacks failed: callback 0; callback 1'],
  ])('%d: the others who wait for the event are told, and go on in the next run', (times, message) => {
    const simulation = new Simulation()
    const event = simulation.event()
    const log = broken(simulation, event, times)
    simulation.schedule(1, () => event.succeed())
    expect(() => simulation.run()).toThrow(message)
    expect(log).toEqual(['told', 'waited'])
    simulation.run()
    expect(log).toEqual(['told', 'waited', 2])
  })
})

describe('infinite and enormous observations', () => {
  test('have the mean they should', () => {
    const tally = new Tally()
    for (const value of [1, Number.POSITIVE_INFINITY, 2]) tally.record(value)
    expect([tally.mean, tally.variance, tally.maximum, tally.quantile(0.5)]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2,
    ])
    expect(() => tally.histogram(3)).toThrow('no equal bins')
    expect([...tally.histogram([0, 1.5, 3]).weights]).toEqual([1, 1])
    tally.record(Number.NEGATIVE_INFINITY)
    expect(tally.mean).toBeNaN()
    tally.reset()
    for (const value of [1.5e308, -1.5e308]) tally.record(value)
    expect(tally.mean).toBe(0)
  })

  test('count for the time they last', () => {
    const simulation = new Simulation()
    const monitor = new LevelMonitor(simulation, { initial: Number.POSITIVE_INFINITY })
    monitor.record(2)
    simulation.run(1)
    expect(monitor.mean).toBe(2)
    monitor.record(Number.POSITIVE_INFINITY)
    simulation.run(2)
    expect([monitor.mean, monitor.integral]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  })
})

test('work at a rate too low to ever end waits for a better one', () => {
  const simulation = new Simulation()
  const flow = new Flow(simulation, 10, 5e-324)
  const processor = new ProcessorSharing(simulation, { capacity: 5e-324 })
  const job = processor.submit(10)
  expect(simulation.pending).toBe(0)
  simulation.schedule(3, () => {
    flow.setRate(5)
    processor.setCapacity(10)
  })
  simulation.run()
  expect([flow.processed, job.processed, simulation.now]).toEqual([true, true, 5])
  expect(() => processor.submit(1, { weight: 5e-324 })).toThrow('too small')
  expect(processor.count).toBe(0)
})

test('a trigger with a priority that is none leaves the event as it was', () => {
  const simulation = new Simulation()
  const event = simulation.event<string>()
  expect(() => event.succeed('value', 0.5)).toThrow('priority')
  expect(() => event.fail(new Error('failure'), 0.5)).toThrow('priority')
  expect([event.pending, event.value, simulation.pending]).toEqual([true, undefined, 0])
  event.succeed('value')
  expect(() => event.succeed('again')).toThrow('already been triggered')
  expect(simulation.pending).toBe(1)
})
