import { expect, test } from 'vitest'
// Thresholds are met to the bit: by the project's own power, since `10 ** x` rounds otherwise from Node 24 on.
import { fromDecibels, spectralEfficiency } from '../../../core/plugin/index.js'
import { goodput } from '../../../plugins/rates/shared/goodput.js'
import { recordsOf } from '../../simulation/experiments.js'
import { builtIn, directoryWith, problemsOf } from '../support.js'

const at = async (name: string, options: Record<string, unknown>, db: number) =>
  spectralEfficiency(await builtIn('rate', name, options), fromDecibels(db))

test('truncated-shannon is worth 4.3904 bit/s/Hz at 22 dB, and uplinks 2.0111 at 15 dB', async () => {
  expect(await at('truncated-shannon', {}, 22)).toBeCloseTo(4.3904, 4)
  expect(await at('truncated-shannon', { attenuation: 0.4, maximumEfficiency: 2.0111 }, 15)).toBeCloseTo(
    2.0111,
    4,
  )
  expect(await at('truncated-shannon', {}, -10)).toBeCloseTo(0.0825, 4)
  expect(await at('truncated-shannon', {}, -10.01)).toBe(0)
  expect(await at('truncated-shannon', { maximumEfficiency: 3 }, 22)).toBe(3)
})

test('shannon with a gap needs so much more', async () => {
  expect(await at('shannon', { gapDb: 3 }, 13)).toBeCloseTo(Math.log2(1 + 10), 10)
})

test('cqi is worth 5.5547 bit/s/Hz from 22.7 dB on, and nothing below -6.7 dB', async () => {
  expect(await at('cqi', {}, 22.7)).toBe(5.5547)
  expect(await at('cqi', {}, 50)).toBe(5.5547)
  expect(await at('cqi', {}, 22.6)).toBe(5.1152)
  expect(await at('cqi', {}, -6.7)).toBe(0.1523)
  expect(await at('cqi', {}, -6.8)).toBe(0)
})

test('goodput is what arrives over what is sent: 0.9 / 1 of one try, 0.99 / 1.1 of two at 10 % losses', () => {
  const scheme = { efficiency: 2, thresholdDb: 10 }
  const arq = (transmissions: number) => ({ combining: 'arq' as const, transmissions, slopePerDb: 3 })
  expect(goodput(scheme, 10, arq(1))).toBeCloseTo(1.8, 12)
  expect(goodput(scheme, 10, arq(2))).toBeCloseTo((2 * 0.99) / 1.1, 12)
  // With the second transmission's SINR added, what is lost once is hardly lost twice.
  const twice = goodput(scheme, 10, { combining: 'chase', transmissions: 2, slopePerDb: 3 })
  expect(twice).toBeCloseTo((2 * (1 - 1 / (1 + 9 * Math.exp(30 * Math.log10(2))))) / 1.1, 12)
  expect(goodput(scheme, 60, arq(4))).toBeCloseTo(2, 9)
})

test('cqi with block errors is worth less at thresholds and reaches down below them', async () => {
  expect(await at('cqi', { blockErrors: 'arq' }, 22.75)).toBeLessThan(5.5547)
  expect(await at('cqi', { blockErrors: 'chase' }, -7)).toBeGreaterThan(
    await at('cqi', { blockErrors: 'arq' }, -7),
  )
  expect(await at('cqi', { blockErrors: 'chase' }, 39)).toBeCloseTo(5.5547, 6)
})

test('a table file is read with its block errors, and refused with its lines', async () => {
  const directory = directoryWith({
    'rates.csv': 'sinrDb,efficiency,blockErrorRate\n0,1,0.1\n10,3,0\n',
    'wrong.csv': 'sinrDb,efficiency\n0,1\n-3,2\n5,-1\n',
  })
  const curve = await builtIn('rate', 'table', { file: 'rates.csv' }, { directory })
  expect([-1, 0, 9, 10].map((db) => spectralEfficiency(curve, fromDecibels(db)))).toEqual([0, 0.9, 0.9, 3])
  const problems = await problemsOf(directory, () =>
    builtIn('rate', 'table', { file: 'wrong.csv' }, { directory }),
  )
  expect(problems).toEqual([
    'wrong.csv:3: sinrDb: expected a SINR above that of the row before (dB), found "-3"',
    'wrong.csv:4: efficiency: expected a number of at least 0 (bit/s/Hz), found "-1"',
  ])
})

test('a table whose efficiency falls is refused; what arrives may fall, and the row before is used on', async () => {
  const directory = directoryWith({
    'falls.csv': 'sinrDb,efficiency\n0,1\n5,3\n8,2\n9,3\n',
    'lossy.csv': 'sinrDb,efficiency,blockErrorRate\n0,1,0\n5,1.2,0.5\n8,1.2,0\n',
  })
  const table = (file: string) => builtIn('rate', 'table', { file }, { directory })
  expect(await problemsOf(directory, () => table('falls.csv'))).toEqual([
    'falls.csv:4: efficiency: expected at least 3 (bit/s/Hz), that of a row before: who knows better carries no less; found "2"',
  ])
  const curve = await table('lossy.csv')
  expect([0, 5, 8].map((db) => spectralEfficiency(curve, fromDecibels(db)))).toEqual([1, 1, 1.2])
})

test('a scenario with a rate plays in both dynamics, never slower in the dynamic one, and no faster than its limit', async () => {
  const text = (dynamics: string) => `
rounds: 6
dynamics: ${dynamics}
network:
  channels: { noiseFigureDb: 9 }
  rate: { plugin: truncated-shannon, options: { minimumSinrDb: -80 } }
schedulers: [hardest-first, swap-matching]`
  const [fixed, moving] = [await recordsOf(text('static')), await recordsOf(text('dynamic'))]
  expect(fixed.length).toBe(12)
  for (const [i, { cost }] of fixed.entries()) {
    for (const rate of cost.uplinkRate) expect(rate).toBeLessThanOrEqual(4e6 * 4.4 * (1 + 1e-12))
    expect(moving[i].cost.time).toBeLessThanOrEqual(cost.time * (1 + 1e-9))
  }
})
