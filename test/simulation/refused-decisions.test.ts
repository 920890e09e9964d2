import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { type Decision, definePlugin, type SchedulerView, Type } from '../../core/plugin/index.js'
import { experimentOf, recordsOf } from './experiments.js'

const CLIENTS = 3

/** A scheduler that decides what a test wants, at rounds and when clients ask. */
const custom = (decide: (view: SchedulerView) => unknown) =>
  definePlugin({
    kind: 'scheduler',
    name: 'custom',
    summary: 'a scheduler of the test',
    tier: 'twin',
    decides: ['slot', 'power', 'cut', 'share', 'grants', 'deadline'],
    decidesAt: ['round', 'ask'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ decide: decide as (view: SchedulerView) => Decision }),
  })

async function messagesOf(decide: (view: SchedulerView) => unknown, more: string): Promise<string[]> {
  const text = `rounds: 2\nschedulers: [custom]\n${more}`
  const error = await experimentOf(text, [custom(decide)])
    .then((experiment) => experiment.run())
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).problems.map(({ message }) => message)
}

const network = (access = 'channels') =>
  `network: { access: ${access}, clients: { count: ${CLIENTS} }, servers: { count: 2 }, channels: { count: 2 } }\n`
const who = 'scheduler "custom" (plugin custom), round 1'
const apart = () => Int32Array.of(0, 1, 2)

describe.each(['static', 'dynamic'])('in %s rounds', (dynamics) => {
  const rounds = (decisions: string, access?: string) =>
    `dynamics: ${dynamics}\ndecisions: { ${decisions} }\n${network(access)}`

  test.each<[string, Partial<Decision>, string, string]>([
    [
      'a power above its limit',
      { powerW: Float64Array.of(0.1, 0.3, 0.1) },
      'power: {}',
      `${who}, client 1: powerW: 0.3 W is above 0.199526231497 W, the client's power`,
    ],
    [
      'a power that is no number',
      { powerW: Float64Array.of(0.1, 0.1, Number.NaN) },
      'power: {}',
      `${who}, client 2: powerW: NaN is no finite number`,
    ],
    [
      'too few numbers',
      { powerW: Float64Array.of(0.1) },
      'power: {}',
      `${who}: powerW: 1 numbers for 3 clients`,
    ],
    [
      'a cut that there is not',
      { cut: Int32Array.of(0, 0, 1) },
      'cut: [{ name: only }]',
      `${who}, client 2: cut: 1 is above 0, the last cut`,
    ],
  ])('%s is refused with plugin, round and client', async (_, decided, decisions, message) => {
    expect(await messagesOf(() => ({ assignment: apart(), ...decided }), rounds(decisions))).toEqual([
      message,
    ])
  })

  test('shares of a slot past one are refused with clients and slot', async () => {
    const past = () => ({ assignment: new Int32Array(CLIENTS), share: new Float64Array(CLIENTS).fill(0.5) })
    expect(await messagesOf(past, rounds('share: {}', 'fdma'))).toEqual([
      `${who}, client 2: share: server 0, channel 0: the shares of clients 0, 1, 2 sum to 1.5, more than 1`,
    ])
  })
})

