import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import type { RoundRecord } from '../../core/index.js'
import {
  type Decision,
  definePlugin,
  type NetworkParameters,
  type SchedulerView,
  Type,
} from '../../core/plugin/index.js'
import { checkedDecision } from '../../core/simulation/check-decision.js'
import { randomNetwork } from '../network/instances.js'
import { experimentOf, recordsOf } from './experiments.js'

/** A user's scheduler that decides what a test wants. */
const custom = (decide: (view: SchedulerView) => unknown, decides: readonly string[] = ['slot', 'power']) =>
  definePlugin({
    kind: 'scheduler',
    name: 'custom',
    summary: 'a scheduler of the test',
    tier: 'twin',
    decides: decides as readonly 'slot'[],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ decide: decide as (view: SchedulerView) => Decision }),
  })

const apart = ({ parameters: { clients } }: SchedulerView) =>
  Int32Array.from({ length: clients }, (_, n) => n)
const half = (view: SchedulerView) => ({
  assignment: apart(view),
  powerW: view.parameters.clientPowerW.map((power) => power / 2),
})

const run = (plugin: ReturnType<typeof custom>, more = '', scheduler = 'custom') =>
  recordsOf(`rounds: 2\nschedulers: [${scheduler}]\n${more}`, [plugin])

async function messagesOf(
  plugin: ReturnType<typeof custom>,
  more = '',
  scheduler?: string,
): Promise<string[]> {
  const error = await run(plugin, more, scheduler).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).problems.map(({ message }) => message)
}

const open = 'decisions: { power: {} }'
const who = 'scheduler "custom" (plugin custom), round 1'

