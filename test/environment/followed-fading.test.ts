import { describe, expect, test } from 'vitest'
import { dopplerCorrelation, FollowedFading } from '../../core/environment/followed-fading.js'
import type { LargeScale } from '../../core/environment/large-scale.js'
import { RandomStreams } from '../../core/kernel/index.js'
import { checkSteps } from '../../core/simulation/dynamics/attempts.js'
import {
  correlation,
  criticalDistance,
  exponentialDistribution,
  kolmogorovDistance,
  mean,
  ricianDistribution,
} from '../plugins/statistics.js'
import { builtIn, parametersOf } from '../plugins/support.js'
import { recordsOf } from '../simulation/experiments.js'

const LINKS = 4000
const wavelengthM = 299_792_458 / 3.5e9
const largeScale: LargeScale = {
  meanGain: new Float64Array(LINKS).fill(1),
  sight: undefined,
  links: undefined,
}

/** Powers of many links when everyone has moved so far. */
async function powersAt(model: 'jakes' | 'autoregressive', distancesM: readonly number[], kFactor = 0) {
  const fading = await builtIn('fading', 'rician', { kFactor })
  const speedMps = new Float64Array(LINKS)
  const doppler = { model, wavelengthM, speedMps, stepSeconds: undefined }
  const followed = new FollowedFading(fading, parametersOf(LINKS, 1, 1), new RandomStreams(3), '', doppler)
  return distancesM.map((x) => {
    const gain = new Float64Array(LINKS)
    followed.apply(() => ({ x, y: 0 }), largeScale, gain)
    return gain
  })
}

test('Jakes is J0: at 3 km/h and 3.5 GHz 0.9089 after 10 ms and one half after 24.90 ms, at 30 km/h 0.1795 after 10 ms', () => {
  const after = (kmh: number, seconds: number) =>
    dopplerCorrelation('jakes', ((kmh / 3.6) * seconds * 3.5e9) / 3e8)
  expect(after(3, 0.01)).toBeCloseTo(0.9089, 4)
  expect(after(3, 0.0249)).toBeCloseTo(0.5, 3)
  expect(after(30, 0.01)).toBeCloseTo(0.1795, 4)
  // Abramowitz and Stegun, Table 9.1.
  expect(dopplerCorrelation('jakes', 5 / (2 * Math.PI))).toBeCloseTo(-0.1775967713, 9)
  expect(dopplerCorrelation('jakes', 15 / (2 * Math.PI))).toBeCloseTo(-0.0142244728, 9)
  expect(dopplerCorrelation('jakes', 2000 / (2 * Math.PI))).toBeCloseTo(
    Math.sqrt(2 / (Math.PI * 2000)) * Math.cos(2000 - Math.PI / 4),
    9,
  )
})

test('with either model one half is left at the same distance', () => {
  expect(dopplerCorrelation('jakes', 0.2420976)).toBeCloseTo(0.5, 5)
  expect(dopplerCorrelation('autoregressive', 0.2420976)).toBeCloseTo(0.5, 12)
})

describe.each(['jakes', 'autoregressive'] as const)('%s', (model) => {
  test('correlates powers by the square of the amplitudes, at five lags', async () => {
    // Of normal amplitudes, whose powers have correlation ρ².
    const lags = [0.05, 0.15, 0.2420976, 0.383, 0.6]
    const [start, ...later] = await powersAt(model, [0, ...lags.map((lag) => lag * wavelengthM)])
    for (const [i, lag] of lags.entries()) {
      const expected = dopplerCorrelation(model, lag) ** 2
      expect(Math.abs(correlation(start, later[i]) - expected)).toBeLessThan(0.05)
    }
  })

  test('has the law of its fading at any time', async () => {
    const [later] = await powersAt(model, [123.4])
    expect(kolmogorovDistance(later, exponentialDistribution)).toBeLessThan(criticalDistance(LINKS))
    const [inSight] = await powersAt(model, [7.1], 5)
    expect(kolmogorovDistance(inSight, ricianDistribution(5))).toBeLessThan(criticalDistance(LINKS))
  })

  test('who comes back finds what was there', async () => {
    const [there, elsewhere, again] = await powersAt(model, [3, 90, 3])
    expect(again).toEqual(there)
    expect(elsewhere).not.toEqual(there)
    expect(Math.abs(mean(there) - 1)).toBeLessThan(0.08)
  })
})

/** Powers of links over their mean in each round of a run, so that of the fading alone. */
const text = (speedMps: number, more = '', scheduler = 'hardest-first') => `
rounds: 8
workload: { uplinkBitsPerSample: 2000, downlinkBitsPerSample: 2000, bodyFlopsPerSample: 0 }
network:
  clients: { positions: fixed, speedMps: ${speedMps} }
  doppler: { model: jakes${more} }
schedulers: [${scheduler}]`

test('rounds shorter than the coherence time see the same channels, and much longer ones do not', async () => {
  const spread = async (speed: number) => {
    const records = await recordsOf(text(speed))
    const times = records.map(({ cost }) => cost.time)
    return (Math.max(...times) - Math.min(...times)) / mean(Float64Array.from(times))
  }
  expect(await spread(0)).toBe(0)
  // A round takes some 30 ms: 30 µm are nothing, 30 m are hundreds of wavelengths.
  expect(await spread(0.001)).toBeLessThan(0.05)
  expect(await spread(1000)).toBeGreaterThan(0.2)
})

test('channels that stand still within a round cost what they cost at its start, whatever the step', async () => {
  const dynamic = (more: string) => recordsOf(`${text(0, more)}\ndynamics: dynamic`)
  const [held, followed] = [await dynamic(''), await dynamic(', stepSeconds: 0.001')]
  for (const [i, { cost }] of held.entries()) expect(followed[i].cost.time / cost.time).toBeCloseTo(1, 9)
})

test('fast clients meet the mean of their channels within a round that is followed', async () => {
  const dynamic = (more: string) => recordsOf(`${text(300, more, 'random')}\ndynamics: dynamic`)
  const [held, followed] = [await dynamic(''), await dynamic(', stepSeconds: 0.001')]
  const worst = (records: typeof held) => Math.max(...records.map(({ cost }) => cost.time))
  expect(worst(followed)).toBeLessThan(worst(held))
})

test('a channel that carries nothing for a while is waited for', async () => {
  const faded = (minimumSinrDb: number) =>
    recordsOf(`rounds: 12
workload: { uplinkBitsPerSample: 2000, downlinkBitsPerSample: 2000, bodyFlopsPerSample: 0 }
network:
  clients: { count: 1, positions: fixed, speedMps: 30 }
  servers: { count: 1 }
  channels: { count: 1 }
  rate: { plugin: truncated-shannon, options: { minimumSinrDb: ${minimumSinrDb} } }
  doppler: { model: jakes, stepSeconds: 0.001 }
dynamics: dynamic
schedulers: [random]`)
  // At its start the first round's channel is below −12 dB, as it is in many short fades.
  const [open, gated] = [await faded(-50), await faded(-12)]
  expect(gated.length).toBe(12)
  const total = (records: typeof open) => records.reduce((sum, { cost }) => sum + cost.time, 0)
  expect(total(gated)).toBeGreaterThan(total(open))
  expect(total(gated)).toBeLessThan(3 * total(open))
})

test('a round that is followed for a million steps is given up, with what to change', () => {
  expect(() => checkSteps(1_000_000, 3, 1e-9)).not.toThrow()
  expect(() => checkSteps(1_000_001, 3, 1e-9)).toThrow(
    /^round 3: its channels were followed for 1000000 steps of 1e-9 s.*network.doppler.stepSeconds/,
  )
})