describe('of the wrong kind', () => {
  const of = (decided: Record<string, unknown>, decisions: string, more = '') =>
    messagesOf(
      () => ({ assignment: apart(), ...decided }),
      `decisions: { ${decisions} }\n${network(more ? 'channels' : 'fdma')}${more}`,
    )
  const grants = { first: Int32Array.of(0, 1, 2, 3), slot: apart() }

  test.each<[string, unknown, string]>([
    ['text', '5', '5 (a string) is no number above 0 s'],
    ['a boolean', true, 'true (a boolean) is no number above 0 s'],
    ['a bigint', 5n, '5 (a bigint) is no number above 0 s'],
    ['NaN', Number.NaN, 'NaN is not above 0 s'],
  ])('a deadline that is %s is refused', async (_, deadlineSeconds, message) => {
    expect(await of({ deadlineSeconds }, 'deadline: {}', 'dynamics: dynamic\n')).toEqual([
      `${who}: deadlineSeconds: ${message}`,
    ])
  })

  test.each([null, 5, {}])('grants that are %j are refused', async (found) => {
    expect(await of({ grants: found }, 'grants: {}')).toEqual([
      `${who}: grants: first: expected 4 rising places from 0`,
    ])
  })

  test('what grants do not have is refused', async () => {
    expect(await of({ grants: { ...grants, shares: new Float64Array(3) } }, 'grants: {}')).toEqual([
      `${who}: grants: there is no shares of a grant; expected one of first, slot, share, powerW`,
    ])
  })

  test('shares so small that nothing can be made of them are refused, none at all is not', async () => {
    for (const share of [5e-324, 1e-300, 1e-13])
      expect(await of({ share: Float64Array.of(share, 1, 1) }, 'share: {}')).toEqual([
        `${who}, client 0: share: ${share} is neither 0 nor 1e-12 or more`,
      ])
    const none = { assignment: apart(), share: Float64Array.of(0, 1, 1) }
    const text = `rounds: 1\nschedulers: [custom]\ndecisions: { share: {} }\n${network('fdma')}`
    const [{ cost }] = await recordsOf(text, [custom(() => none)])
    // Over no band nothing gets across.
    expect(cost.uplinkRate[0]).toBe(0)
    expect([cost.time, cost.energy, cost.cost]).toEqual([Infinity, Infinity, Infinity])
  })
})

describe.each([
  ['a protocol', 'splitfed'],
  ['a protocol that asks', '{ plugin: asynchronous, options: { decideAt: asking } }'],
])('under %s', (_, protocol) => {
  const under = `dynamics: dynamic\nprotocol: ${protocol}\n${network()}`

  test.each<[string, () => unknown, RegExp]>([
    [
      'powers',
      () => ({ assignment: apart(), powerW: new Float64Array(3) }),
      /decides power, which the scenario does not open/,
    ],
    [
      'cuts',
      () => ({ assignment: apart(), cut: new Int32Array(3) }),
      /decides cut, which the scenario does not open/,
    ],
    ['slots that are no numbers', () => [0, Number.NaN, 1], /^scheduler "custom" \(plugin custom\), round 1/],
    ['a slot that there is not', () => Int32Array.of(0, 1, 4), /client 2.* 4/],
    ['too few slots', () => Int32Array.of(0, 1), /2 .*3/],
    ['one slot twice', () => Int32Array.of(0, 1, 1), /clients? 1/],
    ['nothing', () => undefined, /^scheduler "custom" \(plugin custom\), round 1/],
  ])('%s are refused with plugin, round and client', async (_what, decide, message) => {
    const [first] = await messagesOf(decide, under)
    expect(first.startsWith(who)).toBe(true)
    expect(first).toMatch(message)
  })
})

test('under a protocol powers, cuts and lengths that are wrong are refused with plugin, round and client', async () => {
  const under = `dynamics: dynamic\nprotocol: splitfed\n${network()}decisions: { power: {}, cut: [{ name: only }] }\n`
  const decided = (more: Partial<Decision>) => messagesOf(() => ({ assignment: apart(), ...more }), under)
  expect(await decided({ powerW: Float64Array.of(0.1, 0.3, Number.NaN) })).toEqual([
    `${who}, client 1: powerW: 0.3 W is above 0.199526231497 W, the client's power`,
    `${who}, client 2: powerW: NaN is no finite number`,
  ])
  expect(await decided({ powerW: Float64Array.of(0.1) })).toEqual([`${who}: powerW: 1 numbers for 3 clients`])
  expect(await decided({ cut: Int32Array.of(0, 0, 1) })).toEqual([
    `${who}, client 2: cut: 1 is above 0, the last cut`,
  ])
})

test('where schedulers are asked for those that ask, shares of slots are refused before anything is run', async () => {
  const asking = `dynamics: dynamic\nprotocol: { plugin: asynchronous, options: { decideAt: asking } }\n${network('fdma')}`
  expect(await messagesOf(apart, `${asking}decisions: { share: {} }\n`)).toEqual([
    'decisions.share: the protocol asks for those that ask while others hold their slots: whole ones, since what is left of one that is shared they are not told (view.held); expected null, or a protocol that decides by rounds',
  ])
})
