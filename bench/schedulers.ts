import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluateRound } from '../core/network/round-cost.js'
import type { Scheduler } from '../core/plugin/contracts.js'
import type { SchedulerView } from '../core/plugin/view.js'
import type { BenchmarkCase, BenchmarkPeer } from './case.js'
import { type BenchmarkNetwork, benchmarkNetwork, type Size, sizeName, sizes } from './networks.js'
import { compileC, runProgram } from './program.js'
import { writeInstances } from './schedulers-instances.js'

/** Rounds of a measurement, from the smallest size to the largest. */
const ROUNDS = [40, 12, 6, 1]

/** A measurement goes over its rounds again until it has taken so much processor time, ms. */
const LEAST_TIME = 400

/** So much goes by before it, ms: until then code is compiled anew, better, on another thread, whose time counts. */
const WARM_UP = 300

/** Local search as it is measured: short enough for every size, all its parts at work. */
const localSearch = { randomStarts: 2, annealingSteps: 4000 }

/** Each scheduler, its options, and how many of the sizes it is measured at. */
const measured: readonly [
  plugin: string,
  options: Readonly<Record<string, number>>,
  sizes: number,
  peer: boolean,
][] = [
  ['swap-matching', {}, 4, true],
  ['hardest-first', {}, 4, true],
  ['greedy', {}, 4, true],
  ['local-search', localSearch, 4, true],
  ['decomposition', {}, 4, false],
  ['max-sinr', {}, 4, false],
  ['random', {}, 4, false],
]

class SchedulerBench {
  readonly #plugin: string
  readonly #options: Readonly<Record<string, number>>
  readonly #size: Size
  readonly #rounds: number
  #repeats = 0
  #warm = false
  #costs: readonly number[] = []
  #network: BenchmarkNetwork | undefined
  readonly #views: SchedulerView[] = []
  #scheduler: Scheduler | undefined
  #instances: string | undefined

  constructor(plugin: string, options: Readonly<Record<string, number>>, size: Size, rounds: number) {
    this.#plugin = plugin
    this.#options = options
    this.#size = size
    this.#rounds = rounds
  }

  /** Mean processor time of a decision, ms. */
  async run(): Promise<number> {
    const scheduler = await this.#open()
    // The first pass says what is to be compared.
    const costs: number[] = []
    for (const view of this.#views) costs.push(evaluateRound(view.network, await scheduler.decide(view)).cost)
    this.#costs = costs
    if (!this.#warm) await this.#decideFor(scheduler, WARM_UP)
    this.#warm = true
    return this.#decideFor(scheduler, LEAST_TIME)
  }

  /** Mean processor time of a decision over at least so much of it, ms. */
  async #decideFor(scheduler: Scheduler, least: number): Promise<number> {
    this.#repeats = 0
    // Processor time, as the peer takes it: other work on the machine then counts for neither.
    const start = process.cpuUsage()
    let elapsed = 0
    while (elapsed < least) {
      for (const view of this.#views) await scheduler.decide(view)
      this.#repeats++
      const { user, system } = process.cpuUsage(start)
      elapsed = (user + system) / 1000
    }
    return elapsed / this.#repeats / this.#views.length
  }

  /**
   * The same in C; throws where it comes to other costs. Plain C works every candidate out, on the channels it touches,
   * where ours and other C pass over what cannot win.
   */
  peer(plain: boolean): BenchmarkPeer {
    let program = ''
    return {
      name: plain ? 'C, every candidate worked out' : 'C',
      prepare: () => {
        program = compileC('peers/schedulers-search.c', ['peers/schedulers-evaluator.h'])
      },
      run: () => {
        const args = [
          this.#instanceFile(),
          this.#plugin,
          plain ? Math.ceil(this.#repeats / 3) : this.#repeats,
          ...(plain ? ['plain'] : []),
        ]
        const { msPerDecision, costs } = runProgram(program, args) as unknown as PeerAnswer
        this.#costs.forEach((cost, round) => {
          if (Math.abs(costs[round] - cost) <= 1e-9 * cost) return
          throw new Error(`${this.#plugin}, round ${round + 1}: ${cost} here, ${costs[round]} in C`)
        })
        return msPerDecision
      },
    }
  }

  async #open(): Promise<Scheduler> {
    if (this.#scheduler) return this.#scheduler
    this.#network = await benchmarkNetwork(this.#size)
    for (let round = 1; round <= this.#rounds; round++) this.#views.push(await this.#network.view(round))
    this.#scheduler = await this.#network.scheduler(this.#plugin, this.#options)
    return this.#scheduler
  }

  #instanceFile(): string {
    if (this.#instances === undefined) {
      this.#instances = join(mkdtempSync(join(tmpdir(), 'cotwin-bench-')), 'instances')
      writeInstances(this.#instances, this.#network as BenchmarkNetwork, this.#views, localSearch)
    }
    return this.#instances
  }
}

interface PeerAnswer {
  readonly msPerDecision: number
  readonly costs: readonly number[]
}

/** A decision of each scheduler at four sizes, beside the same search in C on the same rounds and random draws. */
const decisions = measured.flatMap(([plugin, options, count, peer]) =>
  sizes.slice(0, count).map((size, i): BenchmarkCase => {
    const bench = new SchedulerBench(plugin, options, size, ROUNDS[i])
    return {
      name: `schedulers/${plugin}/${sizeName(size)}`,
      unit: 'ms/decision',
      run: () => bench.run(),
      ...(peer && { peer: bench.peer(false) }),
    }
  }),
)

/** The same decisions beside the algorithm as it is usually written, as far as that ends in reasonable time. */
const besidePlain = ['swap-matching', 'hardest-first', 'greedy'].flatMap((plugin) =>
  sizes.slice(0, 3).map((size, i): BenchmarkCase => {
    const bench = new SchedulerBench(plugin, {}, size, ROUNDS[i])
    return {
      name: `schedulers/plain/${plugin}/${sizeName(size)}`,
      unit: 'ms/decision',
      run: () => bench.run(),
      peer: bench.peer(true),
    }
  }),
)

export const cases: readonly BenchmarkCase[] = [...decisions, ...besidePlain]
