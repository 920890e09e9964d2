import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import type { RoundRecord } from '../../core/index.js'
import { definePlugin, type Objective, type SchedulerView, Type } from '../../core/plugin/index.js'
import { experimentOf, recordsOf } from './experiments.js'

/** An objective of a user's own. */
const objective = (create: () => Partial<Objective>) =>
  definePlugin({
    kind: 'objective',
    name: 'mine',
    summary: 'an objective of the test',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ terms: () => ({}), ...create() }),
  })

/** A scheduler that keeps what it saw, client n in slot n of those there are. */
function watching(seen: SchedulerView[], assignment?: (view: SchedulerView) => Int32Array) {
  return definePlugin({
    kind: 'scheduler',
    name: 'watching',
    summary: 'a scheduler of the test',
    tier: 'twin',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide(view) {
        seen.push(view)
        const { clients, servers, channels } = view.parameters
        return (
          assignment?.(view) ??
          Int32Array.from({ length: clients }, (_, n) => (n < servers * channels ? n : -1))
        )
      },
    }),
  })
}

const small = `network: { clients: { count: 4 }, servers: { count: 2 }, channels: { count: 2 } }
`
const scarce = `network: { clients: { count: 4 }, servers: { count: 1 }, channels: { count: 2 } }
`

const plainCost = ({ cost: { time, energy } }: RoundRecord) => 0.5 * time + 0.5 * energy
const closeTo = (found: number, expected: number, relative = 1e-12) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(relative * Math.abs(expected))

describe('virtual queues of energy', () => {
  const budgets = [30, 1e6, 150, 250]
  const text = (options: string, more = '') =>
    `rounds: 6\nschedulers: [watching]\n${small}${more}objective: { terms: [{ plugin: energy-queues, options: { ${options} } }] }\n`

  test('grow by what is spent above the budget, never below nothing; a round costs them over V', async () => {
    const seen: SchedulerView[] = []
    const records = await recordsOf(text(`joulesPerRound: [${budgets}], penaltyWeight: 4`), [watching(seen)])
    const queue = [0, 0, 0, 0]
    let emptied = 0
    for (const [i, record] of records.entries()) {
      const { clientEnergy, cost } = record.cost
      const prices = seen[i].network.prices?.energy ?? new Float64Array(4)
      const priced = seen[i].parameters.prices?.energy ?? new Float64Array(4)
      for (const [n, q] of queue.entries()) {
        expect(prices[n]).toBe(q / 4)
        expect(priced[n]).toBe(q / 4)
      }
      closeTo(cost, plainCost(record) + queue.reduce((sum, q, n) => sum + (q / 4) * clientEnergy[n], 0))
      // What the equations and the evaluator say is what is charged.
      const evaluator = seen[i].evaluator()
      evaluator.reset(record.assignment)
      closeTo(evaluator.cost, cost)
      for (let n = 0; n < 4; n++) {
        queue[n] = Math.max(0, queue[n] + clientEnergy[n] - budgets[n])
        if (queue[n] === 0) emptied++
      }
    }
    // Both cases of the recursion came up.
    expect(emptied).toBeGreaterThan(0)
    expect(emptied).toBeLessThan(24)
  })

  test('with V without end cost what the plain objective does, to the last bit of every decision', async () => {
    const schedulers = 'schedulers: [swap-matching, greedy]\n'
    const of = (more: string) => recordsOf(`rounds: 6\n${small}${schedulers}${more}`)
    const plain = await of('')
    const queued = await of(
      'objective: { terms: [{ plugin: energy-queues, options: { joulesPerRound: 1, penaltyWeight: 1.0e+18 } }] }\n',
    )
    for (const [i, { assignment, cost }] of queued.entries()) {
      expect(assignment).toEqual(plain[i].assignment)
      closeTo(cost.cost, plain[i].cost.cost, 1e-12)
    }
  })

  test('have each client spend its budget in the long run, where it spent more; the time grows for it', async () => {
    const rounds = 120
    const of = (terms: string) =>
      recordsOf(`rounds: ${rounds}
seed: 3
network: { clients: { count: 2, positions: fixed }, servers: { count: 2 }, channels: { count: 2 } }
decisions: { power: {} }
objective: { latency: 1, energy: 0, terms: [${terms}] }
schedulers: [{ plugin: swap-matching, allocate: [coordinate-descent] }]
`)
    const late = (records: RoundRecord[], figure: (record: RoundRecord) => number) =>
      records.slice(rounds / 2).reduce((sum, record) => sum + figure(record), 0) / (rounds / 2)
    const free = await of('')
    const bounded = await of('{ plugin: energy-queues, options: { joulesPerRound: 150, penaltyWeight: 1 } }')
    for (const n of [0, 1]) {
      expect(late(free, ({ cost }) => cost.clientEnergy[n])).toBeGreaterThan(200)
      expect(late(bounded, ({ cost }) => cost.clientEnergy[n])).toBeLessThan(150 * 1.03)
    }
    expect(late(bounded, ({ cost }) => cost.time)).toBeGreaterThan(late(free, ({ cost }) => cost.time))
  })

  test('with a list of another length are refused with the key', async () => {
    await expect(experimentOf(text('joulesPerRound: [1, 2]'), [watching([])])).rejects.toThrow(
      /energy-queues: options.joulesPerRound: expected a list of 4 numbers, one for each client, found 2/,
    )
  })
})

