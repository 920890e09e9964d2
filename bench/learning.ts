import type { BenchmarkCase } from './case.js'
import { runOwn } from './program.js'
import { oneOrTwoThreads, pythonPeer } from './python-peer.js'

const SAMPLES = 16 * 128

/**
 * A round of split learning: 16 clients with trained heads of their own, 4 edge servers, 2048 video segments, on all
 * processors, against PyTorch at its best. A figure a measurement; each takes a process of its own.
 */
export const cases: BenchmarkCase[] = [
  splitRound('learning/split-round', 'ms', ({ milliseconds }) => milliseconds),
  splitRound('learning/split-sample', 'µs', ({ milliseconds }) => (1000 * milliseconds) / SAMPLES),
  splitRound('learning/split-peak-memory', 'MiB', ({ mebibytes }) => mebibytes),
]

interface Measured {
  readonly milliseconds: number
  readonly mebibytes: number
}

function splitRound(name: string, unit: string, of: (measured: Measured) => number): BenchmarkCase {
  return {
    name,
    unit,
    run: () => of(asMeasured(runOwn('learning/measure.ts', []))),
    peer: pythonPeer({
      name: 'PyTorch',
      packages: ['torch'],
      program: 'peers/learning-torch.py',
      variants: oneOrTwoThreads,
      of: (measured) => of(asMeasured(measured)),
    }),
  }
}

const asMeasured = ({ milliseconds, mebibytes }: Record<string, number>): Measured => ({
  milliseconds: milliseconds!,
  mebibytes: mebibytes!,
})
