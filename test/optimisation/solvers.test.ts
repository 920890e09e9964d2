import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import {
  bestLocalSteps,
  driftAfter,
  ergodicRayleighEfficiency,
  exponentialIntegral,
  goldenSection,
  keepLargest,
  lambertW0,
  lambertWMinus1,
  leastWhere,
  minimumCostMatching,
  positiveRoot,
  powerControl,
  quantise,
  queueTimes,
  risingRoot,
  spectralRadius,
  successiveRates,
  takeUntilDeadline,
  waterFilling,
} from '../../core/optimisation/index.js'

const close = (found: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(found / expected - 1), `${found} for ${expected}`).toBeLessThan(relative)

describe('Lambert W', () => {
  test('known values', () => {
    close(lambertW0(1), 0.567_143_290_409_783_8, 1e-15)
    close(lambertW0(Math.E), 1, 1e-15)
    close(lambertWMinus1(-0.1), -3.577_152_063_957_297, 1e-15)
    expect([lambertW0(0), lambertW0(Infinity)]).toEqual([0, Infinity])
    expect(lambertW0(-Math.exp(-1))).toBeCloseTo(-1, 7)
    expect(lambertWMinus1(-Math.exp(-1))).toBeCloseTo(-1, 7)
    expect([lambertW0(-0.5), lambertWMinus1(0), lambertWMinus1(0.1), lambertWMinus1(-0.5)]).toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
    ])
  })

  test('undoes w eʷ on both branches', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.99, max: 600, noNaN: true }), (w) => {
        if (Math.abs(w) > 1e-300) close(lambertW0(w * Math.exp(w)), w, 1e-11)
      }),
    )
    fc.assert(
      fc.property(fc.double({ min: -700, max: -1.01, noNaN: true }), (w) => {
        close(lambertWMinus1(w * Math.exp(w)), w, 1e-11)
      }),
    )
  })
})

test('roots end at the last bits, golden section at half the digits', () => {
  close(
    risingRoot((x) => x * x - 2, 0, 2),
    Math.SQRT2,
    5e-16,
  )
  close(
    positiveRoot((x) => x ** 3 - 1e-30, 1),
    1e-10,
    5e-16,
  )
  expect([positiveRoot(() => 1, 1), positiveRoot(() => -1, 1)]).toEqual([0, Infinity])
  expect([risingRoot((x) => x + 1, 0, 1), risingRoot((x) => x - 2, 0, 1)]).toEqual([0, 1])
  close(
    risingRoot((x) => (x < 0.1 ? -Infinity : 1 - 0.2 / x), 0, 1),
    0.2,
    5e-16,
  )
  expect(leastWhere((x) => x >= 0.3, 0, 1)).toBe(0.3)
  expect(goldenSection((x) => (x - 0.3) ** 2, 0, 1).x).toBeCloseTo(0.3, 7)
  expect(goldenSection((x) => x, 2, 3)).toEqual({ x: 2, value: 2 })
})

