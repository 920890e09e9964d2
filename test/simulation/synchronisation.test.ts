import { describe, expect, test } from 'vitest'
import type { RoundRecord } from '../../core/index.js'
import type { TwinRecord } from '../../core/observe/events.js'
import { definePlugin, type SchedulerView, SITS_OUT, Type } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

/** A scheduler that gives everyone whom it takes to be there a slot of its own, and tells what it sees. */
function watching(seen: SchedulerView[] = []) {
  const plugin = definePlugin({
    kind: 'scheduler',
    name: 'watching',
    summary: 'client n takes slot n, if it is there',
    tier: 'twin',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide(view) {
        seen.push(view)
        return Int32Array.from(view.active, (there, n) => (there ? n : SITS_OUT))
      },
    }),
  })
  return { plugin, seen }
}

const text = (twin: string, more = '') => `
rounds: 12
workload: { uplinkBitsPerSample: 2000, downlinkBitsPerSample: 2000, bodyFlopsPerSample: 1e6 }
network: { clients: { count: 6, positions: fixed }, channels: { count: 4 } }
twin: ${twin}
schedulers: [watching]
${more}`

/** Rounds and what the twin told of them. */
async function play(twin: string, more = '') {
  const { plugin, seen } = watching()
  const experiment = await experimentOf(text(twin, more), [plugin])
  const twins: TwinRecord[] = []
  experiment.bus.on('twin', (record) => void twins.push(record))
  const rounds: RoundRecord[] = await observed(experiment, 'scheduler:round')
  return { rounds, twins, seen }
}

describe('reports', () => {
  const reports = 'reports: { gainBits: 8, placeBits: 48, statusBits: 32, channels: 1 }'

  test('are so many bits, at the rate of each client’s best mean gain, one after the other', async () => {
    const { twins, seen } = await play(`{ everyRounds: 4, ${reports} }`)
    const { parameters, meanGain } = seen[0]
    const bits = 48 + 32 + 8 * 4 * 4
    const seconds = Array.from({ length: 6 }, (_, n) => {
      const best = Math.max(...meanGain.subarray(4 * n, 4 * n + 4))
      return (
        bits /
        (parameters.bandwidthHz * Math.log2(1 + (parameters.clientPowerW[n] * best) / parameters.noiseW))
      )
    })
    const time = seconds.reduce((sum, each) => sum + each, 0)
    const joules = seconds.reduce((sum, each, n) => sum + each * parameters.clientPowerW[n], 0)
    for (const { round, reports: sent, reportBits, reportSeconds, reportJoules } of twins) {
      const due = round % 4 === 1
      expect([sent, reportBits]).toEqual(due ? [6, 6 * bits] : [0, 0])
      expect(reportSeconds).toBeCloseTo(due ? time : 0, 12)
      expect(reportJoules).toBeCloseTo(due ? joules : 0, 12)
    }
  })

  test('delay the round and count in its time, energy and cost, and in what was predicted', async () => {
    const paid = await play(`{ everyRounds: 4, ${reports} }`)
    const free = await play('{ everyRounds: 4 }')
    for (const [i, { cost, staticCost, startTime }] of paid.rounds.entries()) {
      const { reportSeconds, reportJoules, predictedCost } = paid.twins[i]
      const without = free.rounds[i].cost
      expect(cost.time).toBeCloseTo(without.time + reportSeconds, 12)
      expect(cost.energy).toBeCloseTo(without.energy + reportJoules, 12)
      expect(cost.cost).toBeCloseTo(without.cost + 0.5 * reportSeconds + 0.5 * reportJoules, 12)
      expect(staticCost.cost).toBeCloseTo(cost.cost, 12)
      expect(predictedCost).toBeCloseTo(
        free.twins[i].predictedCost + 0.5 * reportSeconds + 0.5 * reportJoules,
        12,
      )
      if (i > 0) expect(startTime).toBeCloseTo(paid.rounds[i - 1].startTime + paid.rounds[i - 1].cost.time, 9)
    }
  })

  test('take energy of those budgets that pay for it, and what is lost was sent all the same', async () => {
    const all = await play(`{ ${reports} }`)
    const lost = await play(`{ missingClients: 1, ${reports} }`)
    expect(lost.twins.map(({ reportBits }) => reportBits)).toEqual(
      all.twins.map(({ reportBits }) => reportBits),
    )
    const spent = all.rounds.reduce((sum, { cost }) => sum + cost.energy, 0)
    const between = (all.rounds.reduce((sum, { cost }) => sum + cost.clientEnergy[0], 0) + spent / 6) / 2
    expect(between).toBeGreaterThan(0)
    // Client 0's budget is what its rounds take without reports: with them it is spent before the end.
    const own = all.rounds.reduce((sum, { cost }) => sum + cost.clientEnergy[0], 0)
    const budget = `budgets: { energyJoules: [${own * 1.0000001}, 1e9, 1e9, 1e9, 1e9, 1e9] }`
    const quits = async (twin: string) => {
      const { plugin } = watching()
      return observed(await experimentOf(text(twin, budget), [plugin]), 'budget:spent')
    }
    expect(await quits('{}')).toEqual([])
    expect((await quits(`{ ${reports} }`)).map(({ client }) => client)).toEqual([0])
  })

  test('on a narrower channel are slower, and hear less noise', async () => {
    const { twins, seen } = await play(
      `{ ${reports.replace('channels: 1', 'channels: 1, bandwidthHz: 2e5')} }`,
    )
    const { parameters, meanGain } = seen[0]
    let time = 0
    for (let n = 0; n < 6; n++) {
      const best = Math.max(...meanGain.subarray(4 * n, 4 * n + 4))
      const snr = (parameters.clientPowerW[n] * best) / (parameters.noiseW * (2e5 / parameters.bandwidthHz))
      time += (48 + 32 + 8 * 16) / (2e5 * Math.log2(1 + snr))
    }
    expect(twins[0].reportSeconds).toBeCloseTo(time, 12)
  })

  test('go out side by side on several control channels', async () => {
    const one = (await play(`{ ${reports} }`)).twins[0]
    const six = (await play(`{ ${reports.replace('channels: 1', 'channels: 6')} }`)).twins[0]
    expect(six.reportSeconds).toBeLessThan(one.reportSeconds)
    expect(six.reportJoules).toBeCloseTo(one.reportJoules, 12)
  })

  test('on deviation: fewer the farther gains may be off, all where nothing may, those of registering where anything', async () => {
    const sent = async (decibels: number) =>
      (await play(`{ onDeviationDb: ${decibels}, ${reports} }`)).twins.map(({ reports: count }) => count)
    const total = async (decibels: number) => (await sent(decibels)).reduce((sum, count) => sum + count, 0)
    expect(await sent(0)).toEqual(new Array(12).fill(6))
    expect(await sent(1000)).toEqual([6, ...new Array(11).fill(0)])
    // Rayleigh fading is 6.1 dB off its mean.
    const [some, few] = [await total(5.5), await total(7)]
    expect(some).toBeLessThan(72)
    expect(few).toBeLessThan(some)
    expect(few).toBeGreaterThan(6)
  })
})

