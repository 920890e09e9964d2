import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStream, RandomStreams } from '../../core/kernel/index.js'

/** Kolmogorov-Smirnov distance of a sample from a distribution function, times √n: 1.95 is passed once in 1000. */
function kolmogorov(sample: number[], distribution: (x: number) => number): number {
  const sorted = [...sample].sort((a, b) => a - b)
  const n = sorted.length
  let distance = 0
  sorted.forEach((x, i) => {
    const p = distribution(x)
    distance = Math.max(distance, (i + 1) / n - p, p - i / n)
  })
  return distance * Math.sqrt(n)
}

/** Chi-square statistic of counts that should all be equal, in standard deviations from its mean (normal limit). */
function chiSquareZ(counts: number[]): number {
  const expected = counts.reduce((a, b) => a + b) / counts.length
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = counts.length - 1
  return (statistic - freedom) / Math.sqrt(2 * freedom)
}

/** Normal distribution function by its power series. */
function normalCdf(x: number): number {
  let term = x
  let sum = x
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0
  for (let k = 1; k < 200; k++) {
    term *= (x * x) / (2 * k + 1)
    sum += term
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)
}

const draw = (n: number, next: () => number) => Array.from({ length: n }, next)
const stream = (name: string) => new RandomStreams(20240101).stream(name)
const N = 100_000
const PASSED_ONCE_IN_1000 = 1.95

describe('sfc32', () => {
  test('gives the words of the reference algorithm', () => {
    // From the published C code (uint32_t arithmetic), state {1, 2, 3, 4}.
    const words = new RandomStream(1, 2, 3, 4)
    expect(draw(8, () => words.bits() >>> 0)).toEqual(KNOWN_WORDS)
  })

  test('continues from a saved state', () => {
    const a = stream('a')
    draw(10, () => a.normal())
    const state = a.save()
    const expected = draw(20, () => a.exponential())
    const b = stream('b')
    b.restore(state)
    expect(draw(20, () => b.exponential())).toEqual(expected)
    expect(() => b.restore(new Uint32Array(3))).toThrow('4 words')
  })
})

describe('streams', () => {
  test('depend on seed, name and indices only', () => {
    const one = new RandomStreams(5)
    const two = new RandomStreams(5)
    draw(100, () => two.stream('other').next())
    expect(two.stream('fading/client-3', 7).next()).toBe(one.stream('fading/client-3', 7).next())
  })

  test('are what they have always been', () => {
    // sfc32 as published, seeded by a hash that sets out from the square roots of 2, 3, 5 and 7, as SHA-256 does.
    expect(new RandomStreams(5).stream('fading', 3, 2 ** 40 + 7).save()).toEqual(
      Uint32Array.of(1_936_778_849, 3_350_475_713, 2_286_873_738, 1_368_340_420),
    )
    expect(new RandomStreams('five').stream('').save()).toEqual(
      Uint32Array.of(1_011_485_831, 1_227_558_303, 903_149_650, 340_684_175),
    )
  })

  test('differ in whatever names them', () => {
    const keys = [
      new RandomStreams(1).stream('a'),
      new RandomStreams(2).stream('a'),
      new RandomStreams('1').stream('a'),
      new RandomStreams(1).stream('b'),
      new RandomStreams(1).stream('a', 0),
      new RandomStreams(1).stream('a', 0, 0),
      new RandomStreams(1).stream('a', 1),
      new RandomStreams(1).stream('a', 2 ** 32),
      new RandomStreams(1).stream('a1'),
      new RandomStreams(1).stream('a', 1, 2),
      new RandomStreams(1).stream('a', 2, 1),
    ].map((one) => one.next())
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('are unrelated when their indices are neighbours', () => {
    const streams = new RandomStreams(3)
    const first = Array.from({ length: N }, (_, i) => streams.stream('fading', i).next())
    expect(kolmogorov(first, (x) => x)).toBeLessThan(PASSED_ONCE_IN_1000)
    let products = 0
    for (let i = 1; i < N; i++) products += (first[i] - 0.5) * (first[i - 1] - 0.5)
    // Correlation of independent draws has a standard deviation of 1/√n.
    expect(Math.abs((products * 12) / N)).toBeLessThan(3.3 / Math.sqrt(N))
  })

  test('never collide', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer(), fc.integer(), (a, b, i, j) => {
        fc.pre(a !== b || i !== j)
        const streams = new RandomStreams(9)
        expect(streams.stream(a, i).save()).not.toEqual(streams.stream(b, j).save())
      }),
    )
  })

  test('refuse seeds and indices that are no numbers', () => {
    expect(() => new RandomStreams(Number.NaN)).toThrow('seed')
    expect(() => new RandomStreams(1).stream('a', 0.5)).toThrow("'a'")
  })
})