describe('virtual queues of fairness', () => {
  const text = (share: string, schedulers: string, rounds = 40) =>
    `rounds: ${rounds}\nschedulers: [${schedulers}]\n${scarce}objective: { terms: [{ plugin: fairness-queues, options: { share: ${share}, penaltyWeight: 1.0e-4 } }] }\n`

  test('grow by each client’s share of rounds, and fall by one in each that it completes', async () => {
    const seen: SchedulerView[] = []
    const shares = [0.6, 0.1, 0.25, 0.5]
    const records = await recordsOf(text(`[${shares}]`, 'watching', 8), [
      // Clients 2 and 3 in every other round.
      watching(seen, ({ round }) =>
        round % 2 === 0 ? Int32Array.of(-1, -1, 0, 1) : Int32Array.of(0, 1, -1, -1),
      ),
    ])
    const queue = [0, 0, 0, 0]
    for (const [i, record] of records.entries()) {
      const prices = seen[i].network.prices?.unserved ?? new Float64Array(4)
      for (const [n, q] of queue.entries()) closeTo(prices[n], q / 1e-4)
      const leftOut = queue.reduce((sum, q, n) => sum + (record.assignment[n] < 0 ? q / 1e-4 : 0), 0)
      closeTo(record.cost.cost, plainCost(record) + leftOut)
      for (let n = 0; n < 4; n++)
        queue[n] = Math.max(0, queue[n] + shares[n] - (record.assignment[n] < 0 ? 0 : 1))
    }
    expect(Math.max(...queue)).toBeGreaterThan(0)
  })

  test('have greedy serve everyone at least that often, where it left some out for good', async () => {
    const servedOf = async (share: number) => {
      // The last client hardly reaches its server.
      const records = await recordsOf(
        text(String(share), 'greedy').replace('count: 4 }', 'count: 4, powerDbm: [23, 23, 23, 13] }'),
      )
      return [0, 1, 2, 3].map(
        (n) => records.filter(({ assignment }) => assignment[n] >= 0).length / records.length,
      )
    }
    const [without, withQueues] = [await servedOf(0), await servedOf(0.4)]
    expect(Math.min(...without)).toBeLessThan(0.3)
    for (const share of withQueues) expect(share).toBeGreaterThanOrEqual(0.4 - 2 / 40)
  })
})

