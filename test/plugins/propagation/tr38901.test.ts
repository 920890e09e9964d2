import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import type { LinkPlace, Propagation } from '../../../core/plugin/index.js'
import {
  infSight,
  inhSight,
  rmaSight,
  umaClutter,
  umaSight,
  umiSight,
} from '../../../plugins/propagation/shared/line-of-sight.js'
import { highLossWall, lowLossWall } from '../../../plugins/propagation/shared/penetration.js'
import { correlation, mean, variance } from '../statistics.js'
import { builtIn } from '../support.js'
import { linkOf, lossDb } from './link.js'

type Values = readonly [options: Record<string, unknown>, distanceM: number, always: number, never: number]

/** Losses in sight and out of sight, dB, computed apart from this program; those at 5 GHz are ns-3's test vectors, too. */
const losses: Readonly<Record<string, readonly Values[]>> = {
  umi: [
    [{ frequencyHz: 3.5e9 }, 100, 85.3142, 104.6438],
    [{ frequencyHz: 3.5e9 }, 500, 107.1138, 129.2645],
    [{ frequencyHz: 5e9 }, 100, 88.4122, 107.9432],
    [{ frequencyHz: 5e9 }, 1000, 119.3114, 143.1886],
    [{ frequencyHz: 28e9 }, 100, 103.376, 123.8796],
  ],
  uma: [
    [{ frequencyHz: 3.5e9 }, 100, 83.1382, 103.0375],
    [{ frequencyHz: 3.5e9 }, 500, 98.2692, 129.9158],
    [{ frequencyHz: 5e9 }, 100, 86.2362, 106.1356],
    [{ frequencyHz: 5e9 }, 1000, 109.7252, 144.7641],
    [{ frequencyHz: 28e9 }, 100, 101.2, 121.0993],
  ],
  rma: [[{ frequencyHz: 5e9 }, 1000, 108.5577, 133.5223]],
  inh: [
    [{ frequencyHz: 3.5e9 }, 100, 77.8822, 107.4492],
    [{ frequencyHz: 5e9 }, 100, 80.9802, 111.3062],
  ],
}

/** The same of factories by the distance in space: servers and clients stand at one height. */
const factories: readonly Values[] = [
  [{ variant: 'SL', frequencyHz: 3.5e9 }, 100, 85.1773, 94.8814],
  [{ variant: 'DL', frequencyHz: 3.5e9 }, 100, 85.1773, 100.8814],
  [{ variant: 'SH', frequencyHz: 3.5e9 }, 100, 85.1773, 89.2814],
  [{ variant: 'DH', frequencyHz: 3.5e9 }, 100, 85.1773, 88.3114],
  [{ variant: 'SL', frequencyHz: 28e9 }, 100, 102.336, 112.9432],
  [{ variant: 'DL', frequencyHz: 28e9 }, 100, 102.336, 118.9432],
  [{ variant: 'SH', frequencyHz: 28e9 }, 100, 102.336, 107.3432],
  [{ variant: 'DH', frequencyHz: 28e9 }, 100, 102.336, 106.3732],
]

async function checkLosses(
  name: string,
  [options, distance, ...expected]: Values,
  place: Partial<LinkPlace> = {},
) {
  for (const [i, lineOfSight] of (['always', 'never'] as const).entries()) {
    const propagation = await builtIn('propagation', name, { ...options, lineOfSight, shadowing: false })
    const link = { ...linkOf(distance), ...place }
    expect(Math.abs(lossDb(propagation.meanGain(link)) - expected[i])).toBeLessThan(1e-4)
    expect(propagation.link?.(link)).toMatchObject({ lineOfSight: lineOfSight === 'always' })
  }
}

describe.each(Object.entries(losses))('%s', (name, values) => {
  test.each(values)('loses what others compute, %j at %d m: %f and %f dB', async (...value) => {
    await checkLosses(name, value)
  })
})

test.each(factories)('inf loses what others compute, %j at %d m: %f and %f dB', async (...value) => {
  await checkLosses('inf', value, { serverHeightM: 1.5, clientHeightM: 1.5 })
})

