import { describe, test, vi } from 'vitest'
import {
  LevelMonitor,
  ProcessorSharing,
  RandomStreams,
  Resource,
  Simulation,
  Store,
  Tally,
} from '../../core/kernel/index.js'
import { expectWithinConfidence, replicate, scale } from './replications.js'

vi.setConfig({ testTimeout: 300_000 * scale })

const streams = new RandomStreams('queueing theory')
const CUSTOMERS = 20_000 * scale
const WARM_UP = 1000

interface Station {
  readonly servers: number
  /** Mean time between arrivals. */
  readonly interarrival: number
  service(replication: number): () => number
}

/** A station with Poisson arrivals: mean wait, mean time in the system and mean number in it. */
function station(name: string, { servers, interarrival, service }: Station) {
  return (replication: number): number[] => {
    const simulation = new Simulation()
    const resource = new Resource(simulation, { capacity: servers })
    const arrivals = streams.stream(`${name}/arrivals`, replication)
    const nextService = service(replication)
    const waits = new Tally({ history: false })
    const sojourns = new Tally({ history: false })
    const inSystem = new LevelMonitor(simulation, { history: false })
    function* customer(index: number) {
      const arrived = simulation.now
      inSystem.add(1)
      const request = resource.request()
      yield* request
      if (index >= WARM_UP) waits.record(simulation.now - arrived)
      yield* simulation.timeout(nextService())
      resource.release(request)
      inSystem.add(-1)
      if (index >= WARM_UP) sojourns.record(simulation.now - arrived)
    }
    simulation.process(function* source() {
      for (let i = 0; i < CUSTOMERS; i++) {
        yield* simulation.timeout(arrivals.exponential(interarrival))
        if (i === WARM_UP) inSystem.reset()
        simulation.process(customer(i))
      }
      simulation.stop()
    })
    simulation.run()
    return [waits.mean, sojourns.mean, inSystem.mean]
  }
}

/** Exponential service with the given mean. */
const exponential = (name: string, mean: number) => (replication: number) => {
  const random = streams.stream(`${name}/service`, replication)
  return () => random.exponential(mean)
}

/** Erlang C: the probability that an arrival must wait, for c servers and an offered load a (Erlang, 1917). */
function erlangC(c: number, a: number): number {
  let term = 1
  let sum = 0
  for (let k = 0; k < c; k++) {
    sum += term
    term *= a / (k + 1)
  }
  const full = (term * c) / (c - a)
  return full / (sum + full)
}

describe('stations with Poisson arrivals', () => {
  test('M/M/1: wait ρ/(μ-λ), time 1/(μ-λ), number ρ/(1-ρ)', () => {
    const load = 0.7
    const [wait, sojourn, number] = replicate(
      station('M/M/1', { servers: 1, interarrival: 1 / load, service: exponential('M/M/1', 1) }),
    )
    expectWithinConfidence(wait, load / (1 - load))
    expectWithinConfidence(sojourn, 1 / (1 - load))
    expectWithinConfidence(number, load / (1 - load))
  })

  test('M/M/3: Erlang C', () => {
    const servers = 3
    const load = 2.1
    const [wait, sojourn] = replicate(
      station('M/M/3', { servers, interarrival: 1 / load, service: exponential('M/M/3', 1) }),
    )
    const expected = erlangC(servers, load) / (servers - load)
    expectWithinConfidence(wait, expected)
    expectWithinConfidence(sojourn, expected + 1)
  })

  test('M/D/1: wait ρ/(2μ(1-ρ)), half that of M/M/1 (Pollaczek and Khinchine)', () => {
    const load = 0.7
    const [wait] = replicate(station('M/D/1', { servers: 1, interarrival: 1 / load, service: () => () => 1 }))
    expectWithinConfidence(wait, load / (2 * (1 - load)))
  })
})

