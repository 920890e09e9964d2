import { describe, expect, test } from 'vitest'
import type { Experiment, RunEvents } from '../../core/index.js'
import { type AnyPlugin, definePlugin, type SchedulerView, Type, tokens } from '../../core/plugin/index.js'
import { experimentOf } from './experiments.js'

/** Everything but wall-clock times. */
const told = [
  'round:start',
  'positions',
  'phase',
  'fault',
  'scheduler:round',
  'aging',
  'budget:spent',
  'learning',
  'privacy',
  'twin',
  'twin:deviation',
  'round:end',
  'confusion',
  'walked',
] as const satisfies readonly (keyof RunEvents)[]

/** What a run tells of each round, and after the last; round 0 is what comes before any. */
async function tales(experiment: Experiment): Promise<unknown[][]> {
  const byRound: unknown[][] = [[]]
  for (const event of told) {
    experiment.bus.on(event, ((payload: { round?: number }) => {
      const round = payload.round ?? experiment.scenario.rounds + 1
      byRound[round] ??= []
      byRound[round].push(structuredClone([event, payload]))
    }) as never)
  }
  await experiment.run()
  return byRound
}

/** Resumes after each of some rounds, and compares all that is told from there on with an uninterrupted run. */
async function expectToResume(text: string, after: readonly number[], outside: readonly AnyPlugin[] = []) {
  const whole = await experimentOf(text, outside)
  const states = new Map<number, string>()
  const saved = new Map<number, ReturnType<Experiment['save']>>()
  whole.bus.on('round:end', ({ round }) => {
    if (!after.includes(round)) return
    saved.set(round, structuredClone(whole.save()))
    states.set(round, snapshot(whole.save()))
  })
  const expected = await tales(whole)
  expect([...saved.keys()]).toEqual(after)
  for (const round of after) {
    const resumed = await experimentOf(text, outside)
    const state = saved.get(round)!
    resumed.restore(structuredClone({ ...state, values: JSON.parse(JSON.stringify(state.values)) }))
    expect(resumed.rounds).toBe(round)
    expect(snapshot(resumed.save())).toBe(states.get(round))
    expect((await tales(resumed)).slice(round + 1)).toEqual(expected.slice(round + 1))
  }
}

const snapshot = ({ arrays, values }: ReturnType<Experiment['save']>): string =>
  JSON.stringify([
    Object.entries(arrays).map(([name, array]) => [name, array.constructor.name, [...array]]),
    values,
  ])

const network = 'network: { clients: { count: 5 }, servers: { count: 2 }, channels: { count: 3 } }\n'
const light = `workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
network: { clients: { count: 5, flops: 1e11, joulesPerSample: 0.05 }, servers: { count: 2 }, channels: { count: 3 } }
`

