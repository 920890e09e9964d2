import { describe, expect, test } from 'vitest'
import type { ObservationOptions } from '../../../../core/plugin/games/observation.js'
import {
  closeBudgets,
  Episode,
  evaluateRound,
  gainIndex,
  JointObservation,
  SITS_OUT,
  slotOf,
} from '../../../../core/plugin/index.js'
import { randomNetwork } from '../../../network/instances.js'

const size = { clients: 3, servers: 2, channels: 4 }
const network = {
  ...randomNetwork(3, size),
  noiseW: 1e-12,
  clientPowerW: Float64Array.of(1e-1, 1, 1e-2),
  serverPowerW: Float64Array.of(10, 1),
  meanGain: Float64Array.from([-9, -11, -8, -10, -10, -12], (exponent) => 10 ** exponent),
}
const slot = (server: number, channel: number) => slotOf(server, channel, size.channels)

const limits = {
  parameters: network,
  energyBudgetJoules: Float64Array.of(100, 200, 50),
  latencyBudgetSeconds: 40,
  episodeRounds: 25,
}

/** The cost of a round of which no more counts than its time and its clients' energy. */
const costing = (time: number, ...clientEnergy: number[]) => ({
  ...evaluateRound(network, new Int32Array(3).fill(SITS_OUT)),
  time,
  clientEnergy: Float64Array.from(clientEnergy),
})

const observe = (episode: Episode, options: Partial<ObservationOptions> = {}) => {
  const observation = new JointObservation(network, {
    tier: 'counts',
    fingerprint: false,
    identity: false,
    ...options,
  })
  const joint = observation.joint(episode.observe(network), { exploration: 0.4, done: 0.25 })
  return { observation, joint }
}

const expectClose = (found: ArrayLike<number>, expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length)
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5)
}

describe('the state of V-A', () => {
  test('is empty before the first round', () => {
    expect(Array.from(observe(new Episode(limits, 0)).joint)).toEqual(new Array(2 + 4 + 1 + 3).fill(0))
  })

  test('counts clients at servers and on channels in the last round, over their means, and shares of what was spent in all', () => {
    const episode = new Episode(limits, 0)
    episode.charge(Int32Array.of(slot(1, 3), slot(1, 2), slot(1, 0)), costing(8, 10, 20, 5))
    episode.charge(Int32Array.of(slot(0, 1), slot(1, 1), SITS_OUT), costing(4, 15, 30, Number.NaN))
    // Two clients at two servers: one each of a mean of 3/2; both on channel 1 of a mean of 3/4.
    const common = [1 / 1.5, 1 / 1.5, 0, 2 / 0.75, 0, 0, 12 / 40]
    expectClose(observe(episode).joint, [...common, 25 / 100, 50 / 200, 5 / 50])
  })

  test('goes to each agent with its own share of energy', () => {
    const episode = new Episode(limits, 0)
    episode.charge(Int32Array.of(slot(0, 0), SITS_OUT, SITS_OUT), costing(20, 10, Number.NaN, Number.NaN))
    const { observation, joint } = observe(episode)
    const rows = observation.rows([joint])
    const common = [1 / 1.5, 0, 1 / 0.75, 0, 0, 0, 0.5]
    expectClose(rows, [...common, 0.1, ...common, 0, ...common, 0])
  })

  test('may tell ε and how much of the training is over, and who asks', () => {
    const { observation, joint } = observe(new Episode(limits, 0), { fingerprint: true, identity: true })
    expectClose(joint.subarray(7, 9), [0.4, 0.25])
    expectClose(joint.subarray(observation.common), [0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  })

  test('at further tiers tells signal-to-noise ratios of the own links in units of 20 dB', () => {
    const { joint } = observe(new Episode(limits, 0), { tier: 'large-scale' })
    // 10 log10(P h / σ²): client 0 sends 20 dBm and is heard 90 and 110 dB lower, σ² is -90 dBm.
    expectClose(joint.subarray(7), [0, 20 / 20, 0, 0, 40 / 20, 20 / 20, 0, 0 / 20, -20 / 20])
    const local = observe(new Episode(limits, 0), { tier: 'local' })
    expect(local.observation.own).toBe(1 + 2 + 2 * 2 * 4)
    const last = local.joint.subarray(-2)
    const link = gainIndex(network, 2, 1, 3)
    expectClose(last, [
      (10 * Math.log10((1e-2 * network.uplinkGain[link]) / 1e-12)) / 20,
      (10 * Math.log10((1 * network.downlinkGain[link]) / 1e-12)) / 20,
    ])
  })
})

describe('budgets in an episode', () => {
  test('an agent goes on until it has spent more than its energy, the episode until it has spent more than its time', () => {
    const episode = new Episode(limits, 0)
    const everyone = Int32Array.of(slot(0, 0), slot(0, 1), slot(1, 0))
    episode.charge(everyone, costing(20, 50, 100, 50))
    expect(Array.from(episode.active)).toEqual([1, 1, 1])
    episode.charge(everyone, costing(20, 50, 101, 1))
    expect([Array.from(episode.active), episode.ended]).toEqual([[1, 0, 0], false])
    episode.charge(everyone, costing(1e-9, 0, Number.NaN, Number.NaN))
    expect(episode.ended).toBe(true)
  })

  test('eq. (20): no reward once time or the own energy is spent, and nothing to follow', () => {
    const rewards = Float32Array.of(0.5, 0.5, 0.5)
    // The second agent spends its energy in this round, the third had before it.
    const budgets = { before: Uint8Array.of(1, 1, 0), after: Uint8Array.of(1, 0, 0) }
    expectClose(closeBudgets(rewards, { ...budgets, ended: false }, 0.75), [0.75, 0, -1])
    expect(Array.from(rewards)).toEqual([0.5, 0, 0])
    expectClose(closeBudgets(rewards, { ...budgets, ended: true }, 0.75), [0, 0, -1])
    expect(Array.from(rewards)).toEqual([0, 0, 0])
  })
})