test('what an objective charges beyond its terms is in the cost, and a run says that nobody sees it', async () => {
  const largest = objective(() => ({
    cost: ({ cost, completed }) =>
      3 * cost.clientEnergy.reduce((most, joules) => Math.max(most, joules), 0) + completed.length,
  }))
  const seen: SchedulerView[] = []
  const experiment = await experimentOf(
    `rounds: 2\nschedulers: [watching]\n${small}objective: { terms: [mine] }\n`,
    [largest, watching(seen)],
  )
  expect(experiment.warnings.map(({ message }) => message)).toEqual([
    'objective.terms[0]: mine charges rounds beyond its terms, and no scheduler, allocator or evaluator sees what',
  ])
  const records: RoundRecord[] = []
  experiment.bus.on('scheduler:round', (record) => void records.push(record))
  await experiment.run()
  for (const [i, record] of records.entries()) {
    const most = Math.max(...record.cost.clientEnergy)
    closeTo(record.cost.cost, plainCost(record) + 3 * most + 4)
    expect(record.staticCost.cost).toBe(record.cost.cost)
    const evaluator = seen[i].evaluator()
    evaluator.reset(record.assignment)
    closeTo(evaluator.cost, plainCost(record))
  }
})

test('terms alone may be all that a round costs', async () => {
  const [record] = await recordsOf(
    `rounds: 1\nschedulers: [watching]\n${small}objective: { latency: 0, energy: 0, terms: [{ plugin: weighted, options: { clientEnergy: [1, 0, 2, 0] } }] }\n`,
    [watching([])],
  )
  const { clientEnergy, cost } = record.cost
  closeTo(cost, clientEnergy[0] + 2 * clientEnergy[2])
})

test('prices of participation by client are those of who is left out', async () => {
  const [record] = await recordsOf(
    `rounds: 1\nschedulers: [watching]\n${scarce}objective: { terms: [{ plugin: participation, options: { unserved: [1, 2, 4, 8], sample: 0.5 } }] }\n`,
    [watching([])],
  )
  closeTo(record.cost.cost, plainCost(record) + 4 + 8 + 0.5 * 2 * 128)
})

describe('an objective that is none is named', () => {
  test.each<[string, () => Partial<Objective>, RegExp]>([
    [
      'NaN',
      () => ({ terms: () => ({ latency: Number.NaN }) }),
      /"mine": terms\(\)\.latency is NaN; expected a finite/,
    ],
    [
      'another length',
      () => ({ terms: () => ({ clientEnergy: new Float64Array(3) }) }),
      /"mine": terms\(\)\.clientEnergy is no Float64Array of length 4/,
    ],
    [
      'a price below nothing',
      () => ({ terms: () => ({ unserved: Float64Array.of(0, 1, -1, 0) }) }),
      /"mine": terms\(\)\.unserved of client 2 is -1; expected/,
    ],
    [
      'a cost that is none',
      () => ({ cost: () => Number.NaN }),
      /"mine", round 1: cost\(\) returned NaN; expected a number/,
    ],
  ])('%s', async (_, create, message) => {
    const played = recordsOf(`rounds: 1\nschedulers: [watching]\n${small}objective: { terms: [mine] }\n`, [
      objective(create),
      watching([]),
    ])
    await expect(played).rejects.toThrow(message)
    await expect(played).rejects.toThrow(UserError)
  })

  test('whoever proves what it decides does not go with what is charged beyond terms', async () => {
    await expect(
      experimentOf(`rounds: 1\nschedulers: [optimal]\n${small}objective: { terms: [mine] }\n`, [
        objective(() => ({ cost: () => 1 })),
      ]),
    ).rejects.toThrow(/objective mine charges rounds beyond/)
  })
})

test('optimal proves rounds with queues of energy, and nobody does better at their prices', async () => {
  const records = await recordsOf(
    `rounds: 5\nschedulers: [optimal]\n${small}objective: { terms: [{ plugin: energy-queues, options: { joulesPerRound: 5, penaltyWeight: 10 } }] }\n`,
  )
  for (const { bound, cost } of records) expect((bound ?? Number.NaN) / cost.cost).toBeCloseTo(1, 9)
  expect(records[4].cost.cost).toBeGreaterThan(plainCost(records[4]))
})