describe('water-filling', () => {
  test('the common instance', () => {
    const { level, power } = waterFilling([0.1, 0.2, 0.5, 1.5], 1)
    close(level, 0.6)
    for (const [i, expected] of [0.5, 0.4, 0.1, 0].entries()) expect(power[i]).toBeCloseTo(expected, 12)
    const efficiency = [0.1, 0.2, 0.5, 1.5].reduce(
      (sum, noise, i) => sum + Math.log2(1 + power[i] / noise),
      0,
    )
    close(efficiency, 4.432959407)
  })

  test('spends all there is, and no other split carries more', () => {
    const grounds = fc.array(fc.double({ min: 1e-3, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(
        grounds,
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        fc.nat(5),
        fc.nat(5),
        (noise, total, a, b) => {
          const weight = noise.map((_, k) => 1 + (k % 3))
          const { power } = waterFilling(noise, total, weight)
          close(
            power.reduce((sum, each) => sum + each, 0),
            total,
          )
          const rate = (p: ArrayLike<number>) =>
            noise.reduce((sum, ground, k) => sum + weight[k] * Math.log2(1 + p[k] / ground), 0)
          const [from, to] = [a % noise.length, b % noise.length]
          const moved = power.slice()
          const step = power[from] / 7
          moved[from] -= step
          moved[to] += step
          // With a weight, a channel's ground is that of its whole band.
          expect(rate(moved)).toBeLessThanOrEqual(rate(power) + 1e-9)
        },
      ),
    )
  })

  test('a dead channel gets nothing', () => {
    expect([...waterFilling([Infinity, 1], 2).power]).toEqual([0, 2])
  })
})

describe('distributed power control (Foschini & Miljanic)', () => {
  const gain = [1, 0.1, 0.2, 0.1, 1, 0.05, 0.1, 0.2, 1]
  const noiseW = [1e-3, 2e-3, 1e-3]
  const targetSinr = [2, 3, 1]

  test('comes to (I - F)⁻¹ Γσ²/h', () => {
    const { power, feasible } = powerControl({ gain, noiseW, targetSinr, limitW: [1, 1, 1] })
    expect(feasible).toBe(true)
    for (const i of [0, 1, 2]) {
      const heard = [0, 1, 2].reduce(
        (sum, j) => (j === i ? sum : sum + gain[3 * i + j] * power[j]),
        noiseW[i],
      )
      close((gain[4 * i] * power[i]) / heard, targetSinr[i], 1e-12)
    }
  })

  test('some link stays short where the spectral radius is 1 or more', () => {
    const high = [8, 9, 7]
    const matrix = (targets: number[]) =>
      gain.map((h, at) => (at % 4 === 0 ? 0 : (targets[Math.floor(at / 3)] * h) / 1))
    expect(spectralRadius(matrix(targetSinr), 3)).toBeLessThan(1)
    expect(spectralRadius(matrix(high), 3)).toBeGreaterThan(1)
    const { power, feasible } = powerControl({ gain, noiseW, targetSinr: high, limitW: [1, 1, 1] })
    expect(feasible).toBe(false)
    expect(Math.max(...power)).toBe(1)
  })

  test('the spectral radius of a matrix whose own is known', () => {
    close(spectralRadius([2, 1, 1, 2], 2), 3)
    close(spectralRadius([0, 4, 9, 0], 2), 6)
    expect(spectralRadius([0, 1, 0, 0], 2)).toBe(0)
  })
})

test('NOMA: rates in order of decoding sum to the joint capacity', () => {
  const noiseW = (10 ** -17.4 / 1000) * 1e6
  const received = [1e-11, 1e-12, 1e-13]
  const rates = successiveRates(received, { bandwidthHz: 1e6, noiseW })
  const sum = rates.reduce((total, rate) => total + rate, 0)
  close(sum, 11.445632536e6)
  close(sum, 1e6 * Math.log2(1 + received.reduce((total, power) => total + power, 0) / noiseW), 1e-14)
  for (const [i, expected] of [3.3303e6, 3.4083e6, 4.707e6].entries()) close(rates[i], expected, 2e-5)
})

test('exponential integral; what truncated inversion leaves out; mean efficiency of Rayleigh fading', () => {
  close(exponentialIntegral(0.1), 1.822_923_958)
  close(exponentialIntegral(1), 0.219_383_934_395_520_3, 1e-14)
  close(exponentialIntegral(5), 0.001_148_295_591_275_326, 1e-13)
  close(-Math.expm1(-0.1), 0.095_162_58, 1e-7)
  for (const [decibels, expected] of [
    [0, 0.860347],
    [10, 2.906515],
    [20, 5.884048],
  ])
    close(ergodicRayleighEfficiency(10 ** (decibels / 10)), expected, 1e-6)
  expect([exponentialIntegral(0), ergodicRayleighEfficiency(0)]).toEqual([Infinity, 0])
})

test('local steps between aggregations (Wang et al. 2019)', () => {
  const task = {
    learningRate: 0.01,
    smoothness: 1,
    divergence: 1,
    lipschitz: 1,
    phi: 0.025,
    stepCost: 1,
    budget: 1000,
  }
  const found = [0, 1, 10, 100].map((aggregationCost) => bestLocalSteps({ ...task, aggregationCost }))
  expect(found).toEqual([1, 9, 31, 89])
  expect([driftAfter(0, task), driftAfter(1, task)]).toEqual([0, expect.closeTo(0, 12)])
})

test('FedCS takes 3, 1, 2 and passes over 4', () => {
  const ready = [2, 5.5, 1, 8]
  const upload = [3, 1, 2, 1]
  const clients = ready.map((readySeconds, i) => ({ readySeconds, uploadSeconds: upload[i] }))
  const taken = takeUntilDeadline(clients, 8)
  expect(taken).toEqual([2, 0, 1])
  expect([...queueTimes(taken.map((i) => clients[i]))]).toEqual([3, 6, 7])
  expect(queueTimes([...taken, 3].map((i) => clients[i]))[3]).toBe(9)
  expect(takeUntilDeadline(clients, 8, 0, 2)).toEqual([2, 0])
  expect(takeUntilDeadline(clients, 8, 4)).toEqual([2])
  expect(takeUntilDeadline([], 8)).toEqual([])
})

describe('matching', () => {
  test('users to resource blocks (Chen et al. 2021), with the constants of its code', () => {
    const samples = [100, 200, 300, 400, 500, 400, 300, 200, 100]
    const interference = [0.05, 0.07, 0.09, 0.11, 0.13, 0.15].map((each) => (each - 0.04) * 1e-6)
    const bits = (39760 * 16) / 1024 / 1024
    let feasible = 0
    const cost = samples.flatMap((count, user) => {
      const distance = 50 * (user + 1)
      const downlink = 20 * Math.log2(1 + distance ** -2 / (0.06 * 3e-6))
      return interference.map((heard) => {
        const failed = 1 - Math.exp((-1.08 * (heard + 1e-14) * distance ** 2) / 0.01)
        const upload = bits / Math.log2(1 + (0.01 * distance ** -2) / heard)
        const energy = 1e-27 * 40 * 1e18 * bits + 0.01 * upload
        const within = upload + bits / downlink < 0.5 && energy < 0.003
        if (within) feasible++
        return within ? count * (failed - 1) : 0
      })
    })
    expect(feasible).toBe(30)
    const blockOf = minimumCostMatching(cost, 9, 6)
    const total = -blockOf.reduce((sum, block, user) => (block < 0 ? sum : sum + cost[6 * user + block]), 0)
    close(total, 1632.709097, 1e-9)
    expect([...blockOf.slice(1, 7)]).toEqual([5, 4, 3, 2, 1, 0])
  })

  test('no other matching costs less', () => {
    const orders = (rows: number, columns: number[]): number[][] =>
      rows === 0
        ? [[]]
        : columns.flatMap((c) =>
            orders(
              rows - 1,
              columns.filter((x) => x !== c),
            ).map((rest) => [c, ...rest]),
          )
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 20, maxLength: 20 }),
        (rows, columns, cost) => {
          const columnOf = minimumCostMatching(cost, rows, columns)
          const taken = [...columnOf].filter((c) => c >= 0)
          expect(new Set(taken).size).toBe(Math.min(rows, columns))
          const total = columnOf.reduce((sum, c, r) => (c < 0 ? sum : sum + cost[r * columns + c]), 0)
          const all = Array.from({ length: Math.max(rows, columns) }, (_, i) => i)
          const best = Math.min(
            ...orders(rows, all).map((order) =>
              order.reduce((sum, c, r) => (c < columns ? sum + cost[r * columns + c] : sum), 0),
            ),
          )
          if (rows <= columns)
            expect(total).toBe(
              Math.min(
                ...orders(rows, all.slice(0, columns)).map((order) =>
                  order.reduce((sum, c, r) => sum + cost[r * columns + c], 0),
                ),
              ),
            )
          else expect(total).toBeLessThanOrEqual(best + 20 * rows)
        },
      ),
    )
  })
})

