import { describe, expect, test } from 'vitest'
import { runInRealTime, Simulation } from '../../core/kernel/index.js'

/** A clock that advances only when somebody waits. */
function manualClock() {
  let seconds = 100
  return {
    clock: () => seconds,
    wait: async (duration: number) => {
      seconds += duration
    },
    advance: (duration: number) => {
      seconds += duration
    },
  }
}

describe('real time', () => {
  test('lets events happen at their time times the factor', async () => {
    const simulation = new Simulation()
    const { clock, wait } = manualClock()
    const log: [number, number][] = []
    for (const at of [1, 2.5]) simulation.schedule(at, () => log.push([simulation.now, clock() - 100]))
    await runInRealTime(simulation, { factor: 0.2, clock, wait })
    expect(log.map(([time]) => time)).toEqual([1, 2.5])
    expect(log[0][1]).toBeCloseTo(0.2, 9)
    expect(log[1][1]).toBeCloseTo(0.5, 9)
  })

  test('waits until its end, too', async () => {
    const simulation = new Simulation()
    const { clock, wait } = manualClock()
    simulation.schedule(1, () => {})
    await runInRealTime(simulation, { until: 3, clock, wait })
    expect(simulation.now).toBe(3)
    expect(clock() - 100).toBeCloseTo(3, 9)
  })

  test('catches up when it has fallen behind, unless that is forbidden', async () => {
    for (const strict of [undefined, false, true]) {
      const simulation = new Simulation()
      const { clock, wait, advance } = manualClock()
      simulation.schedule(1, () => advance(5))
      simulation.schedule(2, () => {})
      const run = runInRealTime(simulation, { clock, wait, ...(strict === undefined ? {} : { strict }) })
      if (strict) await expect(run).rejects.toThrow('4.000 s behind real time at 2')
      else await run
    }
  })

  test('takes up what is scheduled from outside while it waits', async () => {
    const simulation = new Simulation()
    const { clock, wait } = manualClock()
    const log: number[] = []
    simulation.schedule(10, () => log.push(simulation.now))
    let waits = 0
    await runInRealTime(simulation, {
      clock,
      wait: async (seconds) => {
        if (++waits === 3) simulation.schedule(1, () => log.push(simulation.now))
        await wait(seconds)
      },
    })
    expect(log).toEqual([1, 10])
  })

  test('really waits', async () => {
    const simulation = new Simulation()
    simulation.schedule(1, () => {})
    const start = performance.now()
    await runInRealTime(simulation, { factor: 0.06 })
    expect(performance.now() - start).toBeGreaterThan(55)
  })

  test('refuses a factor that is none', async () => {
    await expect(runInRealTime(new Simulation(), { factor: 0 })).rejects.toThrow('factor')
    await expect(runInRealTime(new Simulation(), { until: -1 })).rejects.toThrow('present 0')
  })
})