describe('a restored experiment goes on as if it had never stopped', () => {
  test('virtual queues, which weigh each round by those before', async () => {
    await expectToResume(
      `rounds: 8\n${light}objective: { terms: [{ plugin: energy-queues, options: { joulesPerRound: 1 } }, fairness-queues] }
schedulers: [swap-matching, random]\n`,
      [1, 3, 6],
    )
  })

  test.each([
    ['in rounds', 'splitfed'],
    ['as they ask', '{ plugin: asynchronous, options: { decideAt: asking, decideEvery: 3 } }'],
  ])(
    'jobs decided for %s, what the twin foretold of rows that are to come behind those of others',
    async (_, own) => {
      await expectToResume(
        `rounds: 14\ndynamics: dynamic\n${light}protocol: ${own}
jobs: [{ label: a, clients: [0, 1], protocol: federated }, { label: b, workload: { bodyFlopsPerSample: 3e9 } }]
twin: { everyRounds: 2, gainErrorDb: 4, reports: { gainBits: 8, placeBits: 48, statusBits: 32, channels: 1 } }
schedulers: [hardest-first]\n`,
        [1, 2, 3, 4, 5, 6, 7, 8],
      )
    },
  )

  test('static rounds, with energy and time that run out for one scheduler after the other', async () => {
    await expectToResume(
      `rounds: 20\n${light}budgets: { energyJoules: { uniform: [20, 90] }, latencySeconds: 500 }
schedulers: [swap-matching, random, greedy]\n`,
      [1, 2, 4, 7],
    )
  })

  test('churn, outages, stragglers, failing servers and a deadline on the clock of each', async () => {
    await expectToResume(
      `rounds: 30\ndynamics: dynamic\n${light}round: { deadlineSeconds: 12 }
churn: { plugin: poisson, options: { meanStaySeconds: 30, meanAbsenceSeconds: 60, start: stationary } }
faults:
  outages: { ratePerSecond: 0.05, meanSeconds: 1, blockBits: 1e6 }
  stragglers: { plugin: pareto, options: { shape: 2.5 } }
  servers: { meanTimeBetweenFailuresSeconds: 20, meanRepairSeconds: 5, work: lost }
schedulers: [random, hardest-first]\n`,
      [1, 2, 9, 10, 17, 29],
    )
  })

  test('work that failing servers keep, and a decision that takes time meanwhile', async () => {
    await expectToResume(
      `rounds: 12\ndynamics: dynamic\n${light}decisionTime: { seconds: 0.7 }
faults: { servers: { meanTimeBetweenFailuresSeconds: 10, meanRepairSeconds: 5, work: kept } }
churn: { plugin: poisson, options: { meanStaySeconds: 30, meanAbsenceSeconds: 10 } }
schedulers: [random, hardest-first]\n`,
      [3, 7],
    )
  })

  test.each(['random-waypoint', 'gauss-markov'])('clients that walk: %s', async (mobility) => {
    const walking = light.replace('clients: {', `clients: { mobility: ${mobility}, positions: fixed,`)
    await expectToResume(`rounds: 10\n${walking}schedulers: [random, hardest-first]\n`, [4, 9])
  })

  test.each([
    'asynchronous',
    'semi-synchronous',
    'pipelined',
    'hierarchical',
    'fedcompass',
    '{ plugin: splitfed, options: { version: v2 } }',
    '{ plugin: asynchronous, options: { decideAt: asking, windowSeconds: 2, queue: random } }',
  ])('a protocol of processes in the middle of what is under way: %s', async (protocol) => {
    await expectToResume(
      `rounds: 40\ndynamics: dynamic\nprotocol: ${protocol}\n${light}
budgets: { energyJoules: { uniform: [30, 400] } }
churn: { plugin: poisson, options: { meanStaySeconds: 30, meanAbsenceSeconds: 20, start: stationary } }
faults:
  outages: { ratePerSecond: 0.05, meanSeconds: 1, blockBits: 1e6 }
  stragglers: { plugin: pareto, options: { shape: 2.5 } }
  servers: { meanTimeBetweenFailuresSeconds: 20, meanRepairSeconds: 5, work: lost }
schedulers: [random, hardest-first]\n`,
      // More passes take more energy: everyone has quit sooner.
      protocol === 'fedcompass' ? [1, 2, 9] : [1, 2, 9, 17, 39],
    )
  })

  test('jobs that share a network, in the middle of what is under way', async () => {
    const learning = (hidden: number) =>
      `{ model: { plugin: mlp, options: { hidden: [${hidden}, 4] } }, dataset: { plugin: synthetic-classification, options: { samples: 200, testSamples: 40, features: 8 } }, batchSize: 8, evaluateEvery: 3 }`
    await expectToResume(
      `rounds: 30\ndynamics: dynamic\n${light}
budgets: { energyJoules: { uniform: [30, 400] } }
churn: { plugin: poisson, options: { meanStaySeconds: 30, meanAbsenceSeconds: 20, start: stationary } }
faults: { stragglers: { plugin: pareto, options: { shape: 2.5 } } }
jobs:
  - { label: in rounds, clients: { share: 0.5 }, protocol: hierarchical, leastSlots: 2, learning: ${learning(8)} }
  - { label: one by one, protocol: { plugin: asynchronous, options: { decideAt: asking, queue: random } }, learning: ${learning(6)} }
schedulers: [random, hardest-first]\n`.replace(/^workload.*\n/m, ''),
      [1, 2, 9, 17],
    )
  })

  test.each([
    'asynchronous',
    'semi-synchronous',
    '{ plugin: asynchronous, options: { decideAt: asking, queue: fewest-turns } }',
  ])('a protocol of processes whose decisions take time and are made on a twin: %s', async (protocol) => {
    const waiting = light
      .replace('network: {', 'network: { coherenceTimeSeconds: 5,')
      .replace('clients: {', 'clients: { waitingPowerW: 0.5,')
    await expectToResume(
      `rounds: 30\ndynamics: dynamic\nprotocol: ${protocol}\n${waiting}
decisionTime: { seconds: 0.4 }
twin: { everyRounds: 3, gainErrorDb: 2, estimator: kalman, reports: { gainBits: 8, placeBits: 48, statusBits: 32, channels: 1, bandwidthHz: 180.0e3 }, presence: reported, energyLeft: reported }
churn: { plugin: poisson, options: { meanStaySeconds: 60, meanAbsenceSeconds: 10 } }
budgets: { energyJoules: { uniform: [300, 4000] } }
schedulers: [random, hardest-first]\n`,
      [2, 7, 20],
    )
  })

  test('powers that were decided, in the middle of what is under way', async () => {
    await expectToResume(
      `rounds: 30\ndynamics: dynamic\nprotocol: asynchronous\n${light}
decisions: { power: { levelsDbm: [17, 20, 23] } }
schedulers: [{ plugin: hardest-first, label: sparing, allocate: [coordinate-descent] }]\n`,
      [2, 20],
    )
  })

  test('channels that age while a fixed time passes', async () => {
    await expectToResume(
      `rounds: 8\n${light.replace('network: {', 'network: { coherenceTimeSeconds: 0.1,')}
decisionTime: { seconds: 0.05 }\nrecord: { coherenceTimesSeconds: [0.01, 1] }\nschedulers: [greedy]\n`,
      [3],
    )
  })

  test('positions by the episode', async () => {
    const moved = network.replace('clients: {', 'clients: { positions: per-episode,')
    await expectToResume(`rounds: 9\n${moved}episodes: { rounds: 4 }\nschedulers: [greedy]\n`, [4, 6])
  })
})

