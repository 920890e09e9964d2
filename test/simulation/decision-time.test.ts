import { describe, expect, test } from 'vitest'
import type { RoundRecord, RunEvents } from '../../core/index.js'
import type { AgingRecord } from '../../core/observe/events.js'
import { definePlugin, evaluateRound, type RoundNetwork, Type } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const of = (records: readonly RoundRecord[], label: string) =>
  records.filter(({ scheduler }) => scheduler === label)

const costs = (records: readonly RoundRecord[]) => records.map(({ cost }) => cost.cost)

test('a decision that takes no time changes nothing', async () => {
  const scenario = 'rounds: 6\nschedulers: [max-sinr, hardest-first]'
  const plain = await recordsOf(scenario)
  const none = await recordsOf(
    `${scenario}\ndecisionTime: { seconds: 0 }\nnetwork: { coherenceTimeSeconds: 1 }`,
  )
  expect(costs(none)).toEqual(costs(plain))
})

describe.each(['static', 'dynamic'])('under %s dynamics', (dynamics) => {
  const scenario = `rounds: 6\ndynamics: ${dynamics}\nschedulers: [max-sinr, decomposition]\n`

  test('the time of a round grows by the decision, and its cost by the weight of that', async () => {
    const plain = await recordsOf(scenario)
    const slow = await recordsOf(
      `${scenario}decisionTime: { seconds: { max-sinr: 2.5, decomposition: 40 } }\nobjective: { latency: 0.3 }`,
    )
    for (const [i, { scheduler, decisionTime, cost, staticCost }] of slow.entries()) {
      const seconds = scheduler === 'max-sinr' ? 2.5 : 40
      expect(decisionTime).toBe(seconds)
      expect(cost.time / (plain[i].cost.time + seconds)).toBeCloseTo(1, 12)
      expect(cost.energy / plain[i].cost.energy).toBeCloseTo(1, 12)
      expect(cost.cost / (0.3 * cost.time + 0.5 * cost.energy)).toBeCloseTo(1, 12)
      expect(staticCost.time / (plain[i].staticCost.time + seconds)).toBeCloseTo(1, 12)
    }
  })

  test('transmission starts when the decision has been made, and the next round after all', async () => {
    const experiment = await experimentOf(`${scenario}decisionTime: { seconds: 7 }`)
    const phases: Parameters<RunEvents['phase']>[0][] = []
    const records: RoundRecord[] = []
    experiment.bus.on('phase', (phase) => void phases.push(phase))
    experiment.bus.on('scheduler:round', (record) => void records.push(record))
    await experiment.run()
    for (const { round, scheduler, startTime, cost } of records) {
      const own = phases.filter((phase) => phase.round === round && phase.scheduler === scheduler)
      const decision = own.filter(({ phase }) => phase === 'decision')
      expect(decision).toHaveLength(1)
      expect(decision[0]).toMatchObject({ client: null, start: startTime })
      expect(decision[0].end).toBeCloseTo(startTime + 7, 6)
      const starts = own.filter(({ phase }) => phase !== 'decision').map(({ start }) => start)
      expect(Math.min(...starts)).toBe(decision[0].end)
      const ends = own.map(({ end }) => end)
      expect(Math.max(...ends) / (startTime + cost.time)).toBeCloseTo(1, 9)
    }
    const later = of(records, 'max-sinr')
    for (const [i, { startTime }] of later.slice(1).entries())
      expect(startTime / (later[i].startTime + later[i].cost.time)).toBeCloseTo(1, 9)
  })
})

/** A scheduler that keeps the networks it was shown. */
function witness(seen: RoundNetwork[]) {
  return definePlugin({
    kind: 'scheduler',
    name: 'witness',
    summary: 'client n on channel n at server 0',
    options: Type.Object({}, { additionalProperties: false }),
    tier: 'twin',
    create: () => ({
      decide: (view) => {
        seen.push(structuredClone(view.network))
        return Int32Array.from({ length: view.parameters.clients }, (_, client) => client)
      },
    }),
  })
}

const small = 'network: { clients: { count: 4 }, fading: rayleigh, '

