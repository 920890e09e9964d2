import { type BenchmarkCase, PeerUnavailable } from './case.js'
import { benchPath, runOwn, runProgram } from './program.js'

const PYTHON = '/usr/bin/python3'
const SAMPLES = 16 * 128

/**
 * A round of split learning: 16 clients with trained heads of their own, 4 edge servers, 2048 video segments, on all
 * processors, against PyTorch at its best: one thread. A figure a measurement; each takes a process of its own.
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
    peer: {
      name: 'PyTorch, one thread',
      prepare() {
        try {
          runProgram(PYTHON, ['-c', 'import json, torch; print(json.dumps({}))'])
        } catch {
          throw new PeerUnavailable(`${PYTHON} has no PyTorch`)
        }
      },
      run: () => of(asMeasured(runProgram(PYTHON, [benchPath('peers/learning-torch.py')]))),
    },
  }
}

const asMeasured = ({ milliseconds, mebibytes }: Record<string, number>): Measured => ({
  milliseconds: milliseconds!,
  mebibytes: mebibytes!,
})
