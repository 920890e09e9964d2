import type { Scheduler } from '../core/plugin/contracts.js'
import type { SchedulerView } from '../core/plugin/view.js'
import type { BenchmarkCase } from './case.js'
import { benchmarkNetwork, type Size, sizeName } from './networks.js'

/** Rounds that are decided once to warm up, and then measured. */
const ROUNDS = 60
const WARM_UP = 5
const MEASURED = 10

const paper: Size = { N: 16, M: 4, K: 10 }
const large: Size = { N: 64, M: 4, K: 40 }
const full: Size = { N: 24, M: 4, K: 6 }

const measured: readonly [name: string, options: Readonly<Record<string, string | number>>, size: Size][] = [
  ['local-no-sweep', { tier: 'local', sweeps: 0 }, paper],
  ['local', { tier: 'local' }, paper],
  ['twin-no-sweep', { tier: 'twin', sweeps: 0 }, paper],
  ['twin', { tier: 'twin' }, paper],
  ['local', { tier: 'local' }, large],
  ['local', { tier: 'local' }, full],
]

/** Median time of a joint decision of all clients. */
class DecisionBench {
  readonly #options: Readonly<Record<string, string | number>>
  readonly #size: Size
  readonly #views: SchedulerView[] = []
  #scheduler: Scheduler | undefined

  constructor(options: Readonly<Record<string, string | number>>, size: Size) {
    this.#options = options
    this.#size = size
  }

  async run(): Promise<number> {
    const scheduler = await this.#open()
    const times: number[] = []
    for (let pass = 0; pass < WARM_UP + MEASURED; pass++)
      for (const view of this.#views) {
        const start = performance.now()
        // They decide at once.
        void scheduler.decide(view)
        if (pass >= WARM_UP) times.push(performance.now() - start)
      }
    return times.toSorted((a, b) => a - b)[times.length >> 1]
  }

  async #open(): Promise<Scheduler> {
    if (this.#scheduler) return this.#scheduler
    const network = await benchmarkNetwork(this.#size)
    for (let round = 1; round <= ROUNDS; round++) this.#views.push(await network.view(round))
    this.#scheduler = await network.scheduler('sequential-q', this.#options)
    return this.#scheduler
  }
}

export const cases: readonly BenchmarkCase[] = measured.map(([name, options, size]) => {
  const bench = new DecisionBench(options, size)
  return { name: `sequential-q/${name}/${sizeName(size)}`, unit: 'ms/decision', run: () => bench.run() }
})
