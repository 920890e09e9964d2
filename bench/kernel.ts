import Benchmark from 'benchmark'
import { RandomStreams } from '../core/kernel/index.js'
import type { BenchmarkCase, BenchmarkPeer } from './case.js'
import { type Pattern, patterns } from './kernel/delays.js'
import { compileCpp, runOwn, runProgram } from './program.js'
import { pythonPeer } from './python-peer.js'

const EVENTS = 3_000_000
const TIMEOUTS = 1_000_000

/** All benchmarks of the kernel, with the systems that do the same work. */
export const cases: BenchmarkCase[] = [
  ...[100, 10_000, 1_000_000].map((size) => hold(`kernel/hold/${size}`, size, 'exponential', ns3(size))),
  ...[100, 10_000, 1_000_000].map((size) =>
    hold(`kernel/hold-priority-queue/${size}`, size, 'exponential', priorityQueue(size, 'exponential')),
  ),
  ...[100, 10_000].map((size) => timeouts(`kernel/process/${size}`, size, 'exponential')),
  ...[100, 10_000].map((size) => timeouts(`kernel/process-equal/${size}`, size, 'equal')),
  ...patterns
    .filter((pattern) => pattern !== 'exponential')
    .map((pattern) => hold(`kernel/delays/${pattern}`, 10_000, pattern, priorityQueue(10_000, pattern))),
  {
    name: 'kernel/delays/half-cancelled',
    unit: 'ns/event',
    run: () => runOwn('kernel/cancel.ts', [10_000, 2_000_000]).nsPerEvent,
  },
  {
    name: 'kernel/allocation',
    unit: 'bytes/event',
    run: () => runOwn('kernel/allocation.ts', [1000, 10_000_000]).bytesPerEvent,
  },
  {
    name: 'kernel/memory/10000000',
    unit: 'bytes/pending event',
    run: () => runOwn('kernel/memory.ts', [10_000_000]).bytesPerEvent,
  },
  ...draws(),
]

function hold(name: string, size: number, pattern: Pattern, peer: BenchmarkPeer): BenchmarkCase {
  return {
    name,
    unit: 'ns/event',
    run: () => runOwn('kernel/hold.ts', [size, EVENTS, pattern]).nsPerEvent,
    peer,
  }
}

/** ns-3 with whichever of its schedulers is fastest at that size on this machine. */
function ns3(size: number): BenchmarkPeer {
  let program = ''
  let best = ''
  return {
    name: 'ns-3, best of its schedulers',
    prepare() {
      program = compileCpp('peers/kernel-hold-ns3.cpp', ['ns3-core'])
      let least = Number.POSITIVE_INFINITY
      for (const scheduler of ['PriorityQueue', 'Calendar', 'Map', 'Heap']) {
        // A calendar queue of a million takes minutes to fill.
        if (scheduler === 'Calendar' && size > 100_000) continue
        const { nsPerEvent } = runProgram(program, [size, 500_000, scheduler])
        if (nsPerEvent < least) {
          least = nsPerEvent
          best = scheduler
        }
      }
    },
    run: () => runProgram(program, [size, EVENTS, best]).nsPerEvent,
  }
}

function priorityQueue(size: number, pattern: Pattern): BenchmarkPeer {
  let program = ''
  return {
    name: 'C++ std::priority_queue',
    prepare() {
      program = compileCpp('peers/kernel-hold.cpp')
    },
    run: () => runProgram(program, [size, EVENTS, pattern]).nsPerEvent,
  }
}

function timeouts(name: string, size: number, pattern: Pattern): BenchmarkCase {
  return {
    name,
    unit: 'ns/timeout',
    run: () => runOwn('kernel/process.ts', [size, TIMEOUTS, pattern]).nsPerEvent,
    peer: pythonPeer({
      name: 'SimPy',
      packages: ['simpy'],
      program: 'peers/kernel-process-simpy.py',
      args: [size, 200_000, pattern],
      of: ({ nsPerEvent }) => nsPerEvent!,
    }),
  }
}

function draws(): BenchmarkCase[] {
  const streams = new RandomStreams(1)
  const stream = streams.stream('bench')
  let round = 0
  const drawn: Record<string, () => number> = {
    next: () => stream.next(),
    normal: () => stream.normal(),
    exponential: () => stream.exponential(),
    gamma: () => stream.gamma(2.5),
    'new-stream': () => streams.stream('fading/client-3', round++).next(),
  }
  return Object.entries(drawn).map(([name, draw]) => ({
    name: `kernel/random/${name}`,
    unit: 'ns/draw',
    run: () => nanoseconds(draw),
  }))
}

/** Time of one call, by as many calls as it takes to be sure. */
function nanoseconds(call: () => number): number {
  let sum = 0
  const benchmark = new Benchmark({
    fn: () => {
      for (let i = 0; i < 1000; i++) sum += call()
    },
    maxTime: 0.5,
  })
  benchmark.run()
  if (Number.isNaN(sum)) throw new Error('a draw was no number')
  return benchmark.stats.mean * 1e6
}
