import { evaluateRound } from '../core/network/round-cost.js'
import { assignmentOf, type Evaluator, SITS_OUT } from '../core/plugin/index.js'
import type { BenchmarkCase } from './case.js'
import { type BenchmarkNetwork, benchmarkNetwork, type Size, sizeName, sizes } from './networks.js'

/** Processor time of a measurement, ms. */
const LEAST_TIME = 300

/** One thing that can be asked of an evaluator: asks it many times over and returns how many. */
type Questions = (evaluator: Evaluator) => number

/** On a stable matching, as where a search spends its last sweep: hardly any candidate wins. */
const questions: Readonly<Record<string, Questions>> = {
  /** A move worked out: two channels, two servers. */
  move(evaluator) {
    const { clients, servers, channels } = evaluator.network
    let asked = 0
    for (let client = 0; client < clients && asked < 20_000; client++)
      for (let slot = client % 7; slot < servers * channels; slot += 7) {
        if (!evaluator.isFree(slot)) continue
        evaluator.costOfMoving(client, slot)
        asked++
      }
    return asked
  },
  /** An exchange worked out. */
  swap(evaluator) {
    const { clients } = evaluator.network
    let asked = 0
    for (let first = 0; first < clients && asked < 20_000; first++)
      for (let second = first + 1; second < clients; second++, asked++)
        evaluator.costOfSwapping(first, second)
    return asked
  },
  /** Moves that a search goes through and turns down; occupied slots do not count. */
  'scan-moves'(evaluator) {
    const { clients, servers, channels } = evaluator.network
    const limit = evaluator.cost * (1 - 1e-12)
    for (let client = 0; client < clients; client++) evaluator.nextMove(client, -1, limit)
    return clients * (servers * channels - clients)
  },
  /** Exchanges that a search goes through and turns down. */
  'scan-swaps'(evaluator) {
    const { clients } = evaluator.network
    const limit = evaluator.cost * (1 - 1e-12)
    for (let first = 0; first < clients; first++) evaluator.nextSwap(first, first, limit)
    return (clients * (clients - 1)) / 2
  },
  /** A move carried out. */
  change(evaluator) {
    const { clients } = evaluator.network
    let free = evaluator.nextMove(0, -1, Number.POSITIVE_INFINITY)
    if (free === SITS_OUT) return 0
    for (let client = 0; client < clients; client++) {
      const left = evaluator.slot(client)
      evaluator.move(client, free)
      free = left
    }
    return clients
  },
}

async function stableEvaluator(network: BenchmarkNetwork): Promise<Evaluator> {
  const view = await network.view(1)
  const evaluator = view.evaluator()
  const search = await network.scheduler('swap-matching', { start: 'hardest-first' })
  evaluator.reset(assignmentOf(await search.decide(view)))
  return evaluator
}

/** Processor time of one, ns. */
function nanoseconds(ask: () => number): number {
  ask()
  const start = process.cpuUsage()
  let asked = 0
  let elapsed = 0
  while (elapsed < LEAST_TIME) {
    asked += ask()
    const { user, system } = process.cpuUsage(start)
    elapsed = (user + system) / 1000
  }
  return (elapsed * 1e6) / asked
}

/** Networks that grow in nothing but clients: as many servers, and as many clients on a channel. */
const growing: readonly Size[] = [64, 256, 1000].map((N) => ({ N, M: 16, K: N / 4 }))

/** Of the candidates that a search turns down, the share that it has to work out: no bound passes over the others. */
const workedOutAt = (size: Size): BenchmarkCase[] =>
  (['scan-moves', 'scan-swaps'] as const).map((name) => ({
    name: `network/${name}-worked-out/${sizeName(size)}`,
    unit: '% worked out',
    async run() {
      const evaluator = await stableEvaluator(await benchmarkNetwork(size))
      const asked = questions[name](evaluator)
      return (100 * evaluator.candidatesWorkedOut) / asked
    },
  }))

const questionsAt = (size: Size): BenchmarkCase[] =>
  Object.entries(questions).map(([name, ask]) => ({
    name: `network/${name}/${sizeName(size)}`,
    unit: name === 'change' ? 'ns/change' : 'ns/candidate',
    async run() {
      const evaluator = await stableEvaluator(await benchmarkNetwork(size))
      return nanoseconds(() => ask(evaluator))
    },
  }))

/** What a candidate and a change cost, and the full evaluation that a naive search would do for each. */
export const cases: readonly BenchmarkCase[] = [
  ...sizes.flatMap((size) => [
    ...questionsAt(size),
    ...workedOutAt(size),
    {
      name: `network/evaluate-round/${sizeName(size)}`,
      unit: 'ns/candidate',
      async run() {
        const { network } = await stableEvaluator(await benchmarkNetwork(size))
        const assignment = Int32Array.from({ length: size.N }, (_, client) => client)
        return nanoseconds(() => {
          for (let i = 0; i < 20; i++) evaluateRound(network, assignment)
          return 20
        })
      },
    },
  ]),
  ...growing.flatMap((size) => [...questionsAt(size), ...workedOutAt(size)]),
]