describe('a decision is refused with plugin, round and client', () => {
  test.each<[string, ReturnType<typeof custom>, string, string[]]>([
    [
      'not opened',
      custom(half),
      '',
      [`${who}: it decides power, which the scenario does not open; expected decisions.power`],
    ],
    [
      'not declared',
      custom(half, ['slot']),
      open,
      [`${who}: it decides power, which plugin custom does not declare in decides`],
    ],
    [
      'above a limit, and NaN',
      custom((view) => {
        const { assignment, powerW } = half(view)
        powerW[2] = 1
        powerW[5] = Number.NaN
        return { assignment, powerW }
      }),
      `${open}\nnetwork: { clients: { powerDbm: 20 } }`,
      [
        `${who}, client 2: powerW: 1 W is above 0.1 W, the client's power`,
        `${who}, client 5: powerW: NaN is no finite number`,
      ],
    ],
    [
      'below the least power that is opened',
      custom(half),
      'decisions: { power: { minimumDbm: 22 } }\nnetwork: { clients: { count: 1 } }',
      [`${who}, client 0: powerW: 0.0997631157484 W is below 0.158489319246 W`],
    ],
    [
      'wrong length',
      custom((view) => ({ assignment: apart(view), powerW: new Float64Array(3) })),
      open,
      [`${who}: powerW: 3 numbers for 16 clients`],
    ],
    [
      'a cut that does not exist',
      custom((view) => ({ assignment: apart(view), cut: new Int32Array(16).fill(2) }), ['slot', 'cut']),
      'decisions: { cut: [{ name: early }, { name: late }] }\nnetwork: { clients: { count: 16 } }',
      Array.from({ length: 16 }, (_, n) => `${who}, client ${n}: cut: 2 is above 1, the last cut`),
    ],
    [
      'shares of a slot that sum past one',
      custom(
        (view) => ({
          assignment: new Int32Array(view.parameters.clients),
          share: new Float64Array(3).fill(0.4),
        }),
        ['slot', 'share'],
      ),
      'decisions: { share: {} }\nnetwork: { access: fdma, clients: { count: 3 } }',
      [`${who}, client 2: share: server 0, channel 0: the shares of clients 0, 1, 2 sum to 1.2, more than 1`],
    ],
    [
      'too few served',
      custom((view) => ({ assignment: new Int32Array(view.parameters.clients).fill(-1) })),
      'constraints: { minimumClients: 2 }',
      [`${who}: it serves 0 clients; expected 2 at least (constraints.minimumClients)`],
    ],
  ])('%s', async (_, plugin, more, messages) => {
    expect(await messagesOf(plugin, more)).toEqual(messages)
  })

  test('an allocator’s, too: what it decides has to be opened', async () => {
    const [message] = await messagesOf(
      custom(apart),
      '',
      '{ plugin: custom, allocate: [{ plugin: power-control, options: { deadlineSeconds: 1000 } }] }',
    )
    expect(message).toBe(
      `${who}, allocator "power-control": it decides power, which the scenario does not open; expected decisions.power`,
    )
  })

  test('and what needs other keys is told before anything is run', async () => {
    expect(await messagesOf(custom(apart), 'decisions: { share: {}, clock: {} }')).toEqual([
      'decisions.share: slots are whole channels; expected network.access: fdma or tdma',
      'decisions.clock: clients have no clock; expected network.clients.clockHz',
    ])
  })

  test.each([
    [
      'payload: [fp32, { topK: 0.1 }]',
      'splitfed-v1',
      '',
      'decisions.payload: what a client learns from what it sends is known for precisions alone, not for shares of the bits; expected fp32, fp16 or int8',
    ],
    [
      'payload: [fp32, int8]',
      'collaborative',
      'precision: int8',
      'decisions.payload: decides how numbers are sent, as learning.precision does; expected learning.precision: fp32',
    ],
    [
      'payload: [fp32, int8]',
      'collaborative',
      'head: { trained: false }',
      'decisions.payload: what heads that are not trained make of a sample is worked out once, in one precision; expected learning.head.trained: true',
    ],
    [
      'payload: [fp32, int8]',
      'centralized',
      '',
      'decisions.payload: clients send their samples as they are where all are in one place; expected null',
    ],
    [
      'cut: [{ name: early }]',
      'collaborative',
      '',
      'decisions.cut: clients train one body together under learning.protocol: collaborative, which cannot begin behind another layer for each; expected null, or splitfed-v1, where each has its own',
    ],
    [
      'cut: [{ name: early }]',
      'federated',
      '',
      'decisions.cut: nothing is cut under learning.protocol: federated; expected null, or splitfed-v1',
    ],
    [
      'cut: [{ name: early }]',
      'splitfed-v1',
      'precision: fp16, aggregation: { body: coordinate-median }',
      'decisions.cut: what is learned is the same wherever a model is cut only where heads and bodies are averaged alike, by optimisers that carry nothing on, and numbers sent as they are; expected learning.aggregation.body: fedavg, learning.precision: "fp32", learning.optimiser.kind: "sgd"',
    ],
  ])(
    'what cannot reach the training does not go with learning: %s, %s %s',
    async (decided, protocol, more, message) => {
      const learning = `learning: { protocol: ${protocol}, dataset: synthetic-classification, model: mlp, ${more} }`
      expect(await messagesOf(custom(apart), `decisions: { ${decided} }\n${learning}`)).toEqual([message])
    },
  )

  test('a cut that the model does not have is told with those that it has', async () => {
    const learning =
      'learning: { protocol: splitfed-v1, dataset: synthetic-classification, model: mlp, optimiser: { kind: sgd } }'
    const [message] = await messagesOf(custom(apart), `decisions: { cut: [{ name: early }] }\n${learning}`)
    expect(message).toMatch(/^decisions\.cut: the model has no layer "early" to cut behind; expected one of /)
  })
})

