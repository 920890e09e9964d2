import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Event, RandomStreams, Simulation } from '../../../core/kernel/index.js'
import { type Assignment, evaluateRound, type RoundNetwork, SITS_OUT } from '../../../core/plugin/index.js'
import { type Direction, Radio } from '../../../core/simulation/dynamics/radio.js'
import { agree, instances } from './rounds.js'

interface Transfer {
  readonly client: number
  readonly bits: number
  readonly done: Event
  /** Integral of the rate so far, bit. */
  sent: number
}

/** What the equations say of the rates when only these clients transmit. */
function ratesOf(network: RoundNetwork, assignment: Assignment, active: Set<number>, direction: Direction) {
  const present = assignment.map((slot, client) => (active.has(client) ? slot : SITS_OUT))
  const cost = evaluateRound(network, present)
  return direction === 'uplink' ? cost.uplinkRate : cost.downlinkRate
}

/** Starts and stops transfers at random times, and looks at every rate between any two events. */
function exercise(network: RoundNetwork, assignment: Assignment, seed: number, direction: Direction): void {
  const random = new RandomStreams(seed).stream('transfers')
  const simulation = new Simulation()
  const radio = new Radio(simulation, network, assignment, direction)
  const onAir = new Map<number, Transfer>()
  const idle = [...assignment.keys()].filter((client) => assignment[client] !== SITS_OUT)
  const mean = 1e8 / network.bandwidthHz
  for (const client of idle) {
    const start = () => {
      const bits = random.uniform(1e6, 1e9)
      const done = radio.start(client, bits)
      const transfer = { client, bits, done, sent: 0 }
      onAir.set(client, transfer)
      done.onProcessed(() => {
        expect(onAir.get(client)).toBe(transfer)
        onAir.delete(client)
        expect(agree(transfer.sent, bits)).toBe(true)
        if (random.next() < 0.5) simulation.schedule(random.exponential(mean), start)
      })
      if (random.next() < 0.3) {
        simulation.schedule(random.exponential(3 * mean), () => {
          if (onAir.get(client) !== transfer || done.triggered) return
          const left = radio.stop(client)
          onAir.delete(client)
          expect(agree(bits - left, transfer.sent, bits)).toBe(true)
        })
      }
    }
    simulation.schedule(random.exponential(mean), start)
  }
  for (let step = 0; step < 400 && simulation.peek() < Infinity; step++) {
    const rates = new Map([...onAir.keys()].map((client) => [client, radio.rateOf(client)]))
    const active = new Set(
      [...onAir.values()].flatMap(({ client, done }) => (done.triggered ? [] : [client])),
    )
    const expected = ratesOf(network, assignment, active, direction)
    for (const [client, rate] of rates)
      expect(agree(rate, active.has(client) ? expected[client] : 0)).toBe(true)
    const elapsed = simulation.peek() - simulation.now
    for (const transfer of onAir.values()) transfer.sent += (rates.get(transfer.client) as number) * elapsed
    simulation.step()
  }
}

describe.each(['uplink', 'downlink'] as const)('%s', (direction) => {
  test('rates are those of whoever is on the air, and their integral is what was sent', () => {
    fc.assert(
      fc.property(instances, ({ network, assignment, seed }) =>
        exercise(network, assignment, seed, direction),
      ),
      { numRuns: 60 },
    )
  })
})

test('a transfer that is taken off the air never ends, and leaves the channel to the others', () => {
  const [{ network }] = fc.sample(instances, { seed: 3, numRuns: 1 })
  const two: RoundNetwork = { ...network, clients: 2, servers: 1, channels: 1 }
  const simulation = new Simulation()
  const radio = new Radio(simulation, two, Int32Array.of(0, 0), 'uplink')
  const [first, second] = [radio.start(0, 1e8), radio.start(1, 1e8)]
  const shared = radio.rateOf(1)
  expect(radio.stop(0)).toBe(1e8)
  expect(radio.rateOf(0)).toBe(0)
  expect(radio.rateOf(1)).toBeGreaterThan(shared)
  simulation.run(second)
  expect(first.triggered).toBe(false)
  expect(simulation.pending).toBe(0)
  expect(radio.airTimeOf(0)).toBe(0)
  expect(radio.airTimeOf(1)).toBe(simulation.now)
})