describe('distributions', () => {
  test('next is uniform, with 53 bits', () => {
    const u = stream('uniform')
    const sample = draw(N, () => u.next())
    expect(kolmogorov(sample, (x) => x)).toBeLessThan(PASSED_ONCE_IN_1000)
    expect(sample.every((x) => x >= 0 && x < 1)).toBe(true)
    expect(sample.some((x) => (x * 2 ** 53) % 2 === 1)).toBe(true)
    expect(sample.every((x) => Number.isInteger(x * 2 ** 53))).toBe(true)
  })

  test('uniform covers its interval', () => {
    const u = stream('interval')
    const sample = draw(N, () => u.uniform(-2, 3))
    expect(kolmogorov(sample, (x) => (x + 2) / 5)).toBeLessThan(PASSED_ONCE_IN_1000)
    expect(stream('interval').uniform()).toBe(stream('interval').next())
  })

  test.each([7, 10, 1000])('integer(%i) is equally likely everywhere', (n) => {
    const u = stream(`integer-${n}`)
    const counts = new Array<number>(n).fill(0)
    for (let i = 0; i < N; i++) counts[u.integer(n)]++
    expect(Math.abs(chiSquareZ(counts))).toBeLessThan(3.5)
  })

  test('integer is not biased where 2³² is no multiple, nor beyond 2³²', () => {
    const n = 3 * 2 ** 30
    const u = stream('large')
    const thirds = [0, 0, 0]
    for (let i = 0; i < N; i++) thirds[Math.floor(u.integer(n) / 2 ** 30)]++
    expect(Math.abs(chiSquareZ(thirds))).toBeLessThan(3.5)
    const huge = draw(N, () => u.integer(2 ** 40) / 2 ** 40)
    expect(kolmogorov(huge, (x) => x)).toBeLessThan(PASSED_ONCE_IN_1000)
    for (const wrong of [0, -1, 1.5, Number.NaN]) expect(() => u.integer(wrong)).toThrow('whole number')
  })

  test('normal', () => {
    const u = stream('normal')
    const sample = draw(N, () => u.normal(2, 3))
    expect(kolmogorov(sample, (x) => normalCdf((x - 2) / 3))).toBeLessThan(PASSED_ONCE_IN_1000)
    // Tails come from a code path of their own: P(|z| > 3.66) = 2.52e-4.
    let tail = 0
    for (let i = 0; i < 1_000_000; i++) if (Math.abs(u.normal()) > 3.66) tail++
    expect(Math.abs(tail - 252.2) / Math.sqrt(252.2)).toBeLessThan(3.5)
  })

  test('exponential', () => {
    const u = stream('exponential')
    const sample = draw(N, () => u.exponential(4))
    expect(kolmogorov(sample, (x) => 1 - Math.exp(-x / 4))).toBeLessThan(PASSED_ONCE_IN_1000)
    let tail = 0
    for (let i = 0; i < 1_000_000; i++) if (u.exponential() > 7.7) tail++
    const expected = 1e6 * Math.exp(-7.7)
    expect(Math.abs(tail - expected) / Math.sqrt(expected)).toBeLessThan(3.5)
  })

  test.each([0.5, 1, 2.5, 30])('gamma(%d) has the right mean and variance', (shape) => {
    const u = stream(`gamma-${shape}`)
    const sample = draw(N, () => u.gamma(shape, 2))
    const mean = sample.reduce((a, b) => a + b) / N
    const variance = sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (N - 1)
    expect(Math.abs(mean - 2 * shape) / Math.sqrt((4 * shape) / N)).toBeLessThan(3.5)
    // Variance of the sample variance of a gamma: σ⁴ (2 + 6/shape) / n.
    expect(Math.abs(variance / (4 * shape) - 1) / Math.sqrt((2 + 6 / shape) / N)).toBeLessThan(3.5)
  })

  test('gamma of a small shape has the right mean logarithm: ψ(shape)', () => {
    const u = stream('small gamma')
    const [n, shape] = [1_000_000, 0.05]
    let sum = 0
    for (let i = 0; i < n; i++) sum += Math.log(u.gamma(shape))
    // Published: ψ(1.05) = -0.497844983, ψ(s) = ψ(s + 1) - 1 / s; the variance is ψ'(s), 401.53 at 0.05.
    expect(Math.abs(sum / n - (-0.497844983 - 1 / shape)) / Math.sqrt(401.53 / n)).toBeLessThan(3.5)
  })

  test('gamma of a shape below 1 is that of one more, scaled by a power of a uniform, and no other shape is', () => {
    const [u, same] = [stream('boosted'), stream('boosted')]
    for (let i = 0; i < 100; i++)
      expect(u.gamma(0.5)).toBeCloseTo(same.gamma(1.5) * (1 - same.next()) ** 2, 12)
    // Two words make a normal, two a uniform: at once accepted is what takes four.
    const leastWords = (shape: number) => {
      const words = draw(200, () => {
        const before = u.save()[3]
        u.gamma(shape)
        return (u.save()[3] - before) >>> 0
      })
      return Math.min(...words)
    }
    expect([0.99, 1, 1.5, 2].map(leastWords)).toEqual([6, 4, 4, 4])
  })

  test('gamma(1) is exponential and gamma(2) Erlang', () => {
    const u = stream('erlang')
    expect(
      kolmogorov(
        draw(N, () => u.gamma(1)),
        (x) => 1 - Math.exp(-x),
      ),
    ).toBeLessThan(PASSED_ONCE_IN_1000)
    expect(
      kolmogorov(
        draw(N, () => u.gamma(2)),
        (x) => 1 - (1 + x) * Math.exp(-x),
      ),
    ).toBeLessThan(PASSED_ONCE_IN_1000)
    expect(() => u.gamma(0)).toThrow('shape')
  })

  test('lognormal and Pareto', () => {
    const u = stream('heavy')
    expect(
      kolmogorov(
        draw(N, () => u.lognormal(0.3, 0.8)),
        (x) => normalCdf((Math.log(x) - 0.3) / 0.8),
      ),
    ).toBeLessThan(PASSED_ONCE_IN_1000)
    expect(
      kolmogorov(
        draw(N, () => u.pareto(1.5, 2)),
        (x) => 1 - (2 / x) ** 1.5,
      ),
    ).toBeLessThan(PASSED_ONCE_IN_1000)
  })
})

