// Agents with a table of values each and no network, state or future: what is it that the paper's agents lack where one assignment
// that never changes is as good as any scheduler? Positions are fixed and nothing fades (fading averaged over the round).
//   tsx bench/studies/tabular-agents.ts [--seeds 5] [--rounds 65536] [--write bench/studies/tabular-agents.md]
// Agents learn together, each exploring whenever it likes, or in turns, one of them while the others do what they think best; by
// the team's reward, or by the difference that their own part in the round makes (Wolpert and Tumer, 2001).

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { RandomStreams } from '../../core/kernel/random.js'
import { Evaluator } from '../../core/network/evaluator.js'
import { evaluateRound } from '../../core/network/round-cost.js'
import type { RoundNetwork } from '../../core/network/round-network.js'
import { repair } from '../../core/plugin/games/repair.js'
import { type Reward, tuneReward } from '../../core/plugin/games/reward.js'
import type { RandomStream } from '../../core/plugin/index.js'
import { untouched, View } from '../../core/simulation/view.js'
import { explorationAt } from '../../plugins/schedulers/d3qn/exploration.js'
import { benchmarkNetwork } from '../networks.js'
import { intervalOf } from './interval.js'

const { values: given } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '65536' },
    write: { type: 'string' },
  },
})
const seeds = Number(given.seeds)
const rounds = Number(given.rounds)

/** How far a value moves towards a reward. */
const STEP = 0.1
/** Rounds of one turn: every slot is tried a few times. */
const TURN = 128
const EXPLORED = 256
/** Decisions of swap matching, which starts at random, that it is compared by. */
const REFERENCES = 40

interface Variant {
  readonly reward: 'reciprocal-scaled' | 'negative-log-cost'
  readonly credit: 'team' | 'difference'
  readonly order: 'together' | 'turns'
}

const variants: readonly Variant[] = (['together', 'turns'] as const).flatMap((order) =>
  (['team', 'difference'] as const).flatMap((credit) =>
    (['reciprocal-scaled', 'negative-log-cost'] as const).map((reward) => ({ order, credit, reward })),
  ),
)

const ratios = variants.map((): number[] => [])
for (let seed = 1; seed <= seeds; seed++) {
  const bench = await benchmarkNetwork({ N: 16, M: 4, K: 10 }, seed)
  const view = await bench.view(1)
  const network = unfaded(view.network)
  const reference = await swapMatchingLog(network, seed)
  for (const [i, variant] of variants.entries()) {
    const random = new RandomStreams(seed).stream('tabular', i)
    const cost = evaluateRound(network, learn(network, variant, random)).cost
    ratios[i]!.push(Math.log(cost) - reference)
    console.error(seed, variant, Math.exp(ratios[i]!.at(-1)!).toPrecision(4))
  }
}
const page = pageOf()
if (given.write) writeFileSync(given.write, page)
console.log(page)

/** Every gain its mean. */
function unfaded(network: RoundNetwork): RoundNetwork {
  const gain = network.uplinkGain.map((_, i) => network.meanGain[i % network.meanGain.length]!)
  return { ...network, uplinkGain: gain, downlinkGain: gain }
}

/** Mean logarithm of what swap matching comes to. */
async function swapMatchingLog(network: RoundNetwork, seed: number): Promise<number> {
  const swapMatching = await (await benchmarkNetwork({ N: 16, M: 4, K: 10 }, seed)).scheduler('swap-matching')
  const counts = untouched(network)
  let sum = 0
  for (let round = 1; round <= REFERENCES; round++) {
    const view = new View(round, network, counts, network, { label: 'study', tier: 'twin' })
    sum += Math.log(evaluateRound(network, await swapMatching.decide(view)).cost)
  }
  return sum / REFERENCES
}

/** What the agents ask for in the end, repaired by the base stations. */
function learn(
  network: RoundNetwork,
  { reward: form, credit, order }: Variant,
  random: RandomStream,
): Int32Array {
  const { clients, servers, channels } = network
  const slots = servers * channels
  const anywhere = () => Int32Array.from({ length: clients }, () => random.integer(slots))
  const reward = tuneReward(
    form,
    Float64Array.from({ length: EXPLORED }, () => evaluateRound(network, anywhere()).cost),
  )
  const values = new Float32Array(clients * slots)
  const greedy = anywhere()
  for (let round = 0; round < rounds; round++) {
    const exploration = explorationAt({ start: 1, end: 0.02, share: 0.6 }, round / rounds)
    const turn = order === 'turns' ? Math.floor(round / TURN) % clients : undefined
    const assignment = greedy.map((slot, n) =>
      (turn === undefined || turn === n) && random.next() < exploration ? random.integer(slots) : slot,
    )
    const learners = turn === undefined ? Array.from(greedy.keys()) : [turn]
    for (const [i, target] of rewardsOf(network, assignment, reward, credit, learners).entries()) {
      const n = learners[i]!
      const at = n * slots + assignment[n]!
      values[at]! += STEP * (target - values[at]!)
      greedy[n] = bestOf(values.subarray(n * slots, (n + 1) * slots))
    }
  }
  return repair(greedy, values, channels)
}

function rewardsOf(
  network: RoundNetwork,
  assignment: Int32Array,
  reward: Reward,
  credit: Variant['credit'],
  learners: readonly number[],
): number[] {
  const team = reward(evaluateRound(network, assignment).cost)
  if (credit === 'team') return learners.map(() => team)
  const evaluator = new Evaluator(network, assignment)
  return learners.map((n) => team - reward(evaluator.costOfRemoving(n)))
}

function bestOf(values: Float32Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}

function pageOf(): string {
  const rows = variants.map(({ order, credit, reward }, i) => {
    const { mean, halfWidth } = intervalOf(ratios[i]!)
    const interval =
      halfWidth === null
        ? ''
        : ` (${Math.exp(mean - halfWidth).toPrecision(3)} to ${Math.exp(mean + halfWidth).toPrecision(3)})`
    const each = ratios[i]!.map((ratio) => Math.exp(ratio).toPrecision(3)).join(', ')
    const form = reward === 'reciprocal-scaled' ? 'ρ + 1/cost, in units of the least cost' : '−log(cost)'
    return `| ${order} | ${credit} | ${form} | ${Math.exp(mean).toPrecision(3)}${interval} | ${each} |`
  })
  return `# Agents with tables where nothing fades

Cost over that of swap matching (geometric means; 95 %, Student's t over ${seeds} seeds) of what ${rounds} rounds of experience come to: 16
agents with a value for each slot, γ = 0, ε from 1 to 0.02, steps of ${STEP}, turns of ${TURN} rounds; positions fixed, gains at their
means. Requests are repaired by the base stations as those of \`d3qn\` are. A seed draws positions and all that is explored.

\`npx tsx bench/studies/tabular-agents.ts --seeds ${seeds} --rounds ${rounds}\`

| agents learn | by the reward of | which is | cost / swap matching | each seed |
|---|---|---|---|---|
${rows.join('\n')}
`
}
