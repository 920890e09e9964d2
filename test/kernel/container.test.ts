import { describe, expect, test } from 'vitest'
import { Container, Simulation } from '../../core/kernel/index.js'

describe('a container', () => {
  test('makes who gets wait until enough is there', () => {
    const simulation = new Simulation()
    const tank = new Container(simulation, { capacity: 10, initial: 1 })
    const log: unknown[] = []
    simulation.process(function* () {
      yield* tank.get(4)
      log.push(['got', simulation.now, tank.level])
    })
    simulation.process(function* () {
      yield* simulation.timeout(1)
      yield* tank.put(2)
      yield* simulation.timeout(1)
      yield* tank.put(2)
    })
    simulation.run()
    expect(log).toEqual([['got', 2, 1]])
  })

  test('makes who puts wait until there is room', () => {
    const simulation = new Simulation()
    const tank = new Container(simulation, { capacity: 10, initial: 9 })
    const log: unknown[] = []
    simulation.process(function* () {
      yield* tank.put(4)
      log.push(['put', simulation.now, tank.level])
    })
    simulation.schedule(3, () => tank.get(3))
    simulation.run()
    expect(log).toEqual([['put', 3, 10]])
  })

  test('serves in order: a small demand does not overtake a large one, unless that is withdrawn', () => {
    const simulation = new Simulation()
    const tank = new Container(simulation, { capacity: 10 })
    const large = tank.get(8)
    const small = tank.get(1)
    tank.put(2)
    expect([large.triggered, small.triggered]).toEqual([false, false])
    expect(large.cancel()).toBe(true)
    expect([small.triggered, tank.level]).toEqual([true, 1])
    expect(small.cancel()).toBe(false)
  })

  test('refuses what can never be', () => {
    const simulation = new Simulation()
    const tank = new Container(simulation, { capacity: 10 })
    for (const amount of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 11]) {
      expect(() => tank.put(amount)).toThrow('container.put')
      expect(() => tank.get(amount)).toThrow('container.get')
    }
    expect(() => new Container(simulation, { capacity: 0 })).toThrow('capacity')
    expect(() => new Container(simulation, { capacity: 5, initial: 6 })).toThrow('between 0 and 5')
  })
})