describe('what is learned and known', () => {
  const learned = (learning: string, rest = '') =>
    `rounds: 8\n${light}workload: { samplesPerRound: 16, headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
learning: { dataset: { plugin: synthetic-classification, options: { samples: 400, testSamples: 40, features: 8, classes: 3 } }, model: mlp, batchSize: 8, evaluateEvery: 3, ${learning} }
${rest}schedulers: [greedy, random]\n`.replace(/^workload.*\n(?=network)/m, '')

  test.each([
    [
      'optimisers, private heads that are shared with noise, momentum of the aggregators, a reference beside it',
      learned(`optimiser: { kind: adam }, head: { initialisation: private, optimiser: { kind: momentum } },
  aggregation: { body: fedadam, head: fedavgm, headParticipants: all }, privacy: { clipNorm: 1, noiseMultiplier: 0.5 }, reference: centralized`),
    ],
    [
      'control variates',
      learned('protocol: federated, optimiser: { kind: sgd }, aggregation: { body: scaffold }'),
    ],
    [
      'updates that come late',
      learned('protocol: federated, aggregation: { body: fedbuff }', 'dynamics: dynamic\n'),
    ],
    [
      'a cloud over edge servers',
      learned('protocol: federated', 'dynamics: dynamic\nprotocol: hierarchical\n'),
    ],
    [
      'bodies of edge servers that they mix themselves',
      learned('protocol: collaborative', 'dynamics: dynamic\nprotocol: decentralised\n'),
    ],
    [
      'clients that arrive together',
      learned('aggregation: { body: fedcompass }', 'dynamics: dynamic\nprotocol: fedcompass\n'),
    ],
    [
      'a body that is handed on',
      learned('protocol: split, partition: { plugin: dirichlet, options: { alpha: 1 } }'),
    ],
  ])('%s', async (_, text) => {
    await expectToResume(text, [1, 5])
  })

  test('a twin that is old, wrong and seldom synchronised', async () => {
    const walking = light.replace('clients: {', 'clients: { mobility: random-waypoint, positions: fixed,')
    await expectToResume(
      `rounds: 12\n${walking}twin: { everyRounds: 3, gainErrorDb: 3, quantisationDb: 1, positionErrorM: 5, missingClients: 0.3, delaySeconds: 1, deviation: { window: 4, threshold: 0.01 } }
schedulers: [greedy, random]\n`,
      [1, 4, 6, 10],
    )
  })
})

