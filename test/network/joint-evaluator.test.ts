import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RandomStream, RandomStreams } from '../../core/kernel/index.js'
import {
  type Access,
  type ClientChoice,
  type CutLoad,
  type Decision,
  Evaluator,
  evaluateRound,
  type RoundNetwork,
  SITS_OUT,
} from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const cut = (share: number): CutLoad => ({
  name: `${share}`,
  headFlops: 4e9 * share,
  bodyFlops: 4.9e10 * (1 - share),
  uplinkBits: 6.4e7 * (1 - 0.7 * share),
  downlinkBits: 3.2e7 * (1 - 0.5 * share),
  uplinkBitsPerRound: 1e8 * share,
  bodyFlopsPerRound: 1e11,
})

/** A network in which everything may be decided that a round's evaluator knows. */
function jointNetwork(seed: number, access: Access, size: Record<string, number>): RoundNetwork {
  const random = new RandomStreams(seed).stream('joint')
  const network = randomNetwork(seed, size)
  const { clients } = network
  const draw = (low: number, high: number) =>
    Float64Array.from({ length: clients }, () => random.uniform(low, high))
  const sometimes = <T>(value: T) => (random.next() < 0.5 ? value : undefined)
  const optional = Object.fromEntries(
    Object.entries({
      receiveW: sometimes(draw(0, 0.3)),
      amplifierEfficiency: sometimes(draw(0.2, 1)),
      circuitW: sometimes(draw(0, 0.2)),
      bitsPerRound: sometimes({ uplink: draw(0, 1e9), downlink: draw(0, 1e9) }),
      prices: sometimes({
        energy: draw(0, 1).map((price) => (price < 0.3 ? 0 : price)),
        unserved: draw(0, 1e4),
        sample: draw(0, 10),
      }),
    }).filter(([, value]) => value !== undefined),
  )
  const asymmetric = random.next() < 0.5
  return {
    ...network,
    access,
    clientClockHz: draw(1e9, 3e9),
    clientCycles: draw(0, 1e10),
    switchedCapacitance: draw(1e-28, 1e-27),
    cuts: [cut(0.1), cut(0.5), cut(0.9)],
    payloads: [
      { name: 'small up', uplinkShare: 0.3, downlinkShare: 1 },
      { name: 'small down', uplinkShare: 0.6, downlinkShare: 0.4 },
    ],
    ...(!asymmetric && { downlinkGain: network.uplinkGain }),
    ...optional,
  }
}

type Variable = Exclude<keyof ClientChoice, 'slot'>
type Draws = Readonly<Record<Variable, (random: RandomStream, network: RoundNetwork, n: number) => number>>

const drawn: Draws = {
  powerW: (random, { clientPowerW }, n) => clientPowerW[n] * random.uniform(0.01, 1),
  serverPowerW: (random) => random.uniform(0.01, 1),
  clockHz: (random, { clientClockHz }, n) => (clientClockHz?.[n] ?? 0) * random.uniform(0.1, 1),
  share: (random) => random.uniform(0.05, 1),
  edgeShare: (random) => random.uniform(0.05, 1),
  samples: (random, { clientSamples }, n) => Math.floor(clientSamples[n] * random.next()),
  cut: (random) => random.integer(3),
  payload: (random) => random.integer(2),
  steps: (random) => 1 + random.integer(3),
  turn: (random) => [-3, 0, 2, 7, 11][random.integer(5)],
}

const oneOf = (random: RandomStream, ...values: readonly number[]) => values[random.integer(values.length)]

/** The same at the ends of what may be decided, and next to them: nothing of a slot or a server is never done. */
const drawnAtEnds: Draws = {
  powerW: (random, { clientPowerW }, n) => oneOf(random, 0, 1e-23, clientPowerW[n]),
  serverPowerW: (random, { serverPowerW }) => oneOf(random, 0, 1e-23, Math.min(...serverPowerW)),
  clockHz: (random, { clientClockHz }, n) => oneOf(random, 1, clientClockHz?.[n] ?? 0),
  share: (random) => oneOf(random, 0, 1e-12, 1),
  edgeShare: (random) => oneOf(random, 0, 1e-12, 1),
  samples: (random, { clientSamples }, n) => oneOf(random, 0, 1, clientSamples[n]),
  cut: (random) => oneOf(random, 0, 2),
  payload: (random) => oneOf(random, 0, 1),
  steps: (random) => oneOf(random, 1, 1e6),
  turn: (random) => oneOf(random, 0, 2 ** 31 - 1),
}

