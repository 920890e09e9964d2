import { describe, expect, test } from 'vitest'
import type { RoundRecord } from '../../../core/index.js'
import { definePlugin, type SchedulerView, Type } from '../../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from '../experiments.js'

const everything = `
rounds: 12
dynamics: dynamic
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e6, downlinkBitsPerSample: 4e6 }
network: { clients: { flops: 1e9 } }
round: { deadlineSeconds: 260 }
churn: { plugin: poisson, options: { meanStaySeconds: 1000, meanAbsenceSeconds: 100 } }
faults:
  outages: { ratePerSecond: 0.005, meanSeconds: 20 }
  stragglers: lognormal
  servers: { meanTimeBetweenFailuresSeconds: 500, meanRepairSeconds: 20 }
`

const of = (records: readonly RoundRecord[], label: string) =>
  records.filter(({ scheduler }) => scheduler === label).map(({ scheduler: _, ...record }) => record)

describe('under everything that can go wrong', async () => {
  const alone = await recordsOf(`${everything}schedulers: [hardest-first]`)

  test('clients break off, and rounds still go on', () => {
    const broken = alone.reduce((sum, { served, completed }) => sum + served - completed, 0)
    expect(broken).toBeGreaterThan(3)
    expect(alone).toHaveLength(12)
    for (const { served, active, completed, cost } of alone) {
      expect(served).toBe(active)
      expect(completed).toBe(cost.clientTime.filter((time) => !Number.isNaN(time)).length)
      expect(cost.time).toBeLessThanOrEqual(260 * (1 + 1e-9))
    }
  })

  test('what a scheduler meets does not depend on which others there are, nor on their order', async () => {
    const first = await recordsOf(`${everything}schedulers: [hardest-first, random, max-sinr]`)
    const last = await recordsOf(`${everything}schedulers: [max-sinr, random, hardest-first]`)
    expect(of(first, 'hardest-first')).toEqual(of(alone, 'hardest-first'))
    expect(last).toEqual(first)
  })

  test('two schedulers that decide alike fare alike', async () => {
    const both = await recordsOf(
      `${everything}schedulers: [{ plugin: greedy, label: a }, { plugin: greedy, label: b }]`,
    )
    expect(of(both, 'a')).toEqual(of(both, 'b'))
  })

  test('another seed meets with other faults', async () => {
    const faults = async (seed: number) =>
      observed(await experimentOf(`seed: ${seed}\n${everything}schedulers: [max-sinr]`), 'fault')
    const [one, other] = [await faults(1), await faults(2)]
    expect(new Set(one.map(({ kind }) => kind))).toEqual(
      new Set(['absence', 'outage', 'failure', 'deadline']),
    )
    expect(other).not.toEqual(one)
  })
})

test('links go down at other moments in every round', async () => {
  const text = `
rounds: 20
dynamics: dynamic
network: { clients: { count: 1 }, servers: { count: 1, placement: grid } }
faults: { outages: { ratePerSecond: 0.02, meanSeconds: 5 } }
schedulers: [max-sinr]
`
  const outages = await observed(await experimentOf(text), 'fault')
  const rounds = await recordsOf(text)
  const sinceStart = (round: number) =>
    outages.filter((outage) => outage.round === round).map(({ start }) => start - rounds[round - 1].startTime)
  const first = rounds.map(({ round }) => sinceStart(round).find((start) => start > 0) ?? round)
  expect(outages.length).toBeGreaterThan(20)
  for (const [i, start] of first.entries())
    for (const other of first.slice(i + 1)) expect(Math.abs(start - other)).toBeGreaterThan(1e-6)
})

test('a round is never slower than under static dynamics, and the channels are the same', async () => {
  const text = 'rounds: 30\nschedulers: [random, swap-matching]\n'
  const fixed = await recordsOf(text)
  const dynamic = await recordsOf(`${text}dynamics: dynamic`)
  for (const [i, { cost, staticCost, assignment, completed, served }] of dynamic.entries()) {
    expect([...assignment]).toEqual([...fixed[i].assignment])
    expect(staticCost).toEqual(fixed[i].cost)
    expect(fixed[i].staticCost).toEqual(fixed[i].cost)
    expect(cost.time).toBeLessThanOrEqual(staticCost.time * (1 + 1e-9))
    expect(cost.energy).toBeLessThanOrEqual(staticCost.energy * (1 + 1e-9))
    expect(completed).toBe(served)
  }
  expect(dynamic.some(({ cost, staticCost }) => cost.time < 0.9 * staticCost.time)).toBe(true)
})

test('rounds follow each other on one clock', async () => {
  const records = await recordsOf('rounds: 10\ndynamics: dynamic\nschedulers: [max-sinr]')
  let time = 0
  for (const { startTime, cost } of records) {
    expect(startTime).toBeCloseTo(time, 6)
    time = startTime + cost.time
  }
})

