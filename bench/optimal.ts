import type { BenchmarkCase } from './case.js'
import { benchmarkNetwork, sizeName } from './networks.js'

const size = { N: 16, M: 4, K: 10 }

/** Rounds differ a lot in how much there is to prove. */
const ROUNDS = 20

/** Time of a decision that is proved, the mean over rounds at the paper's size. */
export const cases: readonly BenchmarkCase[] = [
  {
    name: `schedulers/optimal/${sizeName(size)}`,
    unit: 'ms',
    async run() {
      const network = await benchmarkNetwork(size)
      const optimal = await network.scheduler('optimal')
      const views = []
      for (let round = 1; round <= ROUNDS; round++) views.push(await network.view(round))
      const start = performance.now()
      for (const view of views) await optimal.decide(view)
      return (performance.now() - start) / ROUNDS
    },
  },
]