const anySlots = (view: SchedulerView, draw: () => number) => {
  const { clients, servers, channels } = view.parameters
  const slots = Int32Array.from({ length: servers * channels }, (_, slot) => slot)
  for (let i = slots.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1))
    ;[slots[i], slots[j]] = [slots[j], slots[i]]
  }
  return slots.slice(0, clients)
}

/** Draws from the same streams from round to round, one of them through another scheduler's. */
const drawing = definePlugin({
  kind: 'scheduler',
  name: 'drawing',
  summary: 'for tests',
  options: Type.Object({}, { additionalProperties: false }),
  needs: { random: tokens.random },
  create: (_options, { random }) => {
    const stream = random.stream('all rounds')
    return { decide: (view) => anySlots(view, () => stream.next()) }
  },
})

const nesting = definePlugin({
  kind: 'scheduler',
  name: 'nesting',
  summary: 'for tests',
  options: Type.Object({}, { additionalProperties: false }),
  needs: { random: tokens.random, schedulers: tokens.schedulers },
  create: async (_options, { random, schedulers }) => {
    const stream = random.stream('turns', 3)
    const inner = await schedulers('drawing')
    return {
      decide: async (view) => {
        const assignment = await inner.decide(view)
        return stream.next() < 0.5 ? assignment : anySlots(view, () => stream.next())
      },
    }
  },
})

/** Remembers what rounds cost, and says how it does. */
const remembering = definePlugin({
  kind: 'scheduler',
  name: 'remembering',
  summary: 'for tests',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => {
    const costs = new Float64Array(2)
    let rounds = 0
    return {
      decide: (view) => anySlots(view, () => (costs[0] * 1000) % 1),
      observe: ({ cost }) => {
        costs[0] += cost.cost
        rounds++
      },
      save: () => ({ arrays: { costs: costs.slice() }, values: { rounds } }),
      restore: ({ arrays, values }) => {
        costs.set(arrays.costs)
        rounds = values.rounds as number
      },
    }
  },
})

describe('what schedulers keep from round to round', () => {
  test('random streams that they took when they were created, without their doing anything', async () => {
    await expectToResume(
      `rounds: 8\n${network}schedulers: [drawing, { plugin: drawing, label: 'two / 2' }, nesting]\n`,
      [1, 5],
      [drawing, nesting],
    )
  })

  test('what they save', async () => {
    await expectToResume(`rounds: 6\n${network}schedulers: [remembering]\n`, [2, 5], [remembering])
  })
})

test.each([
  ['nothing', undefined, 'expected { arrays, values }'],
  ['an array that is none', { arrays: { w: [1] }, values: {} }, 'arrays.w: expected one of Float32Array'],
  [
    'a typed array among values',
    { arrays: {}, values: { a: { b: new Float32Array(1) } } },
    'values.a.b: expected',
  ],
])('a scheduler that saves %s is named', async (_, state, message) => {
  const careless = definePlugin({
    kind: 'scheduler',
    name: 'careless',
    summary: 'for tests',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide: (view) => new Int32Array(view.parameters.clients).fill(-1),
      save: () => state as never,
      restore: () => {},
    }),
  })
  const experiment = await experimentOf(`rounds: 3\n${network}schedulers: [careless]\n`, [careless])
  expect(() => experiment.save()).toThrow(
    `scheduler "careless" (plugin careless), round 0: save() returned what cannot be kept: ${message}`,
  )
})

test('a state of other schedulers is refused', async () => {
  const one = await experimentOf(`rounds: 3\n${network}schedulers: [random]\n`)
  const other = await experimentOf(`rounds: 3\n${network}schedulers: [greedy]\n`)
  expect(() => other.restore(one.save())).toThrow('the saved state has nothing of scheduler greedy')
})