/** Churn for tests: even clients stay; odd ones are away for the first 5000 s, and again from 9000 s on. */
const halfAway = definePlugin({
  kind: 'churn',
  name: 'half-away',
  summary: 'a churn of the test',
  options: Type.Object({ all: Type.Boolean({ default: false }) }, { additionalProperties: false }),
  create: ({ all }) => ({
    timeline: (client) => {
      const times = client % 2 === 1 || all ? [5000, 9000] : []
      return { presentAtStart: client % 2 === 0 && !all, next: () => times.shift() ?? Infinity }
    },
  }),
})

/** A scheduler that keeps what it was told of who is active. */
function witness(seen: number[][], outcomes: { energies: number; times: number }[] = []) {
  return definePlugin({
    kind: 'scheduler',
    name: 'witness',
    summary: 'a scheduler of the test',
    tier: 'counts',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide(view: SchedulerView) {
        seen.push([...view.active])
        let slot = 0
        return Int32Array.from(view.active, (active) => (active ? slot++ : -1))
      },
      observe({ cost }) {
        const numbers = (values: Float64Array) => values.filter((value) => !Number.isNaN(value)).length
        outcomes.push({ energies: numbers(cost.clientEnergy), times: numbers(cost.clientTime) })
      },
    }),
  })
}

const churned = `
dynamics: dynamic
churn: half-away
network: { area: { widthM: 100, heightM: 100 }, channels: { count: 16 } }
workload: { uplinkBitsPerSample: 3e7, downlinkBitsPerSample: 3e7 }
schedulers: [witness]
`

test('who is away is not offered to the scheduler, and is there again after its return', async () => {
  const seen: number[][] = []
  const outcomes: { energies: number; times: number }[] = []
  const records = await recordsOf(`rounds: 400\n${churned}`, [halfAway, witness(seen, outcomes)])
  const half = Array.from({ length: 16 }, (_, client) => (client % 2 === 0 ? 1 : 0))
  for (const [i, { startTime, active, served, completed }] of records.entries()) {
    const away = startTime < 5000 || startTime >= 9000
    expect(seen[i]).toEqual(away ? half : half.map(() => 1))
    expect([active, served]).toEqual(away ? [8, 8] : [16, 16])
    // A scheduler learns who finished, and what was spent all the same.
    expect(outcomes[i]).toEqual({ energies: served, times: completed })
  }
  expect(records.some(({ active }) => active === 16)).toBe(true)
  expect(records.some(({ served, completed }) => completed < served)).toBe(true)
})

test('when everyone is away the round waits for the first to return; when for good, the run is over', async () => {
  const text = `rounds: 300\n${churned.replace('half-away', '{ plugin: half-away, options: { all: true } }')}`
  const records = await recordsOf(text, [halfAway, witness([])])
  expect(records[0].startTime).toBe(5000)
  expect(records.length).toBeGreaterThan(1)
  expect(records.length).toBeLessThan(300)
  expect(records.at(-1)!.startTime + records.at(-1)!.cost.time).toBeLessThanOrEqual(9000 + 1e-6)
})

test('waiting spends the run’s time, too', async () => {
  const text = `rounds: 3\n${churned.replace('half-away', '{ plugin: half-away, options: { all: true } }')}`
  const experiment = await experimentOf(`${text}budgets: { latencySeconds: 4000 }`, [halfAway, witness([])])
  const spent = await observed(experiment, 'budget:spent')
  expect(spent).toMatchObject([{ round: 1, client: null, spent: 5000, budget: 4000 }])
})

test('a slot for a client that is away is refused', async () => {
  const careless = definePlugin({
    kind: 'scheduler',
    name: 'witness',
    summary: 'a scheduler of the test',
    tier: 'counts',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ decide: () => Int32Array.from({ length: 16 }, (_, n) => n) }),
  })
  await expect(recordsOf(`rounds: 2\n${churned}`, [halfAway, careless])).rejects.toThrow(
    'scheduler "witness" (plugin witness), round 1, client 1: the client has quit or is away and cannot take a slot',
  )
})

test('what a client had spent when it broke off counts towards its budget', async () => {
  const records = await recordsOf(`${everything}schedulers: [hardest-first]`)
  const spent = new Float64Array(16)
  for (const { cost } of records)
    for (const [client, energy] of cost.clientEnergy.entries())
      if (!Number.isNaN(energy)) spent[client] += energy
  const budget = Math.max(...spent) - 1e-9
  const quits = await observed(
    await experimentOf(`${everything}schedulers: [hardest-first]\nbudgets: { energyJoules: ${budget} }`),
    'budget:spent',
  )
  expect(quits).toHaveLength(1)
  expect(quits[0].client).toBe(spent.indexOf(Math.max(...spent)))
})