describe('a scheduler that proves its answer over slots', () => {
  const few = 'network: { clients: { count: 2 }, servers: { count: 1 }, channels: { count: 2 } }'
  const proves = 'schedulers[0]: it proves its answer over slot, power, clock, cut, payload alone'

  test.each([
    [
      'where more may be decided',
      'optimal',
      `${few}\ndecisions: { power: {}, serverPower: {}, turn: {} }`,
      `${proves}, and the scenario opens decisions.serverPower (a range of powers), decisions.turn (turns couple all clients); expected them null, or a scheduler that proves nothing`,
    ],
    [
      'where powers are any in a range',
      'optimal',
      `${few}\ndecisions: { power: {} }`,
      'schedulers[0]: it proves its answer over levels, and powers may be any in a range: who interferes with whom changes with each; expected decisions.power.levelsDbm',
    ],
    [
      'where clocks are, and both time and energy count',
      'optimal',
      'network: { clients: { count: 2, clockHz: 1e9, cyclesPerRound: 1e9, switchedCapacitance: 1e-27 }, servers: { count: 1 }, channels: { count: 2 } }\ndecisions: { clock: {} }',
      'schedulers[0]: it proves its answer over levels, and clocks may be any in a range: how slow one may be depends on the whole round; expected decisions.clock.levelsHz, or one of objective.latency and objective.energy 0, where the best clock is the lowest or the highest',
    ],
    [
      'with allocators',
      '{ plugin: optimal, allocate: [coordinate-descent] }',
      `${few}\ndecisions: { power: {} }`,
      `${proves}, and allocators decide the rest; expected no allocate`,
    ],
  ])('is refused %s', async (_, scheduler, more, message) => {
    expect(await messagesOf(custom(apart), more, scheduler)).toEqual([message])
  })

  test('is held to powers that amplifiers and circuits take', async () => {
    const taking = (power: string) =>
      `network: { clients: { count: 3${power} }, servers: { count: 2 }, channels: { count: 3 } }`
    const proved = async (power: string) =>
      (await run(custom(apart), taking(power), 'optimal')).map(({ bound, cost }) => [bound, cost.cost])
    const found = await proved(', amplifierEfficiency: 0.3, circuitPowerW: 0.2, receivePowerW: 0.1')
    expect(found).toHaveLength(2)
    for (const [bound, cost] of found) expect(Math.abs(Number(bound) / Number(cost) - 1)).toBeLessThan(1e-9)
    expect(Number(found[0][1])).toBeGreaterThan(Number((await proved(''))[0][1]))
  })
})

test('what slot searches do not see is told once, where rounds are charged for it', async () => {
  const warned = async (more: string, schedulers = 'random, greedy, swap-matching') =>
    (await experimentOf(`rounds: 2\nschedulers: [${schedulers}]\n${more}`)).warnings.map(
      ({ message }) => message,
    )
  const network = (clients: string) =>
    `network: { clients: { ${clients} }, servers: { count: 2 }, channels: { count: 2 } }`
  // What receiving takes they do see.
  expect(await warned(network('count: 4, receivePowerW: 0.1'))).toEqual([])
  const priced = 'objective: { unserved: 3 }'
  const whom = (key: string) =>
    `${key}: rounds are charged for it, and searches that only move and exchange slots do not weigh by it whom to serve, where there are fewer slots than clients (tier twin: greedy, swap-matching)`
  expect(await warned(`${network('count: 5')}\n${priced}`)).toEqual([whom('objective.unserved')])
  const queues = 'objective: { terms: [energy-queues, fairness-queues] }'
  expect(await warned(`${network('count: 5')}\n${queues}`, 'greedy, swap-matching')).toEqual([
    whom('objective.terms[1]'),
  ])
  // All are served: there is nothing to choose.
  expect(await warned(`${network('count: 4')}\n${priced}`)).toEqual([])
})

test('whose decisions do not go by what joules of each client cost is told once', async () => {
  const warned = async (terms: string, schedulers: string) =>
    (
      await experimentOf(`rounds: 2\nschedulers: [${schedulers}]\nobjective: { terms: [${terms}] }\n`)
    ).warnings
      .map(({ message }) => message)
      .filter((message) => message.includes('joules'))
  const all =
    'greedy, decomposition, { plugin: decomposition, label: by cost, options: { channels: system-cost } }, sequential-q, { plugin: sequential-q, label: polished, options: { tier: twin, polish: 3 } }, { plugin: sequential-q, label: at the twin, options: { tier: twin } }, { plugin: d3qn, options: { untrained: true } }'
  const unheard = (name: string) =>
    `objective.terms[0]: ${name} prices joules client by client; rounds are charged for it, and some decide on slots as if it did not: decomposition, sequential-q, at the twin, d3qn`
  expect(await warned('energy-queues', all)).toEqual([unheard('energy-queues')])
  const weighted = '{ plugin: weighted, options: { clientEnergy: 2 } }'
  expect(await warned(weighted, all)).toEqual([unheard('weighted')])
  expect(await warned('energy-queues', 'greedy, swap-matching')).toEqual([])
  // Of no price there is nothing to say.
  expect(await warned('weighted', all)).toEqual([])
  expect(await warned('fairness-queues', all)).toEqual([])
})

