import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Event, Interrupt, Simulation } from '../../core/kernel/index.js'

function logging() {
  const simulation = new Simulation()
  const log: unknown[] = []
  return { simulation, log }
}

describe('a timeout', () => {
  test('wakes all who wait for it, in the order they came', () => {
    const { simulation, log } = logging()
    const timeout = simulation.timeout(2)
    for (const name of ['a', 'b']) {
      simulation.process(function* () {
        yield* timeout
        log.push(name, simulation.now)
      })
    }
    simulation.schedule(1, () => timeout.onProcessed(() => log.push('c', simulation.now)))
    simulation.run()
    expect(log).toEqual(['a', 2, 'b', 2, 'c', 2])
  })

  test('is processed once its time has come, whether somebody waits or not', () => {
    const { simulation, log } = logging()
    const [alone, awaited] = [simulation.timeout(1), simulation.timeout(1)]
    simulation.process(function* () {
      log.push(alone.processed, awaited.processed)
      yield* awaited
      log.push(alone.processed, awaited.processed)
      yield* alone
      log.push(simulation.now)
    })
    simulation.run()
    expect(log).toEqual([false, false, true, true, 1])
  })

  test('whose slot is used again is not taken for what is there now', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      const early = simulation.timeout(1)
      yield* early
      const late = simulation.timeout(5)
      expect(late.slot).toBe(early.slot)
      expect([early.processed, late.processed]).toEqual([true, false])
      expect(early.cancel()).toBe(false)
      yield* early
      log.push(simulation.now)
      yield* late
      log.push(simulation.now)
    })
    simulation.run()
    expect(log).toEqual([1, 6])
  })

  test('that is withdrawn wakes nobody, and is never processed', () => {
    const { simulation, log } = logging()
    const timeout = simulation.timeout(2)
    const sleeper = simulation.process(function* () {
      yield* timeout
      log.push('never')
    })
    simulation.schedule(1, () => log.push(timeout.cancel(), timeout.cancel()))
    simulation.schedule(3, () => log.push(timeout.processed, sleeper.alive))
    simulation.run()
    expect(log).toEqual([true, false, false, true])
  })

  test('may be part of a condition while a process waits for it', () => {
    const { simulation, log } = logging()
    const timeout = simulation.timeout(2)
    simulation.process(function* () {
      yield* timeout
      log.push('timeout', simulation.now)
    })
    simulation.process(
      function* () {
        const occurred = yield* simulation.anyOf([simulation.timeout(9), timeout])
        log.push('condition', occurred.first === timeout, simulation.now)
      },
      { at: 1 },
    )
    simulation.run()
    expect(log).toEqual(['timeout', 2, 'condition', true, 2])
  })

  test('is waited for with a plain yield, too', () => {
    const { simulation, log } = logging()
    simulation.process(function* () {
      yield simulation.timeout(1)
      const kept = simulation.timeout(1)
      yield simulation.timeout(2)
      yield kept
      log.push(simulation.now)
    })
    simulation.run()
    expect(log).toEqual([3])
  })
})

