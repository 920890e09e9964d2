// What a scheduler can come to that sees mean gains and no fading, beside what sequential-q does at tier large-scale:
// tsx bench/studies/large-scale.ts [--rounds 20] [--draws 256]. For each round, the assignment that costs least on average (of the
// logarithm) over many draws of the fading is searched by steepest descent, from that of sequential-q and from one that costs
// next to the least where every gain is its mean. All are then judged by as many other draws.

import { parseArgs } from 'node:util'
import { RandomStreams } from '../../core/kernel/random.js'
import type { Assignment } from '../../core/network/assignment.js'
import { evaluateRound } from '../../core/network/round-cost.js'
import type { RoundNetwork } from '../../core/network/round-network.js'
import { assignmentOf, type RandomStream } from '../../core/plugin/index.js'
import type { SchedulerView } from '../../core/plugin/view.js'
import { untouched, View } from '../../core/simulation/view.js'
import { descend, meanLogCost } from '../../plugins/schedulers/static/descent.js'
import { benchmarkNetwork } from '../networks.js'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, draws: { type: 'string', default: '256' } },
})

/** The rounds that sequential-q is measured on, too. */
const HELD_OUT_SEED = 20_000
const network = await benchmarkNetwork({ N: 16, M: 4, K: 10 }, HELD_OUT_SEED)
const swapMatching = await network.scheduler('swap-matching')
const sequential = await network.scheduler('sequential-q', { tier: 'large-scale' })
const search = await network.scheduler('local-search')
const streams = new RandomStreams('large-scale')

const names = ['sequential-q large-scale', 'least cost on mean gains', 'least expected logarithm'] as const
const ratios: number[][] = names.map(() => [])
for (let round = 1; round <= Number(values.rounds); round++) {
  const view = await network.view(round)
  const reference = costOf(view.network, assignmentOf(await swapMatching.decide(view)))
  const means = viewOf(
    view,
    withGains(view.network, (mean) => mean),
  )
  const starts = [
    assignmentOf(await sequential.decide(view)).slice(),
    assignmentOf(await search.decide(means)).slice(),
  ]
  const drawn = (purpose: string) => {
    const random = streams.stream(purpose, round)
    return Array.from({ length: Number(values.draws) }, () => faded(view.network, random))
  }
  const [draws, others] = [drawn('searched'), drawn('judged')]
  const found = starts.map((start) => descend(draws, start)).sort((a, b) => a.meanLogCost - b.meanLogCost)
  for (const [i, assignment] of [...starts, found[0]!.assignment].entries())
    ratios[i]!.push(Math.exp(meanLogCost(others, assignment)) / reference)
}
const lines = names.map((name, i) => {
  const logarithms = ratios[i]!.map((ratio) => Math.log(ratio))
  return `| ${name} | ${Math.exp(meanOf(logarithms)).toFixed(2)} | ${(deviationOf(logarithms) / Math.sqrt(logarithms.length)).toFixed(2)} |`
})
console.log(
  [
    `| ${values.rounds} rounds, ${values.draws} draws | cost / swap matching, geometric mean | standard error of its logarithm |`,
    '|---|---|---|',
    ...lines,
  ].join('\n'),
)

/** The network with other gains, a function of each link's mean. */
function withGains(network: RoundNetwork, gainOf: (mean: number) => number): RoundNetwork {
  const { channels, meanGain } = network
  const gain = new Float64Array(channels * meanGain.length)
  for (let i = 0; i < gain.length; i++) gain[i] = gainOf(meanGain[i % meanGain.length]!)
  return { ...network, uplinkGain: gain, downlinkGain: gain }
}

/** The same clients in the same places, Rayleigh fading drawn anew. */
function faded(network: RoundNetwork, random: RandomStream): RoundNetwork {
  return withGains(network, (mean) => mean * random.exponential())
}

function viewOf({ round, parameters, active }: SchedulerView, known: RoundNetwork): SchedulerView {
  const counts = untouched(parameters, active)
  return new View(round, parameters, counts, known, { label: 'study', tier: 'twin' })
}

function costOf(network: RoundNetwork, assignment: Assignment): number {
  return evaluateRound(network, assignment).cost
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)))
}