/** A decision with these variables, everybody's at random. */
function drawDecision(
  random: RandomStream,
  network: RoundNetwork,
  variables: readonly Variable[],
  draws = drawn,
): Decision {
  const { clients, servers, channels } = network
  const assignment = Int32Array.from({ length: clients }, () =>
    random.next() < 0.2 ? SITS_OUT : random.integer(servers * channels),
  )
  const whole = new Set<Variable>(['cut', 'payload', 'steps', 'turn'])
  const values = variables.map((name) => {
    const array = whole.has(name) ? new Int32Array(clients) : new Float64Array(clients)
    for (let n = 0; n < clients; n++) array[n] = draws[name](random, network, n)
    return [name, array] as const
  })
  return { assignment, ...Object.fromEntries(values) }
}

const near = (found: number, expected: number, what: string) => {
  const equal = Object.is(found, expected) || Math.abs(found - expected) <= 1e-12 * Math.abs(expected)
  expect(equal ? expected : found, what).toBe(expected)
}

/** That an evaluator and the reference agree on a decision. */
function agree(evaluator: Evaluator, network: RoundNetwork, decision: Decision, what: string): void {
  const { cost, time, energy, uplinkRate, downlinkRate } = evaluateRound(network, decision)
  expect(cost, `${what}: cost`).not.toBeNaN()
  near(evaluator.cost, cost, `${what}: cost`)
  near(evaluator.time, time, `${what}: time`)
  near(evaluator.energy, energy, `${what}: energy`)
  const rates = [...uplinkRate, ...downlinkRate].reduce((sum, rate) => sum + (rate || 0), 0)
  near(evaluator.sumRate, rates, `${what}: rates`)
}

const settings = fc
  .record({
    seed: fc.nat(),
    access: fc.constantFrom<Access>('channels', 'fdma', 'tdma'),
    clients: fc.integer({ min: 1, max: 9 }),
    servers: fc.integer({ min: 1, max: 4 }),
    channels: fc.integer({ min: 1, max: 4 }),
    variables: fc.subarray(Object.keys(drawn) as Variable[]),
  })
  // Whole channels have no shares.
  .map((setting) => ({
    ...setting,
    variables: setting.variables.filter((name) => name !== 'share' || setting.access !== 'channels'),
  }))

const runs = process.env.COTWIN_LONG ? 2000 : 150

