import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Flow, Simulation } from '../../core/kernel/index.js'

describe('a flow', () => {
  test('at a constant rate ends at exactly amount / rate, even if the rate is set again', () => {
    const simulation = new Simulation()
    const flow = new Flow(simulation, 6.422528e7, 3.1e6)
    for (let i = 1; i < 20; i++) simulation.schedule(i, () => flow.setRate(3.1e6))
    simulation.run(flow)
    expect(simulation.now).toBe(6.422528e7 / 3.1e6)
  })

  test('follows its rate, and stands still at 0', () => {
    const simulation = new Simulation()
    const flow = new Flow(simulation, 10)
    expect(flow.rate).toBe(0)
    simulation.schedule(1, () => flow.setRate(2))
    simulation.schedule(3, () => flow.setRate(0))
    simulation.schedule(10, () => {
      expect(flow.remaining).toBe(6)
      flow.setRate(3)
    })
    simulation.run(flow)
    expect([simulation.now, flow.remaining]).toEqual([12, 0])
  })

  test('does as much as the integral of its rate', () => {
    const step = fc.record({
      duration: fc.double({ min: 0.01, max: 2, noNaN: true }),
      rate: fc.double({ min: 0, max: 5, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const simulation = new Simulation()
        const flow = new Flow(simulation, 20)
        let at = 0
        let integral = 0
        let end = Number.POSITIVE_INFINITY
        for (const { duration, rate } of steps) {
          simulation.scheduleAt(at, () => flow.setRate(rate))
          if (end === Number.POSITIVE_INFINITY && integral + rate * duration >= 20) {
            end = at + (20 - integral) / rate
          }
          integral += rate * duration
          at += duration
        }
        simulation.run(at)
        if (integral > 20 * (1 + 1e-9)) {
          expect(flow.processed).toBe(true)
          expect(end).toBeLessThanOrEqual(at)
        } else if (integral < 20 * (1 - 1e-9)) {
          expect(20 - flow.remaining).toBeCloseTo(integral, 9)
        }
      }),
    )
  })

  test('may be given up', () => {
    const simulation = new Simulation()
    const flow = new Flow(simulation, 10, 1)
    simulation.schedule(4, () => {
      expect(flow.cancel()).toBe(true)
      expect(flow.cancel()).toBe(false)
    })
    simulation.run()
    expect([simulation.now, flow.remaining, flow.triggered]).toEqual([4, 6, false])
  })

  test('without work ends at once; nonsense is refused', () => {
    const simulation = new Simulation()
    simulation.run(new Flow(simulation, 0))
    expect(simulation.now).toBe(0)
    expect(() => new Flow(simulation, -1)).toThrow('amount')
    expect(() => new Flow(simulation, 1, Number.NaN)).toThrow('rate')
  })
})
