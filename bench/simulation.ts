import { RandomStreams, Simulation } from '../core/kernel/index.js'
import { followEvents } from '../core/simulation/dynamics/dynamic.js'
import type { CreateDynamics } from '../core/simulation/dynamics/dynamics.js'
import { staticDynamics } from '../core/simulation/dynamics/static.js'
import type { BenchmarkCase } from './case.js'
import { benchmarkNetwork, type Size, sizeName, sizes } from './networks.js'

/** Rounds of one measurement; the first five warm up. */
const ROUNDS = 15

/** A round from its assignment to its cost, in both dynamics. */
export const cases: BenchmarkCase[] = sizes.flatMap((size) => [
  { name: `simulation/dynamic-round/${sizeName(size)}`, unit: 'ms', run: () => roundTime(size, 'dynamic') },
  { name: `simulation/static-round/${sizeName(size)}`, unit: 'ms', run: () => roundTime(size, 'static') },
])

/** Median wall-clock time of a round, ms: random slots, heads that take time, nothing listening. */
async function roundTime(size: Size, kind: 'static' | 'dynamic'): Promise<number> {
  const { parameters: paper, environment, scheduler, view } = await benchmarkNetwork(size)
  const parameters = { ...paper, load: { ...paper.load, headFlops: 1e9 } }
  const create: CreateDynamics =
    kind === 'static'
      ? staticDynamics(size.N, 1 / 3)
      : followEvents(
          {
            parameters,
            headForwardShare: 1 / 3,
            deadlineSeconds: Infinity,
            churn: undefined,
            stragglers: undefined,
            outages: undefined,
            failures: undefined,
          },
          new RandomStreams(1),
        )
  const dynamics = create(new Simulation(), () => {})
  const random = await scheduler('random')
  const times: number[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const assignment = await random.decide(await view(round))
    const { network } = await environment.scene(round)
    const start = performance.now()
    dynamics.play({ round, network: { ...network, ...parameters }, assignment, onPhase: () => {} })
    times.push(performance.now() - start)
  }
  return times.slice(5).sort((a, b) => a - b)[(ROUNDS - 5) >> 1]
}
