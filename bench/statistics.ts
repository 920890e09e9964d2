import Benchmark from 'benchmark'
import { RandomStreams } from '../core/kernel/index.js'
import { RenyiAccountant } from '../core/learning/privacy/index.js'
import { comparePaired } from '../core/statistics/descriptive.js'
import { signedRankTest } from '../core/statistics/rank-tests.js'
import type { BenchmarkCase } from './case.js'
import { pythonPeer } from './python-peer.js'

const PAIRS = 1000
const RESAMPLES = 1000

/** What a suite's page and a privacy account take, against SciPy and Google's accountant on the same numbers. */
export const cases: BenchmarkCase[] = [
  against('wilcoxon', 'SciPy', 'scipy', 1e-9, () => {
    const [values, references] = pairs()
    return () => signedRankTest(values, references).p
  }),
  against('bootstrap', 'SciPy', 'scipy', 0.02, () => {
    const [values, references] = pairs()
    const streams = new RandomStreams(1)
    let calls = 0
    return () =>
      comparePaired(values, references, streams.stream('bench', calls++), { resamples: RESAMPLES }).ratio.high
  }),
  against('accounting', 'dp-accounting', 'dp_accounting', 1e-6, () => {
    const orders = [1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8, 16, 32, 64, 128, 256]
    const mechanism = { noise: 'gaussian', noiseMultiplier: 1.1, sampling: 0.01 } as const
    return () => new RenyiAccountant(orders).compose(mechanism, 1000).guarantee(1e-5).epsilon
  }),
]

/** Costs of two schedulers over rounds, log-normal; the peer draws them by the same formula. */
function pairs(): [Float64Array, Float64Array] {
  let x = 123456789
  const uniform = () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return ((x >>> 0) + 0.5) / 4294967296
  }
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  const own = () => Float64Array.from({ length: PAIRS }, () => Math.exp(normal()))
  const values = own()
  return [values, own().map((value, i) => 0.9 * values[i] + 0.1 * value)]
}

/** `prepare` returns the work, and the work its figure, which the peer has to come to within `apart`, relatively. */
function against(
  what: string,
  name: string,
  module: string,
  apart: number,
  prepare: () => () => number,
): BenchmarkCase {
  let figure = Number.NaN
  return {
    name: `statistics/${what}`,
    unit: 'ms',
    run() {
      const work = prepare()
      figure = work()
      const benchmark = new Benchmark({ fn: () => void work(), maxTime: 1 })
      benchmark.run()
      return 1000 * benchmark.stats.mean
    },
    peer: pythonPeer({
      name,
      packages: [module, 'numpy'],
      program: 'peers/statistics-scipy.py',
      args: [what, PAIRS, RESAMPLES],
      of({ milliseconds, value }) {
        if (Math.abs(value! - figure) > apart * Math.abs(figure))
          throw new Error(`${name} comes to ${value} where we come to ${figure}`)
        return milliseconds!
      },
    }),
  }
}