test('how far gains are off is what the error of reports is, and 0 without any', async () => {
  const errors = async (twin: string) => (await play(twin)).twins.map(({ gainErrorDb }) => gainErrorDb)
  expect(await errors('{}')).toEqual(new Array(12).fill(0))
  const found = await errors('{ gainErrorDb: 3 }')
  expect(found.reduce((sum, each) => sum + each, 0) / 12).toBeGreaterThan(2.7)
  expect(found.reduce((sum, each) => sum + each, 0) / 12).toBeLessThan(3.3)
})

describe('a twin that errs in more than gains', () => {
  test('shows processors by another speed, log-normal, and rounds cost what they cost', async () => {
    const { seen, rounds, twins } = await play('{ everyRounds: 2, processorError: 0.5 }')
    const { rounds: right } = await play('{ everyRounds: 2 }')
    expect(rounds.map(({ cost }) => cost.cost)).toEqual(right.map(({ cost }) => cost.cost))
    const logarithms = seen.flatMap(({ network }) =>
      Array.from(network.serverFlops, (f) => Math.log(f / 1.424e13)),
    )
    const spread = Math.sqrt(logarithms.reduce((sum, x) => sum + x * x, 0) / logarithms.length)
    expect(spread).toBeGreaterThan(0.3)
    expect(spread).toBeLessThan(0.7)
    // Told anew with each synchronisation, and what the scheduler's parameters say, too.
    expect(seen[1].network.serverFlops).toEqual(seen[0].network.serverFlops)
    expect(seen[2].network.serverFlops).not.toEqual(seen[0].network.serverFlops)
    expect(seen[0].parameters.serverFlops).toEqual(seen[0].network.serverFlops)
    expect(twins.some(({ predictedCost, cost }) => Math.abs(predictedCost / cost - 1) > 1e-6)).toBe(true)
  })

  test('shows energy as it was last reported', async () => {
    const budget = 'budgets: { energyJoules: 1e9 }'
    const spent = async (twin: string) =>
      (await play(twin, budget)).seen.map(({ energyRatio }) => energyRatio[2])
    const current = await spent('{ everyRounds: 4 }')
    const reported = await spent('{ everyRounds: 4, energyLeft: reported }')
    for (const [i, ratio] of current.entries()) {
      if (i > 0) expect(ratio).toBeGreaterThan(current[i - 1])
      expect(reported[i]).toBe(current[i - (i % 4)])
    }
    const off = await spent('{ everyRounds: 4, energyLeft: reported, energyError: 0.3 }')
    expect(off[4]).not.toBe(current[4])
    expect(off[5]).toBe(off[4])
  })

  const coming = `
dynamics: dynamic
churn: { plugin: poisson, options: { meanStaySeconds: 0.2, meanAbsenceSeconds: 0.1 } }`

  test('gives slots to those who have left, in vain, and none to those who have come back', async () => {
    const { rounds, seen } = await play('{ everyRounds: 4, presence: reported }', coming)
    let [inVain, unseen] = [0, 0]
    for (const [i, { served, active }] of rounds.entries()) {
      const believed = seen[i].active.reduce((sum, there) => sum + there, 0)
      // Whoever is served is there and was taken to be.
      expect(served).toBeLessThanOrEqual(Math.min(believed, active))
      inVain += believed - served
      unseen += active - served
      if (i % 4 === 0 && i > 0) expect(believed).toBe(active)
    }
    expect(inVain).toBeGreaterThan(0)
    expect(unseen).toBeGreaterThan(0)
    const current = await play('{ everyRounds: 4 }', coming)
    for (const [i, { served, active }] of current.rounds.entries()) {
      expect(served).toBe(active)
      expect(current.seen[i].active.reduce((sum, there) => sum + there, 0)).toBe(active)
    }
  })

  test('does not give a slot twice to one who did not answer', async () => {
    const { rounds, seen } = await play('{ everyRounds: 100, presence: reported }', coming)
    for (const [i, { assignment }] of rounds.entries())
      for (const [client, slot] of assignment.entries())
        if (slot === SITS_OUT && i + 1 < seen.length) expect(seen[i + 1].active[client]).toBe(0)
  })
})

