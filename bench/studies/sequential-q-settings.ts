// Measures the weights that come with sequential-q in settings that the paper does not have, beside swap matching from a random
// start: tsx bench/studies/sequential-q-settings.ts [--rounds 400], which writes sequential-q-settings.md beside itself.

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Environment } from '../../core/environment/environment.js'
import type { EnvironmentSettings } from '../../core/environment/settings.js'
import { RandomStreams } from '../../core/kernel/random.js'
import { evaluateRound } from '../../core/network/round-cost.js'
import type { Placement, PluginKind } from '../../core/plugin/contracts.js'
import { createPlugin } from '../../core/plugin/create-plugin.js'
import { resolveReference } from '../../core/plugin/options.js'
import { PluginContext } from '../../core/plugin/plugin-context.js'
import type { SchedulerView } from '../../core/plugin/view.js'
import { untouched, View } from '../../core/simulation/view.js'
import { builtInPlugins } from '../../plugins/index.js'
import { benchmarkNetwork } from '../networks.js'

/** Rounds are drawn from a seed that no training uses. */
const HELD_OUT_SEED = 30_000

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '400' } } })
const rounds = Number(values.rounds)
const base = await benchmarkNetwork({ N: 16, M: 4, K: 10 }, HELD_OUT_SEED)
const { parameters } = base

function plugin<Kind extends PluginKind>(kind: Kind, name: string, options = {}) {
  const files = { resolve: (path: string) => path }
  const { streams } = base
  const context = new PluginContext({ registry: builtInPlugins, streams, network: parameters, files })
  return createPlugin(
    kind,
    resolveReference(builtInPlugins, kind, { plugin: name, options }),
    `${kind}/${name}`,
    context,
  )
}

/** Clients normally distributed about some centres, which are new in each round. */
function clustered(centres: number, deviationM: number): Placement {
  let drawn: { x: number; y: number }[] = []
  const within = (value: number, most: number) => Math.max(0, Math.min(most, value))
  return {
    position({ index, area: { widthM, heightM }, random }) {
      if (index === 0)
        drawn = Array.from({ length: centres }, () => ({
          x: random.uniform(0, widthM),
          y: random.uniform(0, heightM),
        }))
      const { x, y } = drawn[index % centres]
      return {
        x: within(x + random.normal(0, deviationM), widthM),
        y: within(y + random.normal(0, deviationM), heightM),
      }
    },
  }
}

const inOneCorner: Placement = {
  position: ({ index }) => ({ x: 5 + 10 * (index % 2), y: 5 + 10 * (index >> 1) }),
}

const square = (side: number) => ({ area: { widthM: side, heightM: side } })
const settings: readonly [name: string, changes: Partial<EnvironmentSettings>][] = [
  ["the paper's", {}],
  ['free space, 2 GHz', { propagation: await plugin('propagation', 'free-space') }],
  ['clients in one cluster, 30 m', { clientPlacement: clustered(1, 30) }],
  ['clients in three clusters, 30 m', { clientPlacement: clustered(3, 30) }],
  ['servers in one corner, 10 m apart', { serverPlacement: inOneCorner }],
  ['servers on a grid', { serverPlacement: await plugin('placement', 'grid') }],
  ['servers anywhere', { serverPlacement: await plugin('placement', 'uniform') }],
  ['area of 100 m', square(100)],
  ['area of 200 m', square(200)],
  ['area of 2000 m', square(2000)],
  ['no fading', { fading: await plugin('fading', 'none') }],
  ['Rician fading', { fading: await plugin('fading', 'rician') }],
  ['shadowing of 8 dB', { propagation: await plugin('propagation', 'log-distance', { shadowingDb: 8 }) }],
]
const paper: EnvironmentSettings = {
  ...square(600),
  clientPlacement: await plugin('placement', 'uniform'),
  serverPlacement: await plugin('placement', 'corners'),
  positions: 'per-round',
  episodeRounds: 1,
  propagation: await plugin('propagation', 'log-distance'),
  fading: await plugin('fading', 'rayleigh'),
  minimumDistanceM: 1,
  reciprocal: true,
}

const compared = [
  ['swap-matching', { start: 'hardest-first' }],
  ['sequential-q', { tier: 'local' }],
  ['sequential-q', { tier: 'twin' }],
] as const

const lines: string[] = []
for (const [name, changes] of settings) {
  const views = await viewsOf({ ...paper, ...changes })
  const reference = await costs('swap-matching', {}, views)
  const hardest = await costs('hardest-first', {}, views)
  const cells: string[] = []
  for (const [scheduler, options] of compared) {
    const own = await costs(scheduler, options, views)
    cells.push((mean(own) / mean(reference)).toFixed(3))
    if (scheduler !== 'sequential-q') continue
    const dearer = own.flatMap((cost, i) => (cost > hardest[i] ? [cost / hardest[i]] : []))
    cells.push(
      `${((100 * dearer.length) / rounds).toFixed(0)} %${dearer.length === 0 ? '' : `, ${(100 * (Math.max(...dearer) - 1)).toFixed(0)} %`}`,
    )
  }
  lines.push(`| ${[name, ...cells].join(' | ')} |`)
  console.error(lines.at(-1))
}
const text = `# sequential-q in other settings

Mean cost over that of swap matching from a random start on ${rounds} rounds that were never trained on, 16 clients, 4 servers, 10
channels, options at their defaults; and in how many rounds it is dearer than hardest first, and by how much at most.
Written by \`npx tsx bench/studies/sequential-q-settings.ts --rounds ${rounds}\`.

| setting | swap matching from hardest first | local | dearer than hardest first | twin | dearer than hardest first |
|---|---|---|---|---|---|
${lines.join('\n')}
`
writeFileSync(new URL('sequential-q-settings.md', import.meta.url), text)

async function viewsOf(environmentSettings: EnvironmentSettings): Promise<SchedulerView[]> {
  const environment = new Environment(parameters, environmentSettings, new RandomStreams(HELD_OUT_SEED))
  const counts = untouched(parameters)
  const views: SchedulerView[] = []
  for (let round = 1; round <= rounds; round++) {
    // A snapshot's arrays are written again by the next.
    const { network } = await environment.snapshot(round)
    const gain = network.uplinkGain.slice()
    const kept = { ...network, uplinkGain: gain, downlinkGain: gain, meanGain: network.meanGain.slice() }
    views.push(new View(round, parameters, counts, kept, { label: 'study', tier: 'twin' }))
  }
  return views
}

async function costs(name: string, options: object, views: readonly SchedulerView[]): Promise<number[]> {
  const scheduler = await base.scheduler(name, { ...options })
  const found: number[] = []
  for (const view of views) found.push(evaluateRound(view.network, await scheduler.decide(view)).cost)
  return found
}

function mean(costs: readonly number[]): number {
  return costs.reduce((sum, cost) => sum + cost, 0) / costs.length
}
