import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RandomStreams, Simulation } from '../core/kernel/index.js'
import { assignmentOf } from '../core/network/decision.js'
import type { SchedulerView } from '../core/plugin/view.js'
import { recordRun } from '../core/results/recorder.js'
import { RunTables } from '../core/results/run-tables.js'
import { parseScenario } from '../core/scenario/load.js'
import { localComputing } from '../core/simulation/dynamics/create.js'
import { followEvents } from '../core/simulation/dynamics/dynamic.js'
import type { CreateDynamics } from '../core/simulation/dynamics/dynamics.js'
import { staticDynamics } from '../core/simulation/dynamics/static.js'
import { compile } from '../core/simulation/experiment.js'
import { builtInPlugins } from '../plugins/index.js'
import type { BenchmarkCase } from './case.js'
import { benchmarkNetwork, placementOf, type Size, sideOf, sizeName, sizes } from './networks.js'

/** Rounds of one measurement; the first five warm up. */
const ROUNDS = 15

/** A whole round of a run but for the decision; a round from its assignment to its cost, in both dynamics. */
export const cases: BenchmarkCase[] = sizes.flatMap((size) => [
  ...[false, true].map((recorded) => ({
    name: `simulation/${recorded ? 'recorded-round' : 'round'}/${sizeName(size)}`,
    unit: 'ms',
    run: () => wholeRoundTime(size, recorded),
    peer: { name: 'a decision of swap matching here', run: () => decisionTime(size) },
  })),
  { name: `simulation/dynamic-round/${sizeName(size)}`, unit: 'ms', run: () => roundTime(size, 'dynamic') },
  { name: `simulation/static-round/${sizeName(size)}`, unit: 'ms', run: () => roundTime(size, 'static') },
])

/**
 * Processor time of a round of a run, ms, but for the decision: channels drawn, the view made, the constraints checked,
 * the round's events, budgets; where `recorded` its rows in the tables, each client's among them.
 */
async function wholeRoundTime(size: Size, recorded: boolean): Promise<number> {
  const rounds = Math.max(15, Math.ceil(2_000_000 / (size.N * size.M * size.K)))
  const warmUp = Math.ceil(rounds / 3)
  const side = sideOf(size)
  const scenario = `
    name: round
    rounds: ${rounds + warmUp}
    network:
      area: { widthM: ${side}, heightM: ${side} }
      clients: { count: ${size.N}, positions: per-round }
      servers: { count: ${size.M}, placement: ${placementOf(size)} }
      channels: { count: ${size.K} }
    schedulers: [random]`
  const loaded = await parseScenario(scenario, { registry: builtInPlugins })
  const { bus, run } = await compile(loaded, builtInPlugins)
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-bench-'))
  const tables = new RunTables(directory)
  try {
    if (recorded) recordRun(bus, tables, { clients: true, detailRounds: [1], channels: size.K })
    let deciding = 0
    let start = process.cpuUsage()
    bus.on('decision', ({ decisionSeconds }) => {
      deciding += decisionSeconds * 1000
    })
    bus.on('round:end', ({ round }) => {
      if (round !== warmUp) return
      deciding = 0
      start = process.cpuUsage()
    })
    await run()
    tables.closeAll()
    const { user, system } = process.cpuUsage(start)
    return ((user + system) / 1000 - deciding) / rounds
  } finally {
    tables.closeAll()
    rmSync(directory, { recursive: true })
  }
}

/** Processor time of a decision of swap matching, ms. */
async function decisionTime(size: Size): Promise<number> {
  const network = await benchmarkNetwork(size)
  const scheduler = await network.scheduler('swap-matching')
  const views: SchedulerView[] = []
  for (let round = 1; round <= Math.max(1, Math.ceil(300 / size.N)); round++)
    views.push(await network.view(round))
  for (const view of views) await scheduler.decide(view)
  const start = process.cpuUsage()
  let decisions = 0
  let elapsed = 0
  while (elapsed < 300) {
    for (const view of views) await scheduler.decide(view)
    decisions += views.length
    const { user, system } = process.cpuUsage(start)
    elapsed = (user + system) / 1000
  }
  return elapsed / decisions
}

/** Median wall-clock time of a round, ms: random slots, heads that take time, nothing listening. */
async function roundTime(size: Size, kind: 'static' | 'dynamic'): Promise<number> {
  const { parameters: paper, environment, scheduler, view } = await benchmarkNetwork(size)
  const parameters = { ...paper, load: { ...paper.load, headFlops: 1e9 } }
  const computing = localComputing({ learning: null, workload: { headForwardShare: 1 / 3 } })
  const create: CreateDynamics =
    kind === 'static'
      ? staticDynamics(size.N, computing)
      : followEvents(
          {
            parameters,
            computing,
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
    const assignment = assignmentOf(await random.decide(await view(round)))
    const { network } = await environment.snapshot(round)
    const start = performance.now()
    dynamics.play({ round, network: { ...network, ...parameters }, assignment, onPhase: () => {} })
    times.push(performance.now() - start)
  }
  return times.slice(5).sort((a, b) => a - b)[(ROUNDS - 5) >> 1]
}