describe('M/G/1 processor sharing', () => {
  // The mean time in the system depends on the service time through its mean only: E[S] / (1-ρ).
  const load = 0.6
  test.each([
    ['exponential', (name: string, r: number) => exponential(name, 1)(r)],
    ['constant', () => () => 1],
    [
      'hyperexponential',
      (name: string, r: number) => {
        const random = streams.stream(`${name}/service`, r)
        return () => (random.next() < 0.9 ? random.exponential(0.5) : random.exponential(5.5))
      },
    ],
  ] as [string, (name: string, replication: number) => () => number][])(
    'with %s service',
    (kind, service) => {
      const name = `M/G/1-PS/${kind}`
      const [sojourn, number] = replicate((replication) => {
        const simulation = new Simulation()
        const processor = new ProcessorSharing(simulation, { capacity: 1 })
        const arrivals = streams.stream(`${name}/arrivals`, replication)
        const nextService = service(name, replication)
        const sojourns = new Tally({ history: false })
        const inSystem = new LevelMonitor(simulation, { history: false })
        simulation.process(function* source() {
          for (let i = 0; i < CUSTOMERS; i++) {
            yield* simulation.timeout(arrivals.exponential(1 / load))
            if (i === WARM_UP) inSystem.reset()
            const arrived = simulation.now
            inSystem.add(1)
            processor.submit(nextService()).onProcessed(() => {
              inSystem.add(-1)
              if (i >= WARM_UP) sojourns.record(simulation.now - arrived)
            })
          }
          simulation.stop()
        })
        simulation.run()
        return [sojourns.mean, inSystem.mean]
      })
      expectWithinConfidence(sojourn, 1 / (1 - load))
      expectWithinConfidence(number, load / (1 - load))
    },
  )
})

describe('M/M/1/K', () => {
  test('loses arrivals with probability (1-ρ)ρᴷ/(1-ρᴷ⁺¹)', () => {
    const load = 0.9
    const places = 4
    const [loss, number] = replicate((replication) => {
      const simulation = new Simulation()
      const resource = new Resource(simulation)
      const arrivals = streams.stream('M/M/1/K/arrivals', replication)
      const services = streams.stream('M/M/1/K/service', replication)
      const inSystem = new LevelMonitor(simulation, { history: false })
      let lost = 0
      simulation.process(function* source() {
        for (let i = 0; i < CUSTOMERS; i++) {
          yield* simulation.timeout(arrivals.exponential(1 / load))
          if (inSystem.level === places) {
            lost++
            continue
          }
          inSystem.add(1)
          simulation.process(function* customer() {
            yield* resource.use(() => hold(services.exponential()))
            inSystem.add(-1)
          })
        }
        simulation.stop()
      })
      function* hold(duration: number) {
        yield* simulation.timeout(duration)
      }
      simulation.run()
      return [lost / CUSTOMERS, inSystem.mean]
    })
    const probability = (n: number) => ((1 - load) * load ** n) / (1 - load ** (places + 1))
    expectWithinConfidence(loss, probability(places))
    expectWithinConfidence(
      number,
      Array.from({ length: places + 1 }, (_, n) => n * probability(n)).reduce((a, b) => a + b),
    )
  })
})

describe('Jackson network', () => {
  test('each station is an M/M/1 queue of its own', () => {
    // Arrivals at 0.5 to station 0; from 0 half go on to 1 and half to 2; from 1 and 2 a fifth goes back to 0.
    const external = 0.5
    const rates = [1, 0.6, 0.5]
    const routes = [
      [0, 0.5, 0.5],
      [0.2, 0, 0],
      [0.2, 0, 0],
    ]
    // Traffic equations: λ0 = 0.5 + 0.2 (λ1 + λ2), λ1 = λ2 = λ0 / 2.
    const through = [external / 0.8, external / 1.6, external / 1.6]
    const numbers = replicate((replication) => {
      const simulation = new Simulation()
      const random = streams.stream('Jackson', replication)
      const stores = rates.map(() => new Store<number>(simulation))
      const levels = rates.map(() => new LevelMonitor(simulation, { history: false }))
      const enter = (at: number, customer: number) => {
        levels[at].add(1)
        stores[at].put(customer)
      }
      rates.forEach((rate, at) => {
        simulation.process(function* server() {
          for (;;) {
            const customer = yield* stores[at].get()
            yield* simulation.timeout(random.exponential(1 / rate))
            levels[at].add(-1)
            let draw = random.next()
            for (const [next, probability] of routes[at].entries()) {
              draw -= probability
              if (draw >= 0) continue
              enter(next, customer)
              break
            }
          }
        })
      })
      simulation.process(function* source() {
        for (let i = 0; i < CUSTOMERS; i++) {
          yield* simulation.timeout(random.exponential(1 / external))
          if (i === WARM_UP) for (const level of levels) level.reset()
          enter(0, i)
        }
        simulation.stop()
      })
      simulation.run()
      return levels.map((level) => level.mean)
    })
    numbers.forEach((number, at) => {
      const load = through[at] / rates[at]
      expectWithinConfidence(number, load / (1 - load))
    })
  })
})
