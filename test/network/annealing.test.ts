import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RandomStream, RandomStreams } from '../../core/kernel/index.js'
import type { AnnealingSchedule } from '../../core/network/evaluator.js'
import { type Assignment, Evaluator, evaluateRound, type RoundNetwork } from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const sizes = fc.record({
  seed: fc.nat(),
  clients: fc.integer({ min: 1, max: 9 }),
  servers: fc.integer({ min: 1, max: 3 }),
  channels: fc.integer({ min: 3, max: 5 }),
})

const schedules = fc.record({
  steps: fc.integer({ min: 1, max: 150 }),
  initialTemperature: fc.constantFrom(1e-9, 0.01, 0.3, 5),
  finalTemperature: fc.constantFrom(1e-9, 0.01, 0.3),
})

function annealed(seed: number, size: { clients: number; servers: number; channels: number }) {
  const roomy = { ...size, clients: Math.min(size.clients, size.servers * size.channels) }
  const network = randomNetwork(seed, roomy)
  const streams = new RandomStreams(seed)
  const slots = Array.from({ length: size.servers * size.channels }, (_, slot) => slot)
  const start = Int32Array.from(streams.stream('start').shuffle(slots).slice(0, network.clients))
  return { network, start, clients: [...start.keys()], random: () => streams.stream('annealing') }
}

describe('simulated annealing', () => {
  test('is what it is told to be, draw by draw, every candidate evaluated in full', () => {
    fc.assert(
      fc.property(sizes, schedules, ({ seed, ...size }, schedule) => {
        const { network, start, clients, random } = annealed(seed, size)
        const [ours, theirs] = [random(), random()]
        const evaluator = new Evaluator(network, start)
        evaluator.anneal(clients, schedule, ours)
        expect(evaluator.assignment()).toEqual(plainAnnealing(network, start, schedule, theirs))
        expect(ours.save()).toEqual(theirs.save())
      }),
      { numRuns: 40 },
    )
  })
})

/** The algorithm as it is told: temperatures are shares of the cost to begin with and fall geometrically. */
function plainAnnealing(
  network: RoundNetwork,
  start: Assignment,
  { steps, initialTemperature, finalTemperature }: AnnealingSchedule,
  random: RandomStream,
): Assignment {
  const costOf = (assignment: Assignment) => evaluateRound(network, assignment).cost
  const cooling = (finalTemperature / initialTemperature) ** (1 / steps)
  const slots = network.servers * network.channels
  let [now, best] = [start, start]
  let temperature = initialTemperature * costOf(start)
  for (let step = 0; step < steps; step++, temperature *= cooling) {
    const client = random.integer(network.clients)
    const moves = random.next() < 0.5
    const target = random.integer(moves ? slots : network.clients)
    if (moves ? now.includes(target) : target === client) continue
    const other = moves ? now.with(client, target) : now.with(client, now[target]).with(target, now[client])
    if (!(costOf(other) <= costOf(now) + random.exponential(temperature))) continue
    now = other
    if (costOf(now) < costOf(best)) best = now
  }
  return best
}
