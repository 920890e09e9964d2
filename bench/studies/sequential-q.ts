// Trains sequential-q from several seeds and measures it on rounds of many sizes that it was never trained on, beside swap
// matching from a random start: tsx bench/studies/sequential-q.ts DIRECTORY [--seeds 5] [--rounds 300] [--tiers local,twin]
// [--sizes 16x4x10,…] [--untrained] [--optimum]. A policy that is in DIRECTORY already is not trained again; --seeds 0 measures
// the weights that come with cotwin, --untrained those that training starts from; --optimum compares with the proven optimum, too.

import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { RandomStreams } from '../../core/kernel/random.js'
import { evaluateRound } from '../../core/network/round-cost.js'
import type { Scheduler } from '../../core/plugin/contracts.js'
import type { SchedulerView } from '../../core/plugin/view.js'
import { train } from '../../core/train.js'
import { builtInPlugins } from '../../plugins/index.js'
import { FEATURES } from '../../plugins/schedulers/sequential-q/features.js'
import type { RequestTier } from '../../plugins/schedulers/sequential-q/gains.js'
import { initialWeights } from '../../plugins/schedulers/sequential-q/network.js'
import { savedPolicy, WIDTH } from '../../plugins/schedulers/sequential-q/policy.js'
import { type BenchmarkNetwork, benchmarkNetwork, type Size, sizeName } from '../networks.js'
import { intervalOf } from './interval.js'

const scenario = 'scenarios/sequential-q.yaml'

/** Rounds of the measurement are drawn from a seed that no training uses. */
const HELD_OUT_SEED = 20_000

const sizes: readonly Size[] = [
  { N: 16, M: 4, K: 10 },
  { N: 8, M: 4, K: 5 },
  { N: 24, M: 4, K: 15 },
  { N: 32, M: 4, K: 20 },
  { N: 64, M: 4, K: 40 },
  { N: 64, M: 4, K: 20 },
  { N: 8, M: 4, K: 6 },
  { N: 16, M: 4, K: 6 },
  { N: 24, M: 4, K: 6 },
]

/** Without sweeps as many as the default has. */
const setups: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>> = {
  'large-scale': [{ sweeps: 0 }, {}],
  local: [{ sweeps: 0 }, { sweeps: 1 }, {}, { sweeps: 8 }, { sweeps: 24 }],
  twin: [{ sweeps: 0 }, { sweeps: 1 }, {}, { polish: 5 }, { sweeps: 8 }, { sweeps: 24 }],
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '300' },
    tiers: { type: 'string', default: 'local,twin' },
    sizes: { type: 'string' },
    untrained: { type: 'boolean', default: false },
    optimum: { type: 'boolean', default: false },
  },
})
const directory = positionals[0] ?? 'trainings/sequential-q-study'
const seeds = values.untrained ? 0 : Number(values.seeds)
const tiers = values.tiers.split(',')

const policies = new Map<string, (string | undefined)[]>()
for (const tier of tiers) {
  const files: (string | undefined)[] = []
  for (let seed = 1; seed <= seeds; seed++) files.push(await trained(tier, seed))
  policies.set(tier, seeds === 0 ? [undefined] : files)
}

const compared = ['swap-matching', ...(values.optimum ? ['optimal'] : [])]
const lines: string[] = []
const wanted = values.sizes?.split(',') ?? sizes.map(sizeName)
for (const size of sizes) if (wanted.includes(sizeName(size))) lines.push(...(await measure(size)))
const table = [
  `| clients × servers × channels | tier | options | ${compared.map((name) => `mean cost / ${name} | geometric mean | wins`).join(' | ')} |`,
  `|---|---|---|${compared.map(() => '---|---|---|').join('')}`,
  ...lines,
  '',
].join('\n')
if (seeds > 0) writeFileSync(join(directory, 'results.md'), table)
console.log(table)

/** The file of a policy, trained unless it is there. */
async function trained(tier: string, seed: number): Promise<string> {
  const out = join(directory, `${tier}-${seed}`)
  const file = resolve(out, `${tier}.safetensors`)
  if (existsSync(file)) return file
  const { summary } = await train(scenario, { plugins: builtInPlugins, seed, schedulers: [tier], out })
  console.error(tier, seed, `${summary.schedulers[0].seconds.toFixed(0)} s`)
  return file
}

async function measure(size: Size): Promise<string[]> {
  // What a round of 64 clients costs in time is ten of 16.
  const rounds = Math.ceil(Number(values.rounds) / (size.N > 32 ? 4 : 1))
  const network = await benchmarkNetwork(size, HELD_OUT_SEED)
  const views: SchedulerView[] = []
  for (let round = 1; round <= rounds; round++) views.push(await network.view(round))
  const references: number[][] = []
  for (const name of compared) references.push(await costs(await network.scheduler(name), views))
  const rows: string[] = []
  for (const tier of tiers)
    for (const setup of setups[tier]) {
      const own: number[][] = []
      for (const weights of policies.get(tier)!)
        own.push(await costs(await schedulerOf(network, { tier, ...setup, weights }), views))
      const options = Object.entries(setup).map(([name, value]) => `${name} ${value}`)
      const figures = references.flatMap((reference) => comparison(own, reference))
      rows.push(`| ${[sizeName(size), tier, options.join(', '), ...figures].join(' | ')} |`)
      console.error(rows.at(-1))
    }
  return rows
}

async function schedulerOf(
  network: BenchmarkNetwork,
  { weights, ...options }: Record<string, unknown>,
): Promise<Scheduler> {
  const given = weights === undefined ? {} : { weights }
  const scheduler = await network.scheduler('sequential-q', { ...options, ...given })
  if (values.untrained) {
    const start = initialWeights(FEATURES, WIDTH, new RandomStreams(1).stream('weights'))
    scheduler.restore!(savedPolicy(start, options.tier as RequestTier))
  }
  return scheduler
}

/** How the costs of several policies compare with a reference: ratio of means, geometric mean, share of rounds won. */
function comparison(own: readonly number[][], reference: readonly number[]): string[] {
  const means = own.map((costs) => meanOf(costs) / meanOf(reference))
  const geometric = own.map((costs) =>
    Math.exp(meanOf(costs.map((cost, i) => Math.log(cost / reference[i])))),
  )
  const won = own.map((costs) => costs.filter((cost, i) => cost < reference[i]).length / costs.length)
  return [interval(means), interval(geometric), `${(100 * meanOf(won)).toFixed(0)} %`]
}

async function costs(scheduler: Scheduler, views: readonly SchedulerView[]): Promise<number[]> {
  const found: number[] = []
  for (const view of views) found.push(evaluateRound(view.network, await scheduler.decide(view)).cost)
  return found
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Mean over seeds, with its 95 % interval where there are several. */
function interval(values: readonly number[]): string {
  const { mean, halfWidth } = intervalOf(values)
  return halfWidth === null ? mean.toFixed(3) : `${mean.toFixed(3)} ± ${halfWidth.toFixed(3)}`
}