describe('the evaluator beyond slots', () => {
  test.each([
    ['slots, powers, clocks, cuts, payloads, shares, samples, steps and turns', drawn],
    ['the ends of what each may be', drawnAtEnds],
  ])('agrees with the whole round over random walks: %s', (_, draws) => {
    fc.assert(
      fc.property(settings, ({ seed, access, variables, ...size }) => {
        const network = jointNetwork(seed, access, size)
        const random = new RandomStreams(seed).stream('walk')
        let decision = drawDecision(random, network, variables, draws)
        const evaluator = new Evaluator(network, decision)
        agree(evaluator, network, decision, 'start')
        for (let step = 0; step < 12; step++) {
          const n = random.integer(size.clients)
          const chosen: Record<string, number> = {}
          if (random.next() < 0.6)
            chosen.slot = random.next() < 0.15 ? SITS_OUT : random.integer(size.servers * size.channels)
          for (const name of variables)
            if (random.next() < 0.4) chosen[name] = draws[name](random, network, n)
          const next: Decision = structuredClone(decision)
          for (const [name, value] of Object.entries(chosen)) {
            const array = name === 'slot' ? next.assignment : next[name as Variable]
            if (array) array[n] = value
          }
          const { cost } = evaluateRound(network, next)
          const { cost: before } = evaluateRound(network, decision)
          near(evaluator.costOfChoosing(n, chosen), cost, `candidate ${step}`)
          near(evaluator.cost, before, `after candidate ${step}`)
          if (random.next() < 0.7) {
            evaluator.choose(n, chosen)
            decision = next
          } else if (size.clients > 1 && random.next() < 0.5) {
            const other = (n + 1) % size.clients
            const { assignment } = decision
            const swapped = assignment.with(n, assignment[other]).with(other, assignment[n])
            near(
              evaluator.costOfSwapping(n, other),
              evaluateRound(network, { ...decision, assignment: swapped }).cost,
              `swap ${step}`,
            )
            evaluator.swap(n, other)
            decision = { ...decision, assignment: swapped }
          }
          agree(evaluator, network, decision, `step ${step}`)
          // Another takes the instance away in between.
          if (step === 6) near(new Evaluator(network, decision).cost, evaluator.cost, 'parked')
        }
        expect(evaluator.decision().assignment).toEqual(decision.assignment)
        near(evaluateRound(network, evaluator.decision()).cost, evaluator.cost, 'its own decision')
      }),
      { numRuns: runs },
    )
  })

  test('searches find with bounds what they find without, where slots are shared and everybody sends as was decided', () => {
    fc.assert(
      fc.property(settings, ({ seed, access, variables, ...size }) => {
        const network = jointNetwork(seed, access, size)
        const random = new RandomStreams(seed).stream('search')
        const decision = drawDecision(random, network, variables)
        const evaluator = new Evaluator(network, decision)
        const slots = size.servers * size.channels
        const limit = evaluator.cost * random.uniform(0.8, 1.1)
        for (let n = 0; n < size.clients; n++) {
          const found = new Set<number>()
          for (
            let slot = evaluator.nextMove(n, -1, limit);
            slot !== SITS_OUT;
            slot = evaluator.nextMove(n, slot, limit)
          )
            found.add(slot)
          for (let slot = 0; slot < slots; slot++) {
            if (decision.assignment.includes(slot)) continue
            const moved = { ...decision, assignment: decision.assignment.with(n, slot) }
            const { cost } = evaluateRound(network, moved)
            if (Math.abs(cost - limit) > 1e-9 * limit)
              expect(found.has(slot), `${n} to ${slot}`).toBe(cost < limit)
          }
          for (let other = 0; other < size.clients; other++) {
            if (other === n) continue
            const cost = evaluator.costOfSwapping(n, other, limit)
            if (cost === Number.POSITIVE_INFINITY) continue
            const { assignment } = decision
            const swapped = assignment.with(n, assignment[other]).with(other, assignment[n])
            near(cost, evaluateRound(network, { ...decision, assignment: swapped }).cost, 'exchange')
          }
          for (let other = n + 1; other < size.clients; other++) {
            const { assignment } = decision
            if (assignment[n] === assignment[other] || [n, other].some((c) => assignment[c] === SITS_OUT))
              continue
            const swapped = assignment.with(n, assignment[other]).with(other, assignment[n])
            const { cost } = evaluateRound(network, { ...decision, assignment: swapped })
            if (cost < limit * (1 - 1e-9))
              expect(evaluator.costOfSwapping(n, other, limit), `${n} with ${other}`).toBeLessThan(limit)
          }
        }
      }),
      {
        numRuns: runs,
        // Two that exchange servers on one channel, whose slots others share.
        examples: [
          [
            {
              seed: 1239509952,
              access: 'channels',
              clients: 9,
              servers: 3,
              channels: 2,
              variables: [
                'powerW',
                'serverPowerW',
                'clockHz',
                'edgeShare',
                'samples',
                'cut',
                'payload',
                'steps',
              ],
            },
          ],
        ],
      },
    )
  })

  test('begins with slots alone, and knows of powers, shares and turns once one is chosen', () => {
    const network = jointNetwork(5, 'channels', { clients: 6, servers: 2, channels: 4 })
    const assignment = Int32Array.from({ length: 6 }, (_, n) => n)
    const evaluator = new Evaluator(network, assignment)
    near(
      evaluator.costOfChoosing(2, { powerW: 0.05 }),
      evaluateRound(network, { assignment, powerW: network.clientPowerW.with(2, 0.05) }).cost,
      'power',
    )
    near(evaluator.cost, evaluateRound(network, assignment).cost, 'as before')
    evaluator.choose(3, { turn: 4, steps: 2 })
    const turn = new Int32Array(6).with(3, 4)
    const steps = new Int32Array(6).fill(1).with(3, 2)
    near(evaluator.cost, evaluateRound(network, { assignment, turn, steps }).cost, 'turns')
    // As many turns as there are clients, again and again others.
    for (let round = 0; round < 4; round++)
      for (let n = 0; n < 6; n++) evaluator.choose(n, { turn: 10 * round + n })
    near(evaluator.cost, evaluateRound(network, evaluator.decision()).cost, 'many turns')
    expect(() => evaluator.choose(0, { cut: 1 })).toThrow(RangeError)
    expect(() => evaluator.choose(6, { powerW: 1 })).toThrow(RangeError)
    expect(() => evaluator.costOfChoosing(0, { slot: 8 })).toThrow(RangeError)
  })

  test('a client without power never ends, and takes no energy', () => {
    const network = jointNetwork(8, 'fdma', { clients: 3, servers: 1, channels: 1 })
    const decision = {
      assignment: new Int32Array(3),
      share: new Float64Array(3).fill(1 / 3),
      powerW: Float64Array.of(0, 0.1, 0.1),
    }
    const evaluator = new Evaluator(network, decision)
    agree(evaluator, network, decision, 'silent')
    expect(evaluator.time).toBe(Number.POSITIVE_INFINITY)
    expect(evaluator.energy).toBeLessThan(Number.POSITIVE_INFINITY)
  })
})