const alone = 'network: { clients: { count: 1 }, servers: { count: 1 }, channels: { count: 1 } }'

test('half the power takes longer and less energy; the record tells what was decided', async () => {
  const [full] = await run(custom(apart), alone)
  const [less] = await run(custom(half), `${open}\n${alone}`)
  expect(less.cost.uplinkTime[0]).toBeGreaterThan(full.cost.uplinkTime[0])
  expect(less.cost.uplinkEnergy[0]).toBeLessThan(full.cost.uplinkEnergy[0])
  expect(less.decision.powerW?.[0]).toBeCloseTo(10 ** 2.3 / 1000 / 2, 12)
})

test('clients without a slot cost what the objective says', async () => {
  const nobody = custom((view) => new Int32Array(view.parameters.clients).fill(-1))
  const [free] = await run(nobody)
  expect(free.cost.cost).toBe(0)
  const [priced] = await run(nobody, 'objective: { unserved: 3, unservedSample: 0.5 }')
  expect(priced.cost.cost).toBe(16 * (3 + 0.5 * 128))
})

describe('static and dynamic rounds agree where nothing is shared', () => {
  const everything = custom(
    ({ parameters: { clients, clientPowerW }, round }) => ({
      assignment: Int32Array.from({ length: clients }, (_, n) => n),
      powerW: clientPowerW.map((power, n) => (power * (1 + ((n + round) % 3))) / 4),
      clockHz: Float64Array.from({ length: clients }, (_, n) => 5e8 + 1e8 * n),
      cut: Int32Array.from({ length: clients }, (_, n) => n % 2),
      payload: Int32Array.from({ length: clients }, (_, n) => (n + 1) % 2),
      samples: Float64Array.from({ length: clients }, (_, n) => 100 - n),
      steps: Int32Array.from({ length: clients }, (_, n) => 1 + (n % 2)),
    }),
    ['slot', 'power', 'clock', 'cut', 'payload', 'samples', 'steps'],
  )
  const scenario = (dynamics: string) => `
dynamics: ${dynamics}
network:
  clients: { count: 3, clockHz: 1e9, cyclesPerRound: 3e8, switchedCapacitance: 1e-27, amplifierEfficiency: 0.4, circuitPowerW: 0.1, receivePowerW: 0.2, flops: 1e10 }
  servers: { count: 3 }
  channels: { count: 3 }
workload: { headFlopsPerSample: 1e7, uplinkBitsPerRound: 1e6 }
decisions:
  power: {}
  clock: {}
  samples: {}
  steps: {}
  payload: [fp32, int8]
  cut:
    - { name: early, headFlops: 1e7, bodyFlops: 5e10, uplinkBits: 6e7, downlinkBits: 6e7 }
    - { name: late, headFlops: 1e8, bodyFlops: 2e10, uplinkBits: 1e7, downlinkBits: 1e7, uplinkBitsPerRound: 2e6 }
`
  // One client on each channel and at each server.
  const spread = custom((view) => {
    const decision = (everything.create({}, {}) as { decide(view: SchedulerView): Decision }).decide(view)
    return { ...decision, assignment: Int32Array.of(0, 4, 8) }
  }, everything.decides as string[])

  test('times and energies of each client to 1e-9', async () => {
    const [equations, events] = await Promise.all(
      ['static', 'dynamic'].map((dynamics) => run(spread, scenario(dynamics))),
    )
    for (const [i, record] of equations.entries()) {
      const other = (events as RoundRecord[])[i]
      for (const figure of [
        'headTime',
        'uplinkTime',
        'edgeTime',
        'downlinkTime',
        'clientTime',
        'headEnergy',
        'uplinkEnergy',
        'receiveEnergy',
        'clientEnergy',
      ] as const)
        for (const [n, value] of record.cost[figure]!.entries())
          expect(Math.abs(other.cost[figure]![n] / value - 1), `${figure} ${n}`).toBeLessThan(1e-9)
      expect(Math.abs(other.cost.cost / record.cost.cost - 1)).toBeLessThan(1e-9)
    }
  })

  test('shares of one slot, too: who shares it does not interfere', async () => {
    const shared = custom(
      () => ({ assignment: new Int32Array(3), share: Float64Array.of(0.2, 0.5, 0.3) }),
      ['slot', 'share'],
    )
    for (const access of ['fdma', 'tdma']) {
      const text = (dynamics: string) =>
        `dynamics: ${dynamics}\nworkload: { bodyFlopsPerSample: 0 }\ndecisions: { share: {} }\nnetwork: { access: ${access}, clients: { count: 3 }, servers: { count: 1 }, channels: { count: 1 } }`
      const [equations] = await run(shared, text('static'))
      const [events] = await run(shared, text('dynamic'))
      for (const [n, value] of equations.cost.clientTime.entries())
        expect(Math.abs(events.cost.clientTime[n] / value - 1)).toBeLessThan(1e-9)
      expect(Math.abs(events.cost.energy / equations.cost.energy - 1)).toBeLessThan(1e-9)
    }
  })
})