describe('channels age', () => {
  const aged = async (tail: string) => {
    const seen: RoundNetwork[] = []
    const records = await recordsOf(`rounds: 8\nschedulers: [witness]\n${small}${tail}`, [witness(seen)])
    return { seen, records }
  }

  test('the decision is made on the channels as they were, the round costs what they have become', async () => {
    const { seen, records } = await aged('coherenceTimeSeconds: 1 }\ndecisionTime: { seconds: 1 }')
    const { seen: before } = await aged('}')
    expect(seen.map(({ uplinkGain }) => uplinkGain)).toEqual(before.map(({ uplinkGain }) => uplinkGain))
    for (const [i, { assignment, cost }] of records.entries())
      expect(cost.energy).not.toBeCloseTo(evaluateRound(seen[i], assignment).energy, 3)
  })

  test('by a share of the coherence time only: slowly, they are nearly as they were', async () => {
    const { records: still } = await aged('}\ndecisionTime: { seconds: 1 }')
    const { records: slow } = await aged('coherenceTimeSeconds: 1e12 }\ndecisionTime: { seconds: 1 }')
    const { records: fast } = await aged('coherenceTimeSeconds: 0.1 }\ndecisionTime: { seconds: 1 }')
    for (const [i, { cost }] of still.entries()) {
      expect(Math.abs(slow[i].cost.cost / cost.cost - 1)).toBeLessThan(1e-3)
      expect(Math.abs(fast[i].cost.cost / cost.cost - 1)).toBeGreaterThan(1e-3)
    }
  })

  test('not where there is no small-scale fading', async () => {
    const scenario = 'rounds: 4\nschedulers: [max-sinr]\nnetwork: { fading: none'
    const still = await recordsOf(`${scenario} }\ndecisionTime: { seconds: 1 }`)
    const old = await recordsOf(`${scenario}, coherenceTimeSeconds: 0.01 }\ndecisionTime: { seconds: 1 }`)
    expect(costs(old)).toEqual(costs(still))
  })

  test('in both directions together where they are reciprocal, and each by itself where not', async () => {
    // With one client nothing interferes, so a rate tells its gain.
    const ratios = async (reciprocal: boolean) => {
      const scenario = `rounds: 12\nschedulers: [max-sinr]\nnetwork: { clients: { count: 1, powerDbm: 33 }, servers: { count: 1 }, reciprocal: ${reciprocal}, coherenceTimeSeconds: 0.1 }\ndecisionTime: { seconds: 1 }`
      const records = await recordsOf(scenario)
      return records.map(({ cost }) => cost.uplinkRate[0] / cost.downlinkRate[0])
    }
    for (const ratio of await ratios(true)) expect(ratio).toBeCloseTo(1, 9)
    for (const ratio of await ratios(false)) expect(Math.abs(ratio - 1)).toBeGreaterThan(1e-6)
  })
})

test('schedulers age under common random numbers: same decisions and times, same costs', async () => {
  const records = await recordsOf(
    'rounds: 6\nnetwork: { coherenceTimeSeconds: 0.5 }\ndecisionTime: { seconds: 1 }\nschedulers: [{ plugin: greedy, label: a }, { plugin: greedy, label: b }]',
  )
  expect(costs(of(records, 'a'))).toEqual(costs(of(records, 'b')))
})

describe('what other coherence times would have made of it', () => {
  const scenario = (rest: string) =>
    `rounds: 5\nschedulers: [max-sinr, decomposition]\ndecisionTime: { seconds: 0.2 }\n${rest}`

  test('is told for each, and agrees with the run at the one it has', async () => {
    const experiment = await experimentOf(
      scenario('network: { coherenceTimeSeconds: 0.3 }\nrecord: { coherenceTimesSeconds: [0.1, 0.3, 1000] }'),
    )
    const told: AgingRecord[] = []
    experiment.bus.on('aging', (aging) => void told.push(aging))
    const records = await observed(experiment, 'scheduler:round')
    expect(told).toHaveLength(5 * 2 * 3)
    for (const { round, scheduler, cost } of records) {
      const own = told.filter((aging) => aging.round === round && aging.scheduler === scheduler)
      expect(own.map(({ coherenceSeconds }) => coherenceSeconds)).toEqual([0.1, 0.3, 1000])
      expect(own[1]).toMatchObject({ cost: cost.cost, time: cost.time, delaySeconds: 0.2 })
    }
  })

  test('does not change the run', async () => {
    const plain = await recordsOf(scenario(''))
    const told = await recordsOf(scenario('record: { coherenceTimesSeconds: [0.01, 1] }'))
    expect(costs(told)).toEqual(costs(plain))
  })
})

test('fading that cannot age is refused where it would have to', async () => {
  const frozen = definePlugin({
    kind: 'fading',
    name: 'frozen',
    summary: 'whatever it was',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ fill: (power) => void power.fill(0.5) }),
  })
  const scenario = (rest: string) =>
    `rounds: 1\nschedulers: [max-sinr]\nnetwork:\n  fading: frozen\n  coherenceTimeSeconds: 1\n${rest}`
  await expect(recordsOf(scenario('decisionTime: { seconds: 1 }'), [frozen])).rejects.toThrow(
    'scenario.yaml:4:11: network.fading: the fading of frozen does not age; expected one that does, or decisionTime: ignore',
  )
  expect(await recordsOf(scenario('decisionTime: ignore'), [frozen])).toHaveLength(1)
})

test('a measured decision takes what it took on this machine', async () => {
  const experiment = await experimentOf('rounds: 3\nschedulers: [swap-matching]\ndecisionTime: measured')
  const measured: number[] = []
  experiment.bus.on('decision', ({ decisionSeconds }) => void measured.push(decisionSeconds))
  const records = await observed(experiment, 'scheduler:round')
  expect(records.map(({ decisionTime }) => decisionTime)).toEqual(measured)
})

test('decisions spend the latency budget, too', async () => {
  const experiment = await experimentOf(
    'rounds: 9\nschedulers: [max-sinr]\ndecisionTime: { seconds: 1e6 }\nbudgets: { latencySeconds: 2.5e6 }',
  )
  expect(await observed(experiment, 'scheduler:round')).toHaveLength(3)
})