describe.each<Access>(['fdma', 'tdma'])('shares, powers and samples of nothing under %s', (access) => {
  const network = {
    ...jointNetwork(5, access, { clients: 3, servers: 2, channels: 1 }),
    bitsPerRound: { uplink: new Float64Array(3), downlink: new Float64Array(3) },
  }
  const assignment = Int32Array.of(0, 0, 1)

  test('without anything to send are what the round says', () => {
    const decision = { assignment, share: Float64Array.of(0, 0.5, 1), samples: Float64Array.of(0, 3, 4) }
    const evaluator = new Evaluator(network, decision)
    agree(evaluator, network, decision, 'nothing to send over no share')
    expect(Number.isFinite(evaluator.time)).toBe(true)
  })

  test('with something to send never end, whatever the evaluator is asked', () => {
    const decision = { assignment, share: Float64Array.of(0, 0.5, 1) }
    const { time, uplinkRate } = evaluateRound(network, decision)
    expect([time, uplinkRate[0]]).toEqual([Number.POSITIVE_INFINITY, 0])
    expect(new Evaluator(network, decision).time).toBeGreaterThan(1e14)
    const begun = new Evaluator(network, { ...decision, share: Float64Array.of(0.5, 0.5, 1) })
    expect(begun.costOfChoosing(0, { share: 0 })).toBeGreaterThan(1e14)
  })
})

test('a receiver that takes nothing takes nothing for ever', () => {
  const network: RoundNetwork = {
    ...jointNetwork(5, 'channels', { clients: 2, servers: 1, channels: 2 }),
    receiveW: Float64Array.of(0, 1),
  }
  const decision = { assignment: Int32Array.of(0, 1), serverPowerW: Float64Array.of(0, 1) }
  const { time, clientEnergy, receiveEnergy } = evaluateRound(network, decision)
  expect(time).toBe(Number.POSITIVE_INFINITY)
  expect(receiveEnergy?.[0]).toBe(0)
  expect(Number.isFinite(clientEnergy[0])).toBe(true)
})