test('an allocator beside a slot search never costs more than the search alone', async () => {
  const records = await recordsOf(`
seed: 5
rounds: 3
network: { clients: { count: 6, clockHz: 1e9, cyclesPerRound: 2e9, switchedCapacitance: 1e-27 }, servers: { count: 2 }, channels: { count: 4 } }
decisions: { power: {}, clock: {}, payload: [fp32, int8] }
schedulers:
  - swap-matching
  - { plugin: swap-matching, label: joint, allocate: [coordinate-descent] }
`)
  const costs = (label: string) =>
    records.filter(({ scheduler }) => scheduler === label).map(({ cost }) => cost.cost)
  const [slots, joint] = [costs('swap-matching'), costs('joint')]
  for (const [i, cost] of joint.entries()) expect(cost).toBeLessThan(slots[i])
})

test('a deadline that is decided ends a dynamic round', async () => {
  const hasty = custom((view) => ({ assignment: apart(view), deadlineSeconds: 5 }), ['slot', 'deadline'])
  const [record] = await run(hasty, 'dynamics: dynamic\ndecisions: { deadline: {} }')
  expect(record.cost.time).toBe(5)
  expect(record.completed).toBe(0)
})

test('a power between the levels is refused; an allocator takes one of them', async () => {
  const levels = `decisions: { power: { levelsDbm: [23, 13, 18] } }\n${alone}`
  expect(await messagesOf(custom(half), levels)).toEqual([
    `${who}, client 0: powerW: 0.0997631157484 W is none of the levels 0.0199526231497, 0.063095734448, 0.199526231497 W`,
  ])
  const [least] = await run(custom(apart), levels, 'optimal')
  const [allocated] = await run(custom(apart), levels, '{ plugin: custom, allocate: [coordinate-descent] }')
  expect(allocated.decision.powerW).toEqual(least.decision.powerW)
  expect(least.bound).toBeCloseTo(least.cost.cost, 9)
})

test('a view tells what is open to its plugin, and the ranges', async () => {
  const seen: unknown[] = []
  const looking = custom(
    (view) => {
      seen.push(view.limits)
      return apart(view)
    },
    ['slot', 'power', 'clock', 'cut', 'steps'],
  )
  await run(
    looking,
    `decisions: { power: { minimumDbm: 10, levelsDbm: [3, 13, 30] }, clock: { minimumHz: 1e8 }, cut: [{ name: early }], samples: {} }
network: { clients: { count: 1, clockHz: 1e9 }, servers: { count: 1 }, channels: { count: 1 } }`,
  )
  const level = 10 ** (13 / 10) / 1000
  expect(seen[0]).toEqual({
    power: { least: 10 ** (10 / 10) / 1000, most: Float64Array.of(level), levels: Float64Array.of(level, 1) },
    clock: { least: 1e8, most: Float64Array.of(1e9) },
    cut: [expect.objectContaining({ name: 'early' })],
  })
})