test('lines of sight are as likely as the tables have it, to 1e-5', () => {
  const at = [50, 100, 200]
  const expectNear = (values: readonly number[], published: readonly number[]) => {
    for (const [i, value] of values.entries()) expect(Math.abs(value - published[i])).toBeLessThan(1e-5)
  }
  expectNear(at.map(umiSight), [0.51959, 0.23098, 0.09352])
  expectNear(
    at.map((d) => umaSight(d, 1.5)),
    [0.6494, 0.34767, 0.12805],
  )
  const sparse = { sizeM: 10, density: 0.2, heightM: 2 }
  expectNear([infSight(20, 'SL', sparse, { serverHeightM: 1.5, clientHeightM: 1.5 })], [0.64])
  // By hand: exp(-0.99), exp(-3.8 / 4.7), 0.32 exp(-1), exp(-5 / 70.8), 0.54 exp(-1).
  expectNear([rmaSight(1000)], [0.371577])
  expectNear([inhSight(5, 'mixed'), inhSight(39.1, 'mixed')], [0.445521, 0.117721])
  expectNear([inhSight(10, 'open'), inhSight(260.7, 'open')], [0.931815, 0.198655])
  // Above the clutter k is longer by (8 - 1.5) / (6 - 1.5): 0.4^(20 / 2 / 1.444).
  const dense = { sizeM: 2, density: 0.6, heightM: 6 }
  expectNear(
    [infSight(20, 'DH', dense, { serverHeightM: 8, clientHeightM: 1.5 })],
    [0.4 ** (10 / (6.5 / 4.5))],
  )
  expect([
    umiSight(18),
    umaSight(18, 1.5),
    rmaSight(10),
    inhSight(1.2, 'mixed'),
    inhSight(5, 'open'),
  ]).toEqual([1, 1, 1, 1, 1])
  // Terminals on high floors see farther, and UMa's environment is then seldom 1 m high.
  expect(umaSight(200, 22.5)).toBeGreaterThan(umaSight(200, 1.5))
  expect(umaClutter(200, 22.5)).toBeCloseTo(1.25 * 8 * Math.exp(-200 / 150) * 0.95 ** 1.5, 12)
})

test('walls lose what the tables have, and 0.5 dB for each metre inside', async () => {
  expect(lowLossWall(3.5).lossDb).toBeCloseTo(12.698, 3)
  expect(highLossWall(3.5).lossDb).toBeCloseTo(26.85, 3)
  expect(lowLossWall(28).lossDb).toBeCloseTo(17.829, 3)
  expect(highLossWall(28).lossDb).toBeCloseTo(37.949, 3)
  const options = { frequencyHz: 3.5e9, lineOfSight: 'always', shadowing: false, highLossShare: 0 }
  const propagation = await builtIn('propagation', 'umi', options)
  const outdoors = lossDb(propagation.meanGain(linkOf(100)))
  const random = new RandomStreams(1).stream('clients')
  const more = Float64Array.from({ length: 20_000 }, () => {
    const ofClient = Float64Array.from({ length: 5 }, (_, i) => (i === 3 ? 1 - random.next() : random.next()))
    return lossDb(propagation.meanGain({ ...linkOf(100), indoors: true, ofClient })) - outdoors
  })
  // The nearer of two places in 25 m is 25/3 m inside, with a variance of 625/18 m².
  expect(Math.abs(mean(more) - 12.698 - 25 / 6)).toBeLessThan(0.15)
  expect(Math.sqrt(variance(more))).toBeCloseTo(Math.sqrt(4.4 ** 2 + 625 / 72), 1)
})

/** What a propagation tells of clients on a line through the site, `apart` m apart. */
function along(propagation: Propagation, count: number, apart: number, server: number) {
  return Array.from({ length: count }, (_, i) => {
    const clientPosition = { x: 3000 + i * apart, y: 40 * server }
    return propagation.link!({ ...linkOf(200, { server }), clientPosition })
  })
}