describe('fewer bits', () => {
  test('quantisation is without bias, its error within the bound', () => {
    const random = new RandomStreams(3).stream('quantise')
    const values = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i + 1))
    const norm = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0))
    const [draws, levels] = [4000, 4]
    const mean = new Float64Array(40)
    let squares = 0
    for (let draw = 0; draw < draws; draw++) {
      const copy = values.slice()
      quantise(copy, levels, random)
      for (let i = 0; i < 40; i++) {
        mean[i] += copy[i] / draws
        squares += (copy[i] - values[i]) ** 2 / draws
      }
    }
    const bound = Math.min(40 / levels ** 2, Math.sqrt(40) / levels) * norm ** 2
    expect(squares).toBeLessThan(bound)
    // Five standard errors of a step that is taken or not.
    for (let i = 0; i < 40; i++)
      expect(Math.abs(mean[i] - values[i])).toBeLessThan((5 * 0.5 * norm) / levels / Math.sqrt(draws))
    const nothing = new Float32Array(3)
    quantise(nothing, 4, random)
    expect([...nothing]).toEqual([0, 0, 0])
  })

  test('the largest are kept as they are', () => {
    const values = Float32Array.of(1, -5, 3, 0.5, -2)
    keepLargest(values, 0.4)
    expect([...values]).toEqual([0, -5, 3, 0, 0])
  })
})
