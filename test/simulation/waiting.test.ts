import { describe, expect, test } from 'vitest'
import {
  budgetEnergyOf,
  type Churn,
  Episode,
  evaluateRound,
  type RoundCost,
  type RoundNetwork,
  SITS_OUT,
} from '../../core/plugin/index.js'
import { randomNetwork } from '../network/instances.js'
import { playDynamic } from './dynamics/rounds.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

// A client spends W · (T_r − T_n) while it waits, which its budget pays (C2) and eqs. (18) and (19a) do not have.

const clients = 6
const watts = Float64Array.of(0.5, 0, 2, 0.5, 0.5, 1)
const plainNetwork: RoundNetwork = randomNetwork(7, { clients, servers: 2, channels: clients })
const network: RoundNetwork = { ...plainNetwork, clientWaitingW: watts }
/** A channel each; the last sits out. */
const assignment = Int32Array.from({ length: clients }, (_, n) =>
  n === clients - 1 ? SITS_OUT : (n % 2) * clients + n,
)

const expectWaiting = ({ time, clientTime, waitingEnergy }: RoundCost) => {
  for (let n = 0; n < clients - 1; n++)
    expect(waitingEnergy![n]).toBeCloseTo(watts[n] * (time - clientTime[n]), 9)
  expect(waitingEnergy![clients - 1]).toBeNaN()
}

describe('what waiting takes', () => {
  const cost = evaluateRound(network, assignment)

  test('is power times the time until the slowest is done; the slowest itself does not wait', () => {
    expectWaiting(cost)
    expect(cost.waitingEnergy![cost.clientTime.indexOf(cost.time)]).toBe(0)
    expect(Math.max(...cost.waitingEnergy!.slice(0, -1))).toBeGreaterThan(0)
  })

  test('is no part of eq. (18), nor of the system cost', () => {
    const { waitingEnergy: _, ...others } = cost
    expect(others).toEqual(evaluateRound(plainNetwork, assignment))
  })

  test('is added to it for the budgets', () => {
    const spent = budgetEnergyOf(cost)
    for (let n = 0; n < clients - 1; n++) expect(spent[n]).toBe(cost.clientEnergy[n] + cost.waitingEnergy![n])
    expect(spent[clients - 1]).toBeNaN()
    expect(budgetEnergyOf(evaluateRound(plainNetwork, assignment))).toEqual(cost.clientEnergy)
  })

  test('has no end in a round without end, but for those who never are done', () => {
    const blocked = { ...network, uplinkGain: network.uplinkGain.map((gain, i) => (i < 2 ? 0 : gain)) }
    const { clientTime, waitingEnergy } = evaluateRound(blocked, assignment)
    expect([clientTime[0], waitingEnergy![0]]).toEqual([Infinity, 0])
    expect(Array.from(waitingEnergy!.slice(1, 4))).toEqual([0, Infinity, Infinity])
  })

  test('counts in an episode of the paper’s agents, too', () => {
    const limits = {
      parameters: network,
      energyBudgetJoules: Float64Array.from(cost.clientEnergy, (energy) => (energy > 0 ? energy * 1.001 : 1)),
      latencyBudgetSeconds: Infinity,
      episodeRounds: 9,
    }
    const left = (charged: RoundCost) => {
      const episode = new Episode(limits, 0)
      episode.charge(assignment, charged)
      return Array.from(episode.active)
    }
    expect(left(evaluateRound(plainNetwork, assignment))).toEqual([1, 1, 1, 1, 1, 1])
    expect(left(cost)).toEqual(
      Array.from(budgetEnergyOf(cost), (spent, n) => (spent > limits.energyBudgetJoules[n] ? 0 : 1)),
    )
    expect(left(cost)).toContain(0)
  })
})

describe('under dynamic dynamics', () => {
  test('is the same of what really happened', () => {
    const { cost } = playDynamic(network, assignment)
    expectWaiting(cost)
    const { waitingEnergy: _, ...others } = cost
    expect(others).toEqual(playDynamic(plainNetwork, assignment).cost)
  })

  test('nobody waits whom the deadline breaks off', () => {
    const [first, second] = playDynamic(network, assignment)
      .cost.clientTime.filter((t) => t > 0)
      .sort()
    const { cost } = playDynamic(network, assignment, { deadlineSeconds: (first + second) / 2 })
    expect(Array.from(cost.clientTime).filter(Number.isFinite)).toHaveLength(1)
    for (let n = 0; n < clients - 1; n++)
      expect(cost.waitingEnergy![n]).toBeCloseTo(
        Number.isNaN(cost.clientTime[n]) ? 0 : watts[n] * (cost.time - cost.clientTime[n]),
        9,
      )
  })

  test('a client that is done waits no longer than until it leaves', () => {
    const { clientTime, time } = playDynamic(network, assignment).cost
    const early = [0, 2, 3, 4].find((n) => clientTime[n] < time) as number
    const leaves = (clientTime[early] + time) / 2
    const churn: Churn = {
      timeline: (client) => {
        const times = client === early ? [leaves, leaves + 1e-3] : []
        return { presentAtStart: true, next: () => times.shift() ?? Infinity }
      },
    }
    const { cost } = playDynamic(network, assignment, { churn })
    expect(cost.clientTime[early]).toBe(clientTime[early])
    expect(cost.waitingEnergy![early]).toBeCloseTo(watts[early] * (leaves - clientTime[early]), 9)
  })
})

describe('network.clients.waitingPowerW', () => {
  const base = 'rounds: 30\nnetwork: { clients: { positions: fixed } }\nschedulers: [hardest-first]\n'
  const waiting = (power: string) => base.replace('positions', `waitingPowerW: ${power}, positions`)

  test('makes budgets pay for waiting, and nothing else cost more', async () => {
    const budget = 900
    const records = await recordsOf(`${waiting('0.1')}budgets: { energyJoules: ${budget} }`)
    const quits = await observed(
      await experimentOf(`${waiting('0.1')}budgets: { energyJoules: ${budget} }`),
      'budget:spent',
    )
    const [{ client, round, spent }] = quits
    const own = records.slice(0, round).map(({ cost }) => ({
      radio: cost.clientEnergy[client as number],
      wait: 0.1 * (cost.time - cost.clientTime[client as number]),
    }))
    expect(spent).toBeCloseTo(
      own.reduce((sum, { radio, wait }) => sum + radio + wait, 0),
      9,
    )
    const unbudgeted = await recordsOf(waiting('0.1'))
    const without = await recordsOf(base)
    for (const [i, { cost }] of without.entries()) {
      const { waitingEnergy, ...others } = unbudgeted[i].cost
      expect(others).toEqual(cost)
      expect(waitingEnergy).toHaveLength(16)
    }
  })

  test('0 is none at all', async () => {
    for (const { cost } of await recordsOf(waiting('0'))) expect(cost).not.toHaveProperty('waitingEnergy')
  })
})
