import { describe, expect, test } from 'vitest'
import { experimentOf, observed, recordsOf } from './experiments.js'

const unlimited = `
rounds: 40
schedulers: [hardest-first]
`
const base = await recordsOf(unlimited)

describe('C2: the energy of a client', () => {
  test('is charged each round, and the client quits in the round that exceeds its budget', async () => {
    const budget = 800
    const spent = await observed(
      await experimentOf(`${unlimited}budgets: { energyJoules: ${budget} }`),
      'budget:spent',
    )
    expect(spent.length).toBeGreaterThan(0)
    const first = spent[0]
    const until = base.slice(0, first.round).map(({ cost }) => cost.clientEnergy[first.client as number])
    const total = (energies: number[]) => energies.reduce((sum, energy) => sum + energy, 0)
    expect(first.spent).toBeCloseTo(total(until), 9)
    expect(total(until)).toBeGreaterThan(budget)
    expect(total(until.slice(0, -1))).toBeLessThanOrEqual(budget)
  })

  test('may be spent to the last joule: C2 holds where they are equal', async () => {
    const rounds = 5
    const spentBy = Array.from({ length: 16 }, (_, client) =>
      base.slice(0, rounds).reduce((sum, { cost }) => sum + cost.clientEnergy[client], 0),
    )
    // The hungriest, so that the others are there as before until it quits.
    const client = spentBy.indexOf(Math.max(...spentBy))
    const quits = async (budget: number) => {
      const text = `${unlimited}budgets: { energyJoules: ${budget} }`
      const spent = await observed(await experimentOf(text), 'budget:spent')
      return spent.find((each) => each.client === client)?.round
    }
    expect(await quits(spentBy[client])).toBe(rounds + 1)
    const less = spentBy[client] * (1 - Number.EPSILON)
    expect(less).toBeLessThan(spentBy[client])
    expect(await quits(less)).toBe(rounds)
  })

  test('once spent, leaves the client out of every later round', async () => {
    const text = `${unlimited}budgets: { energyJoules: { uniform: [0.3, 1.2], times: 1500 } }`
    const quit = await observed(await experimentOf(text), 'budget:spent')
    const records = await recordsOf(text)
    expect(quit.length).toBeGreaterThan(3)
    for (const { round, client } of quit)
      for (const record of records)
        expect(Number.isNaN(record.cost.clientTime[client as number])).toBe(record.round > round)
    for (const record of records) {
      const gone = quit.filter(({ round }) => round < record.round).length
      expect([record.active, record.served]).toEqual([16 - gone, 16 - gone])
    }
  })

  test('ends the run when nobody is left', async () => {
    const records = await recordsOf(`${unlimited}budgets: { energyJoules: 1e-9 }`)
    expect(records).toHaveLength(1)
  })
})

describe('C1: the time of the run', () => {
  test('ends it with the round in which it is spent', async () => {
    const latency = base.slice(0, 7).reduce((sum, { cost }) => sum + cost.time, 0)
    const text = `${unlimited}budgets: { latencySeconds: ${latency - 1} }`
    expect(await recordsOf(text)).toHaveLength(7)
    const spent = await observed(await experimentOf(text), 'budget:spent')
    expect(spent).toHaveLength(1)
    expect(spent[0]).toMatchObject({ client: null, round: 7, budget: latency - 1 })
    expect(spent[0].spent).toBeCloseTo(latency, 6)
  })

  test('may be spent to the last second: C1 holds where they are equal', async () => {
    const latency = base.slice(0, 7).reduce((sum, { cost }) => sum + cost.time, 0)
    const lasts = async (seconds: number) =>
      (await recordsOf(`${unlimited}budgets: { latencySeconds: ${seconds} }`)).length
    expect(await lasts(latency)).toBe(8)
    expect(await lasts(latency * (1 - Number.EPSILON))).toBe(7)
  })

  test('ends it for one scheduler while others go on', async () => {
    const text = `
rounds: 6
budgets: { latencySeconds: 9000 }
schedulers: [random, hardest-first]
`
    const rounds = (label: string, records: { scheduler: string }[]) =>
      records.filter(({ scheduler }) => scheduler === label).length
    const records = await recordsOf(text)
    expect(rounds('random', records)).toBeLessThan(6)
    expect(rounds('hardest-first', records)).toBe(6)
  })
})