test('whatever is wrong with a decision is refused with plugin, round and client, and what is right is taken', () => {
  const size = { clients: 4, servers: 2, channels: 2 }
  const network: NetworkParameters = {
    ...randomNetwork(1, size),
    access: 'fdma',
    clientClockHz: new Float64Array(4).fill(1e9),
    cuts: [0, 1].map((name) => ({
      name: `${name}`,
      headFlops: 1,
      bodyFlops: 1,
      uplinkBits: 1,
      downlinkBits: 1,
    })),
    payloads: [{ name: 'fp32', uplinkShare: 1, downlinkShare: 1 }],
  }
  const decides = ['slot', 'power', 'clock', 'share', 'cut', 'payload', 'samples', 'steps'] as const
  const rules = {
    onViolation: 'error',
    opened: new Set(decides),
    minimumClients: 0,
    minimumSamples: 0,
  } as const
  const check = (decision: Decision) =>
    checkedDecision(
      decision,
      'scheduler "q" (plugin q), round 7',
      { plugin: 'q', decides, allocators: [] },
      network,
      new Uint8Array(4).fill(1),
      rules,
    )
  const right = fc.record({
    assignment: fc.constant(Int32Array.of(0, 0, 1, 3)),
    powerW: fc.array(fc.double({ min: 0, max: 0.1, noNaN: true }), { minLength: 4, maxLength: 4 }),
    clockHz: fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 4, maxLength: 4 }),
    share: fc.array(fc.double({ min: 0.01, max: 0.5, noNaN: true }), { minLength: 4, maxLength: 4 }),
    cut: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 4, maxLength: 4 }),
    steps: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }),
  })
  const wrong = fc.record({
    field: fc.constantFrom('powerW', 'clockHz', 'share', 'cut', 'steps'),
    client: fc.integer({ min: 0, max: 3 }),
    how: fc.constantFrom('NaN', 'above', 'below', 'infinite', 'short', 'shares'),
  })
  fc.assert(
    fc.property(right, wrong, (lists, { field, client, how }) => {
      const decision: Decision = {
        assignment: lists.assignment,
        powerW: Float64Array.from(lists.powerW),
        clockHz: Float64Array.from(lists.clockHz),
        share: Float64Array.from(lists.share),
        cut: Int32Array.from(lists.cut),
        steps: Int32Array.from(lists.steps),
      }
      expect(check(decision)).toEqual({ decision, shared: 0 })
      const values = decision[field as 'powerW'] as Float64Array
      const whole = field === 'cut' || field === 'steps'
      const most = { powerW: 1, clockHz: 2e9, share: 1.5, cut: 2, steps: 2 ** 31 - 1 }[field] as number
      let broken: Decision
      let who = `scheduler "q" (plugin q), round 7, client ${client}: ${field}: `
      if (how === 'short') {
        broken = { ...decision, [field]: values.slice(1) }
        who = `scheduler "q" (plugin q), round 7: ${field}: 3 numbers for 4 clients`
      } else if (how === 'shares') {
        broken = { ...decision, share: Float64Array.of(0.6, 0.5, 1, 1) }
        who =
          'scheduler "q" (plugin q), round 7, client 1: share: server 0, channel 0: the shares of clients 0, 1 sum to 1.1, more than 1'
      } else {
        const value =
          how === 'below' || whole
            ? how === 'above' && field === 'cut'
              ? most
              : -1
            : how === 'NaN'
              ? Number.NaN
              : how === 'above'
                ? most
                : Number.POSITIVE_INFINITY
        broken = { ...decision, [field]: values.with(client, value) }
      }
      let message = ''
      try {
        check(broken)
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
        message = (error as UserError).problems.map((problem) => problem.message).join('\n')
      }
      expect(message).toContain(who)
    }),
    { numRuns: 300 },
  )
})
