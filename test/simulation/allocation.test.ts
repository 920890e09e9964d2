import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import {
  type AllocationContext,
  type AnyPlugin,
  type Decision,
  type DecisionVariable,
  definePlugin,
  type Objective,
  type SchedulerView,
  Type,
} from '../../core/plugin/index.js'
import { experimentOf, recordsOf } from './experiments.js'

const options = Type.Object({}, { additionalProperties: false })
const variables: DecisionVariable[] = ['slot', 'power', 'cut', 'grants', 'deadline']

const scheduler = (decide: (view: SchedulerView) => unknown) =>
  definePlugin({
    kind: 'scheduler',
    name: 'custom',
    summary: 'a scheduler of the test',
    tier: 'twin',
    decides: variables,
    options,
    create: () => ({ decide: decide as (view: SchedulerView) => Decision }),
  })

const allocator = (
  allocate: (context: AllocationContext, decision: Decision) => unknown,
  decides: DecisionVariable[] = ['power'],
) =>
  definePlugin({
    kind: 'allocator',
    name: 'filling',
    summary: 'an allocator of the test',
    decides,
    options,
    create: () => ({ allocate: allocate as (context: AllocationContext, decision: Decision) => Decision }),
  })

const network = 'network: { clients: { count: 3 }, servers: { count: 2 }, channels: { count: 2 } }\n'
/** An array that was handed on, as to a worker. */
function detached(): Float64Array {
  const values = new Float64Array(3)
  structuredClone(values, { transfer: [values.buffer] })
  return values
}

const apart = () => Int32Array.of(0, 1, 2)

async function messagesOf(text: string, plugins: AnyPlugin[]): Promise<string[]> {
  const error = await experimentOf(`rounds: 1\n${network}${text}`, plugins)
    .then((experiment) => experiment.run())
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).problems.map(({ message }) => message)
}

describe('slots that cannot be filled in are refused with plugin, round and client, whoever fills in', () => {
  const who = 'scheduler "custom" (plugin custom), round 1'

  test.each<[string, Int32Array, string]>([
    ['too many', Int32Array.of(0, 1, 2, 3), `${who}: 4 slots for 3 clients`],
    ['too few', Int32Array.of(0, 1), `${who}: 2 slots for 3 clients`],
    [
      'one that there is not',
      Int32Array.of(0, 99, 1),
      `${who}, client 1: slot 99 is not between 0 and 3, nor -1 to sit out`,
    ],
    [
      'one below all',
      Int32Array.of(-5, 0, 1),
      `${who}, client 0: slot -5 is not between 0 and 3, nor -1 to sit out`,
    ],
  ])('%s', async (_, assignment, message) => {
    for (const name of [
      'coordinate-descent',
      '{ plugin: power-control, options: { deadlineSeconds: 1000 } }',
    ]) {
      const text = `decisions: { power: {} }\nschedulers: [{ plugin: custom, allocate: [${name}] }]\n`
      expect(await messagesOf(text, [scheduler(() => assignment)])).toEqual([message])
    }
  })

  test('numbers of the wrong length, too', async () => {
    const text =
      'decisions: { power: {} }\nschedulers: [{ plugin: custom, allocate: [coordinate-descent] }]\n'
    const decide = () => ({ assignment: apart(), powerW: Float64Array.of(1) })
    expect(await messagesOf(text, [scheduler(decide)])).toEqual([`${who}: powerW: 1 numbers for 3 clients`])
  })
})

test('a scheduler whose decision cannot even be read is named', async () => {
  const text = 'decisions: { power: {} }\nschedulers: [custom]\n'
  const decide = () => ({ assignment: apart(), powerW: detached() })
  const [message] = await messagesOf(text, [scheduler(decide)])
  expect(message).toMatch('scheduler "custom" (plugin custom) threw in round 1: TypeError: ')
})

describe('an allocator of one’s own', () => {
  const text =
    'decisions: { power: {}, cut: [{ name: a }, { name: b }], grants: {} }\nschedulers: [{ plugin: custom, allocate: [filling] }]\n'
  const who = 'scheduler "custom" (plugin custom), round 1, allocator "filling"'
  const of = (allocate: Parameters<typeof allocator>[0], decided: Partial<Decision> = {}) =>
    messagesOf(text, [scheduler(() => ({ assignment: apart(), ...decided })), allocator(allocate)])

  test('that throws is named, with what it threw, beside any scheduler', async () => {
    const boom = () => {
      throw new Error('boom')
    }
    expect(await of(boom)).toEqual([`${who} threw: Error: boom`])
    const beside = text.replace('plugin: custom', 'plugin: random')
    expect(await messagesOf(beside, [allocator(boom)])).toEqual([
      'scheduler "random" (plugin random), round 1, allocator "filling" threw: Error: boom',
    ])
  })

  test('that returns arrays whose memory is gone is named', async () => {
    const [message] = await of((_, decision) => ({ ...decision, powerW: detached() }))
    expect(message).toMatch(`${who} threw: TypeError: `)
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['slots alone', apart()],
    ['a list as its assignment', { assignment: [0, 1, 2] }],
    ['no assignment', { assignment: null }],
  ])('that returns %s is told what it has to', async (_, returned) => {
    expect(await of(() => returned)).toEqual([
      `${who}: allocate() has to return a decision, with its assignment as an Int32Array`,
    ])
  })

  test('that gives slots to nobody is told', async () => {
    expect(await of(() => ({ assignment: Int32Array.of(0, 1, 2, 3) }))).toEqual([
      `${who}: 4 slots for 3 clients`,
    ])
  })

  test('leaves what was decided as it is, whole numbers and grants, too', async () => {
    const cut = Int32Array.of(0, 1, 0)
    const other = Int32Array.of(0, 0, 0)
    expect(await of((_, decision) => ({ ...decision, cut: other }), { cut })).toEqual([
      `${who}, client 1: it changed cut, which was decided`,
    ])
    const grants = { first: Int32Array.of(0, 1, 2, 3), slot: apart(), powerW: new Float64Array(3).fill(0.01) }
    const louder = { ...grants, powerW: new Float64Array(3).fill(0.02) }
    expect(await of((_, decision) => ({ ...decision, grants: louder }), { grants })).toEqual([
      `${who}: it changed grants.powerW, which was decided`,
    ])
  })

  test('decides what it declares', async () => {
    expect(await of((_, decision) => ({ ...decision, cut: new Int32Array(3) }))).toEqual([
      `${who}: it decides cut, which it does not declare in decides`,
    ])
  })
})