describe('shuffle', () => {
  test('keeps the elements and reaches every order equally often', () => {
    const u = stream('shuffle')
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const order = u.shuffle([1, 2, 3, 4]).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    expect(Math.abs(chiSquareZ([...counts.values()]))).toBeLessThan(3.5)
    expect(u.shuffle(Int32Array.of(5, 5, 6)).toSorted()).toEqual(Int32Array.of(5, 5, 6))
  })
})

const KNOWN_WORDS = [7, 34, 56623200, 188882296, 3431242869, 399395954, 785775158, 3843710725]

describe('arguments that no distribution has', () => {
  const one = () => stream('refused')
  const beyond = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

  test.each<[string, (value: number) => unknown, number[], RegExp]>([
    [
      'uniform',
      (low) => one().uniform(low, 1),
      [5, ...beyond],
      /^uniform\(low, high\) needs finite bounds, low at most high, not /,
    ],
    ['uniform', (high) => one().uniform(0, high), [-1, ...beyond], /not 0, /],
    ['normal', (sd) => one().normal(0, sd), [-1, ...beyond], /^normal\(mean, standardDeviation\) needs /],
    ['normal', (mean) => one().normal(mean, 1), beyond, /a finite mean and a finite deviation of at least 0/],
    [
      'exponential',
      (mean) => one().exponential(mean),
      [-1, -1e-300, ...beyond],
      /^exponential\(mean\) needs a finite mean of at least 0/,
    ],
    [
      'gamma',
      (shape) => one().gamma(shape),
      [0, -1, ...beyond],
      /^gamma\(shape, scale\) needs a finite positive shape/,
    ],
    ['gamma', (scale) => one().gamma(2, scale), [-1, ...beyond], /a finite scale of at least 0, not 2, /],
    ['lognormal', (mu) => one().lognormal(mu, 1), beyond, /^lognormal\(mu, sigma\) needs a finite mu/],
    [
      'lognormal',
      (sigma) => one().lognormal(0, sigma),
      [-1, ...beyond],
      /a finite sigma of at least 0, not 0, /,
    ],
    [
      'pareto',
      (shape) => one().pareto(shape, 1),
      [0, -1, ...beyond],
      /^pareto\(shape, scale\) needs a finite positive shape and scale/,
    ],
    ['pareto', (scale) => one().pareto(1, scale), [0, -1, ...beyond], /not 1, /],
    [
      'integer',
      (n) => one().integer(n),
      [0, -1, 1.5, 2 ** 53 + 2, ...beyond],
      /^integer\(n\) needs a whole number from 1 to 2\^53/,
    ],
    [
      'family',
      (index) => new RandomStreams(1).family('link')(1, index, 2),
      [-1, 0.5, 2 ** 32, ...beyond],
      /'link' needs indices that are whole numbers from 0, not 1, /,
    ],
  ])('are refused by %s', (_, call, values, message) => {
    for (const value of values) {
      expect(() => call(value), String(value)).toThrow(RangeError)
      expect(() => call(value), String(value)).toThrow(message)
    }
  })

  test('leave the stream where it was', () => {
    const random = one()
    const before = random.save()
    expect(() => random.normal(0, -1)).toThrow(RangeError)
    expect(() => random.gamma(-1)).toThrow(RangeError)
    expect(random.save()).toEqual(before)
  })

  test('are not those of a point', () => {
    expect(one().uniform(3, 3)).toBe(3)
    expect(one().normal(3, 0)).toBe(3)
    expect(one().exponential(0)).toBe(0)
    expect(one().gamma(2, 0)).toBe(0)
    expect(one().lognormal(0, 0)).toBe(1)
  })
})