describe('the target of a process', () => {
  test('is what it waits for', () => {
    const { simulation, log } = logging()
    const event = simulation.event()
    const process = simulation.process(function* () {
      yield* event
      yield* simulation.timeout(2)
    })
    expect(process.target).toBeUndefined()
    simulation.schedule(1, () => {
      log.push(process.target === event)
      event.succeed()
    })
    simulation.schedule(2, () => {
      const { target } = process
      log.push(target?.label, target === process.target, target?.processed)
      target?.onProcessed(() => log.push(simulation.now))
    })
    simulation.run()
    expect(log).toEqual([true, 'timeout', true, false, 3])
    expect(process.target).toBeUndefined()
  })

  test('stands for the timeout itself: waited for, joined and withdrawn by either', () => {
    const { simulation, log } = logging()
    const timeouts = [simulation.timeout(4), simulation.timeout(4), simulation.timeout(4)]
    const processes = timeouts.map((timeout) =>
      simulation.process(function* () {
        yield* timeout
        log.push('woken')
      }),
    )
    simulation.schedule(1, () => {
      const [kept, byTarget, byName] = processes.map((process) => process.target)
      kept?.onProcessed(() => log.push('target'))
      timeouts[0].onProcessed(() => log.push('timeout'))
      expect(processes[0].target).toBe(kept)
      log.push(byTarget?.cancel(), timeouts[1].cancel(), timeouts[2].cancel(), byName?.cancel())
    })
    simulation.run()
    expect(log).toEqual([true, false, true, false, 'woken', 'target', 'timeout'])
    expect(timeouts.map((timeout) => timeout.processed)).toEqual([true, false, false])
  })

  test('stands for a timeout that its process has kept, too', () => {
    const { simulation, log } = logging()
    let kept = simulation.event<void>()
    const process = simulation.process(function* () {
      kept = simulation.timeout(4)
      yield* kept
      log.push('woken')
    })
    simulation.schedule(1, () => {
      const { target } = process
      kept.onProcessed(() => log.push('kept'))
      target?.onProcessed(() => log.push('target'))
      expect(process.target).toBe(target)
    })
    simulation.run()
    expect(log).toEqual(['woken', 'kept', 'target'])
    expect(kept.processed).toBe(true)
  })

  test('withdrawn too late does nothing to a timeout that has its slot by now', () => {
    const { simulation } = logging()
    const process = simulation.process(function* () {
      yield* simulation.timeout(1)
    })
    simulation.run(0.5)
    const { target } = process
    simulation.run(2)
    const later = Array.from({ length: 20 }, () => simulation.timeout(1))
    expect(later.map(({ slot }) => slot)).toContain(target?.slot)
    expect(target?.cancel()).toBe(false)
    simulation.run(4)
    expect(later.every(({ processed }) => processed)).toBe(true)
  })
})

/** What a process of a random program does with one of the timeouts they share. */
interface Step {
  readonly does: 'wait' | 'make' | 'either' | 'both' | 'interrupt' | 'cancel' | 'join' | 'target'
  readonly which: number
  readonly delay: number
}

/**
 * Runs a program and returns what happened. A timeout without a value is scheduled in another way than one with a value,
 * which is an ordinary event in the queue; nobody must be able to tell.
 */
function trace(programs: readonly (readonly Step[])[], value: null | undefined): unknown[] {
  const { simulation, log } = logging()
  const timeout = (delay: number) => simulation.timeout(delay, value) as Event<unknown>
  const shared = [timeout(1), timeout(2), timeout(2)]
  const processes = programs.map((steps, name) =>
    simulation.process(function* () {
      for (const { does, which, delay } of steps) {
        const other = shared[which % shared.length]
        const process = processes[which % processes.length]
        try {
          if (does === 'wait') yield* other
          else if (does === 'make') {
            shared[which % shared.length] = timeout(delay)
            yield* timeout(delay)
          } else if (does === 'either') yield* simulation.anyOf([other, timeout(delay)])
          else if (does === 'both') yield* simulation.allOf([other, timeout(delay)])
          else if (does === 'interrupt' && process.alive && process !== simulation.activeProcess) {
            process.interrupt(name)
          } else if (does === 'cancel') log.push([name, other.cancel()])
          else if (does === 'join') other.onProcessed(() => log.push([name, 'joined', simulation.now]))
          else if (does === 'target') log.push([name, process.target?.label, process.target?.cancel()])
        } catch (error) {
          log.push([name, (error as Interrupt).cause])
          if (!(error instanceof Interrupt)) throw error
        }
        log.push([name, does, simulation.now, shared.map((each) => each.processed), simulation.pending])
      }
    }),
  )
  simulation.observe(({ time, priority, sequence, label, process }) =>
    log.push([time, priority, sequence, label, process]),
  )
  simulation.run()
  return [...log, simulation.now, processes.map(({ alive, target }) => [alive, target?.processed])]
}

describe('whether a timeout has a value', () => {
  test('makes no other difference', () => {
    const step = fc.record({
      does: fc.constantFrom(
        ...(['wait', 'make', 'either', 'both', 'interrupt', 'cancel', 'join', 'target'] as const),
      ),
      which: fc.nat(5),
      delay: fc.nat(3),
    })
    const programs = fc.array(fc.array(step, { maxLength: 8 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(programs, (program) => {
        expect(trace(program, undefined)).toEqual(trace(program, null))
      }),
      { numRuns: 500 },
    )
  })
})
