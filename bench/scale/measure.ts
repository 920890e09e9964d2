// One size of network, in a process of its own: time and peak memory of each step of a round, as one line of JSON.
//   tsx bench/scale/measure.ts CLIENTS SERVERS CHANNELS LINKS STEP,…, with 0 for all links
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RandomStreams, Simulation } from '../../core/kernel/index.js'
import type { Assignment } from '../../core/network/assignment.js'
import { assignmentOf } from '../../core/network/decision.js'
import { evaluateRound } from '../../core/network/round-cost.js'
import type { RoundNetwork } from '../../core/network/round-network.js'
import { RunBus } from '../../core/observe/events.js'
import { recordRun } from '../../core/results/recorder.js'
import { RunTables } from '../../core/results/run-tables.js'
import { localComputing } from '../../core/simulation/dynamics/create.js'
import { followEvents } from '../../core/simulation/dynamics/dynamic.js'
import type { CreateDynamics } from '../../core/simulation/dynamics/dynamics.js'
import { staticDynamics } from '../../core/simulation/dynamics/static.js'
import { roundRecord } from '../../core/simulation/round-record.js'
import { benchmarkNetwork } from '../networks.js'

const [N, M, K, L] = process.argv.slice(2, 6).map(Number)
const steps = process.argv[6].split(',')

/** A step is repeated for so long, ms; what takes longer is measured once. */
const LEAST_TIME = 150

const figures: Record<string, number> = {}

/** Median processor time of a step, ms, over the latter half of its repetitions; and the peak of memory until then, MiB. */
async function measure(name: string, step: (repetition: number) => unknown): Promise<void> {
  const times: number[] = []
  const start = performance.now()
  do {
    const before = process.cpuUsage()
    await step(times.length + 1)
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  } while (performance.now() - start < LEAST_TIME)
  const warm = times.slice(times.length >> 1).sort((a, b) => a - b)
  figures[name] = warm[warm.length >> 1]
  figures[`memory/${name}`] = process.resourceUsage().maxRSS / 1024
}

const bench = await benchmarkNetwork({ N, M, K, ...(L > 0 && { L }) })
await measure('draw', (round) => bench.environment.snapshot(round))
const { network } = await bench.environment.snapshot(1)
const view = await bench.view(1)
const computing = localComputing({ learning: null, workload: { headForwardShare: 1 / 3 } })
const assignment = assignmentOf(await (await bench.scheduler('hardest-first')).decide(view))

for (const step of steps) {
  if (step === 'static') await play(step, staticDynamics(N, computing))
  else if (step === 'dynamic') await play(step, dynamicDynamics())
  else if (step === 'tables') await record()
  else if (step.startsWith('decide/')) {
    const scheduler = await bench.scheduler(step.slice('decide/'.length))
    await measure(step, () => scheduler.decide(view))
  }
}
console.log(JSON.stringify(figures))

function dynamicDynamics(): CreateDynamics {
  const { parameters } = bench
  const nothing = { churn: undefined, stragglers: undefined, outages: undefined, failures: undefined }
  return followEvents({ parameters, computing, deadlineSeconds: Infinity, ...nothing }, new RandomStreams(1))
}

async function play(name: string, create: CreateDynamics): Promise<void> {
  const dynamics = create(new Simulation(), () => {})
  await measure(name, (round) => dynamics.play({ round, network, assignment, onPhase: () => {} }))
}

/** Every client's row of a round. */
async function record(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-scale-'))
  const tables = new RunTables(directory)
  const bus = new RunBus()
  try {
    recordRun(bus, tables, { clients: true, detailRounds: [], channels: K })
    await measure('tables', (round) => tell(bus, round, network, assignment))
    tables.closeAll()
  } finally {
    tables.closeAll()
    rmSync(directory, { recursive: true })
  }
}

function tell(bus: RunBus, round: number, played: RoundNetwork, taken: Assignment): void {
  const cost = evaluateRound(played, taken)
  bus.emit(
    'scheduler:round',
    roundRecord({
      round,
      scheduler: 'hardest-first',
      decision: { assignment: taken },
      cost,
      staticCost: cost,
      startTime: 0,
      decisionTime: 0,
      active: N,
      violations: 0,
      bound: null,
    }),
  )
  bus.emit('round:end', { round })
}