const sights = [
  ['umi', 4, 7.82, 10, 13],
  ['uma', 4, 6, 37, 50],
  ['rma', 4, 8, 37, 120],
  ['inh', 3, 8.03, 10, 6],
  ['inf', 4.3, 5.7, 10, 10],
] as const

describe.each(sights)('places of %s', (name, inSight, obstructed, corInSight, corObstructed) => {
  test.each([
    ['always', inSight, corInSight],
    ['never', obstructed, corObstructed],
  ] as const)(
    'in sight %s are shadowed by %f dB, correlated by 1/e at %d m',
    async (lineOfSight, sigma, distance) => {
      const propagation = await builtIn('propagation', name, { lineOfSight })
      const flat = await builtIn('propagation', name, { lineOfSight, shadowing: false })
      const median = lossDb(flat.meanGain(linkOf(200)))
      const shadows = (offset: number) =>
        Float64Array.from(
          Array.from({ length: 400 }, (_, server) =>
            Array.from({ length: 40 }, (_, i) => {
              const clientPosition = { x: 3000 + i * 4 * distance + offset, y: 0 }
              return lossDb(propagation.meanGain({ ...linkOf(200, { server }), clientPosition })) - median
            }),
          ).flat(),
        )
      const here = shadows(0)
      expect(Math.abs(Math.sqrt(variance(here)) / sigma - 1)).toBeLessThan(0.03)
      expect(Math.abs(correlation(here, shadows(distance)) - Math.exp(-1))).toBeLessThan(0.02)
    },
  )
})

test('lines of sight come as often as they are likely, and last over tens of metres', async () => {
  const propagation = await builtIn('propagation', 'umi')
  const seen = Array.from({ length: 200 }, (_, server) => along(propagation, 40, 60, server)).flat()
  const share = seen.filter(({ lineOfSight }) => lineOfSight).length / seen.length
  expect(Math.abs(share - umiSight(200))).toBeLessThan(0.015)
  const near = along(propagation, 2000, 1, 0)
  const changes = near.filter(({ lineOfSight }, i) => i > 0 && lineOfSight !== near[i - 1].lineOfSight).length
  // Drawn anew at each metre it would change at 17 % of them.
  expect(changes / near.length).toBeLessThan(0.05)
})

test('K factors are those of the standard in sight, and 0 out of sight', async () => {
  const propagation = await builtIn('propagation', 'umi', { lineOfSight: 'always' })
  const decibels = Float64Array.from(
    Array.from({ length: 100 }, (_, server) => along(propagation, 50, 60, server))
      .flat()
      .map(({ kFactor }) => 10 * Math.log10(kFactor)),
  )
  expect(Math.abs(mean(decibels) - 9)).toBeLessThan(0.4)
  expect(Math.abs(Math.sqrt(variance(decibels)) - 5)).toBeLessThan(0.2)
  const never = await builtIn('propagation', 'umi', { lineOfSight: 'never' })
  expect(never.link!(linkOf(100)).kFactor).toBe(0)
})

test('a client that walks back finds what it left, whatever it has seen meanwhile', async () => {
  const propagation = await builtIn('propagation', 'umi')
  const at = (x: number) => propagation.link!({ ...linkOf(150), clientPosition: { x, y: 90 } })
  const left = at(120)
  for (let x = 121; x < 600; x += 7) at(x)
  expect(at(120)).toEqual(left)
  const another = await builtIn('propagation', 'umi')
  expect(another.link!({ ...linkOf(150), clientPosition: { x: 120, y: 90 } })).toEqual(left)
})

test('servers of one site share its shadows; another site has its own', async () => {
  const propagation = await builtIn('propagation', 'umi', { lineOfSight: 'never' })
  const gain = (server: number, site: number) => propagation.meanGain({ ...linkOf(150, { server }), site })
  expect(gain(1, 0)).toBe(gain(0, 0))
  expect(gain(3, 1)).not.toBe(gain(0, 0))
})