test.each(['kalman', 'radio-map', 'ar1'])(
  'a run that is resumed goes on with what %s has heard',
  async (estimator) => {
    const scenario = `
rounds: 14
workload: { uplinkBitsPerSample: 2000, downlinkBitsPerSample: 2000 }
network: { clients: { count: 5, positions: fixed, speedMps: 1 }, channels: { count: 4 }, doppler: {} }
twin: { everyRounds: 3, gainErrorDb: 2, missingClients: 0.3, presence: reported, energyLeft: reported, processorError: 0.2, estimator: ${estimator} }
schedulers: [hardest-first]`
    const whole = await observed(await experimentOf(scenario), 'twin')
    const first = await experimentOf(scenario)
    const stop = new AbortController()
    first.bus.on('round:end', ({ round }) => {
      if (round === 8) stop.abort()
    })
    await first.run(stop.signal)
    const second = await experimentOf(scenario)
    second.restore(structuredClone(first.save()))
    expect(await observed(second, 'twin')).toEqual(whole.filter(({ round }) => round > 8))
  },
)

test('the older names of two estimators are those', async () => {
  const costs = async (twin: string) =>
    (await recordsOf(text(twin).replace('[watching]', '[hardest-first]'))).map(({ cost }) => cost.cost)
  expect(await costs('{ everyRounds: 3, prediction: hold }')).toEqual(
    await costs('{ everyRounds: 3, estimator: hold }'),
  )
  expect(await costs('{ everyRounds: 3, prediction: conditional-mean }')).toEqual(
    await costs('{ everyRounds: 3 }'),
  )
})

test('two names for two estimators are refused', async () => {
  const error = await experimentOf(text('{ estimator: kalman, prediction: hold }')).catch((thrown) => thrown)
  expect(String(error)).toMatch(
    /twin\.prediction: names the estimator hold, and twin\.estimator names kalman/,
  )
})