test.each([
  [
    'equal-finish',
    '{ power: {} }',
    'allocator "equal-finish": it divides slots: expected access tdma or fdma, found channels',
  ],
  [
    'power-control',
    '{ power: {} }',
    'allocator "power-control": it needs a deadline; expected options.deadlineSeconds, one that is decided (decisions.deadline), or --deadline SECONDS of cotwin evaluate',
  ],
  [
    '{ plugin: alternating, label: both, options: { allocate: [even-shares] } }',
    '{ power: {} }',
    'allocator "both": even-shares: it divides slots: expected access fdma or tdma, found channels',
  ],
  [
    '{ plugin: minimum-energy-clock, label: slow }',
    '{ power: {} }',
    'allocator "slow": it decides clock, which the scenario does not open; expected decisions.clock',
  ],
])(
  'an allocator that refuses a round is told with scheduler and round: %s',
  async (allocate, opened, message) => {
    const clocks = network.replace('count: 3', 'count: 3, clockHz: 1e9, cyclesPerRound: 1e9')
    const text = `rounds: 1\n${clocks}decisions: ${opened}\nschedulers: [random, { plugin: random, label: second, allocate: [${allocate}] }]\n`
    const run = experimentOf(text).then((experiment) => experiment.run())
    await expect(run).rejects.toThrow(`scheduler "second" (plugin random), round 1, ${message}`)
  },
)

test('powers that were given with grants stay under water-filling', async () => {
  const grants = {
    first: Int32Array.of(0, 2, 3, 3),
    slot: Int32Array.of(0, 1, 2),
    powerW: Float64Array.of(0.01, 0.02, 0.03),
  }
  const text = `rounds: 1\n${network}decisions: { grants: {} }\nschedulers: [{ plugin: custom, allocate: [water-filling] }]\n`
  const [{ decision }] = await recordsOf(text, [
    scheduler(() => ({ assignment: Int32Array.of(0, 2, -1), grants })),
  ])
  expect([...(decision.grants?.powerW ?? [])]).toEqual([0.01, 0.02, 0.03])
})

describe('an objective of one’s own that throws is named, with the moment', () => {
  const objective = (made: Partial<Objective>) =>
    definePlugin({
      kind: 'objective',
      name: 'mine',
      summary: 'an objective of the test',
      options,
      create: () => ({ terms: () => ({}), ...made }),
    })
  const boom = () => {
    throw new Error('boom')
  }

  test.each<[string, Partial<Objective>]>([
    ['terms()', { terms: boom }],
    ['round 1, cost()', { cost: boom }],
    ['round 1, settle()', { settle: boom }],
    ['queues()', { queues: boom }],
  ])('in %s', async (moment, made) => {
    const text = 'objective: { terms: [mine] }\nschedulers: [random]\n'
    expect(await messagesOf(text, [objective(made)])).toEqual([
      `objective "mine" threw in ${moment}: Error: boom`,
    ])
  })
})

test('what is opened and nobody decides, and allocators of which nothing is opened, are told before a run', async () => {
  const text = `rounds: 1\n${network}decisions: { samples: {} }\nschedulers: [{ plugin: random, allocate: [coordinate-descent] }]\n`
  const { warnings } = await experimentOf(text)
  expect(warnings.map(({ message }) => message)).toEqual([
    'decisions.samples: no scheduler or allocator decides it',
    'schedulers[0].allocate[0]: coordinate-descent decides power, clock, cut, payload, of which the scenario opens nothing',
  ])
})

test('ranges that leave a client nothing to choose are refused before a run', async () => {
  const of = (decisions: string) =>
    messagesOf(
      `decisions: { ${decisions} }\nschedulers: [random]\nworkload: { samplesPerRound: [8, 16, 8] }\n`,
      [],
    )
  expect(await of('power: { minimumDbm: 30 }')).toEqual([
    'decisions.power: leaves nothing to choose for client 0, which has 23 dBm; expected a minimum up to its powerDbm',
  ])
  expect(await of('power: { levelsDbm: [24, 30] }')).toEqual([
    'decisions.power: leaves nothing to choose for client 0, which has 23 dBm; expected a level up to its powerDbm',
  ])
  expect(await of('power: { minimumDbm: 10, levelsDbm: [5] }')).toEqual([
    'decisions.power: leaves nothing to choose for client 0, which has 23 dBm; expected a level up to its powerDbm',
  ])
  expect(await of('samples: { minimum: 12 }')).toEqual([
    'decisions.samples: leaves nothing to choose for client 0, which has 8; expected a minimum up to its samplesPerRound',
  ])
})
