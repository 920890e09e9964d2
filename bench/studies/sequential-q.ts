// Trains sequential-q from several seeds and measures it on rounds of many sizes that it was never trained on, beside swap
// matching from a random start: tsx bench/studies/sequential-q.ts DIRECTORY [--seeds 5] [--rounds 300] [--tiers local,twin]
// [--sizes 16x4x10,…]. A policy that is in DIRECTORY already is not trained again; --seeds 0 measures the weights that come with cotwin.

import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { evaluateRound } from '../../core/network/round-cost.js'
import type { Scheduler } from '../../core/plugin/contracts.js'
import type { SchedulerView } from '../../core/plugin/view.js'
import { train } from '../../core/train.js'
import { builtInPlugins } from '../../plugins/index.js'
import { type BenchmarkNetwork, benchmarkNetwork, type Size, sizeName } from '../networks.js'

const scenario = 'scenarios/sequential-q.yaml'

/** Rounds of the measurement are drawn from a seed that no training uses. */
const HELD_OUT_SEED = 20_000

const sizes: readonly Size[] = [
  { N: 16, M: 4, K: 10 },
  { N: 8, M: 4, K: 5 },
  { N: 24, M: 4, K: 15 },
  { N: 32, M: 4, K: 20 },
  { N: 64, M: 4, K: 40 },
  { N: 8, M: 4, K: 6 },
  { N: 16, M: 4, K: 6 },
  { N: 24, M: 4, K: 6 },
]

const setups: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>> = {
  'large-scale': [{ sweeps: 0 }],
  local: [{ sweeps: 0 }, { sweeps: 1 }, { sweeps: 8 }, { sweeps: 24 }],
  twin: [{ sweeps: 0 }, { sweeps: 1 }, { sweeps: 1, polish: 5 }, { sweeps: 8 }, { sweeps: 24 }],
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '300' },
    tiers: { type: 'string', default: 'local,twin' },
    sizes: { type: 'string' },
  },
})
const directory = positionals[0] ?? 'trainings/sequential-q-study'
const seeds = Number(values.seeds)
const tiers = values.tiers.split(',')

const policies = new Map<string, (string | undefined)[]>()
for (const tier of tiers) {
  const files: (string | undefined)[] = []
  for (let seed = 1; seed <= seeds; seed++) files.push(await trained(tier, seed))
  policies.set(tier, seeds === 0 ? [undefined] : files)
}

const lines: string[] = []
const wanted = values.sizes?.split(',') ?? sizes.map(sizeName)
for (const size of sizes) if (wanted.includes(sizeName(size))) lines.push(...(await measure(size)))
const table = [
  '| clients × servers × channels | tier | options | mean cost / swap matching | geometric mean | wins |',
  '|---|---|---|---|---|---|',
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
  const reference = await costs(await network.scheduler('swap-matching'), views)
  const rows: string[] = []
  for (const tier of tiers)
    for (const setup of setups[tier]) {
      const of = await Promise.all(
        policies
          .get(tier)!
          .map((weights) => compared(network, views, reference, { tier, ...setup, weights })),
      )
      const options = Object.entries(setup).map(([name, value]) => `${name} ${value}`)
      const figures = (['mean', 'geometric'] as const).map((name) => interval(of.map((one) => one[name])))
      const wins = of.reduce((sum, one) => sum + one.wins, 0) / of.length
      const cells = [sizeName(size), tier, options.join(', '), ...figures, `${(100 * wins).toFixed(0)} %`]
      rows.push(`| ${cells.join(' | ')} |`)
      console.error(rows.at(-1))
    }
  return rows
}

async function compared(
  network: BenchmarkNetwork,
  views: readonly SchedulerView[],
  reference: readonly number[],
  { weights, ...options }: Record<string, unknown>,
) {
  const scheduler = await network.scheduler('sequential-q', {
    ...options,
    ...(weights !== undefined && { weights }),
  })
  const own = await costs(scheduler, views)
  return {
    mean: meanOf(own) / meanOf(reference),
    geometric: Math.exp(meanOf(own.map((cost, i) => Math.log(cost / reference[i])))),
    wins: own.filter((cost, i) => cost < reference[i]).length / own.length,
  }
}

async function costs(scheduler: Scheduler, views: readonly SchedulerView[]): Promise<number[]> {
  const found: number[] = []
  for (const view of views) found.push(evaluateRound(view.network, await scheduler.decide(view)).cost)
  return found
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Mean over seeds, with the 95 % interval of Student's t where there are several. */
function interval(values: readonly number[]): string {
  const mean = meanOf(values)
  if (values.length < 2) return mean.toFixed(3)
  const quantile = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26][values.length - 2] ?? 2.0
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return `${mean.toFixed(3)} ± ${(quantile * Math.sqrt(variance / values.length)).toFixed(3)}`
}
