import { describe, expect, test } from 'vitest'
import { Counter, LevelMonitor, Simulation, Tally } from '../../core/kernel/index.js'

describe('a tally', () => {
  test('has the textbook statistics', () => {
    const tally = new Tally()
    for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) tally.record(value)
    expect(tally.count).toBe(8)
    expect(tally.mean).toBe(5)
    expect(tally.variance).toBeCloseTo(32 / 7, 12)
    expect(tally.standardDeviation).toBeCloseTo(Math.sqrt(32 / 7), 12)
    expect([tally.minimum, tally.maximum]).toEqual([2, 9])
    expect([0, 0.5, 0.75, 1].map((q) => tally.quantile(q))).toEqual([2, 4, 5, 9])
    expect([...tally.histogram([2, 4, 6, 9]).weights]).toEqual([1, 5, 2])
    expect([...tally.histogram(7).weights]).toEqual([1, 0, 3, 2, 0, 1, 1])
  })

  test('keeps its variance where squares would cancel', () => {
    const tally = new Tally({ history: false })
    for (const value of [4, 7, 13, 16]) tally.record(1e9 + value)
    expect(tally.variance).toBe(30)
    expect(() => tally.quantile(0.5)).toThrow('history')
  })

  test('is not a number without observations, and refuses what is none', () => {
    const tally = new Tally()
    expect([tally.mean, tally.variance, tally.minimum, tally.quantile(0.5)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
    expect(() => tally.record(Number.NaN)).toThrow('NaN')
    expect(() => tally.quantile(1.5)).toThrow('between 0 and 1')
    tally.record(3)
    tally.reset()
    expect(tally.count).toBe(0)
  })
})

describe('a level monitor', () => {
  function stairs() {
    const simulation = new Simulation()
    const monitor = new LevelMonitor(simulation, { initial: 1 })
    // 1 for two units of time, 4 for one, 0 for five.
    simulation.schedule(2, () => monitor.record(4))
    simulation.schedule(3, () => monitor.add(-4))
    simulation.run(8)
    return { simulation, monitor }
  }

  test('has no spread as long as no time has passed', () => {
    const monitor = new LevelMonitor(new Simulation(), { initial: 3 })
    expect([monitor.mean, monitor.variance, monitor.standardDeviation, monitor.integral]).toEqual([
      3, 0, 0, 0,
    ])
  })

  test('weighs by time', () => {
    const { monitor } = stairs()
    expect(monitor.duration).toBe(8)
    expect(monitor.integral).toBeCloseTo(6, 12)
    expect(monitor.mean).toBeCloseTo(6 / 8, 12)
    expect(monitor.variance).toBeCloseTo((2 * 1 + 1 * 16) / 8 - (6 / 8) ** 2, 12)
    expect([monitor.minimum, monitor.maximum, monitor.level]).toEqual([0, 4, 0])
    expect([0.5, 0.625, 0.7, 0.9].map((q) => monitor.quantile(q))).toEqual([0, 0, 1, 4])
    expect([...monitor.histogram([0, 1, 2, 5]).weights]).toEqual([5, 2, 1])
  })

  test('forgets a warm-up but not the level', () => {
    const { simulation, monitor } = stairs()
    monitor.record(2)
    monitor.reset()
    expect(monitor.mean).toBe(2)
    simulation.run(10)
    expect([monitor.mean, monitor.duration, monitor.minimum]).toEqual([2, 2, 2])
  })
})

test('a counter counts, per unit of time', () => {
  const simulation = new Simulation()
  const counter = new Counter(simulation)
  for (let i = 0; i < 6; i++) simulation.schedule(i, () => counter.increment(2))
  simulation.run(4)
  expect([counter.count, counter.rate]).toEqual([8, 2])
  counter.reset()
  simulation.run(8)
  expect([counter.count, counter.rate]).toEqual([4, 1])
})
