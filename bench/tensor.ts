import { type BenchmarkCase, type BenchmarkPeer, PeerUnavailable } from './case.js'
import { benchPath, runOwn, runProgram } from './program.js'
import { PRODUCTS } from './tensor/workloads.js'

const PYTHON = '/usr/bin/python3'

/** Training steps, the joint decision and matrix products, on all processors, against PyTorch at its best: one thread. */
export const cases: BenchmarkCase[] = [
  ...['lstm', 'cnn', 'mlp', 'd3qn-update', 'd3qn-decision'].map((name) =>
    against(`tensor/${name}`, name, 'PyTorch'),
  ),
  ...Object.keys(PRODUCTS).map((name) => against(`tensor/gemm/${name}`, name, 'OpenBLAS')),
]

function against(name: string, workload: string, peer: string): BenchmarkCase {
  return {
    name,
    unit: 'ms',
    run: () => runOwn('tensor/measure.ts', [workload]).milliseconds!,
    peer: pythonPeer(`${peer}, one thread`, workload),
  }
}

/** PyTorch or numpy doing the work of that name. */
export function pythonPeer(name: string, workload: string): BenchmarkPeer {
  const program = benchPath('peers/tensor-torch.py')
  return {
    name,
    prepare() {
      try {
        runProgram(PYTHON, ['-c', 'import json, numpy, torch; print(json.dumps({}))'])
      } catch {
        throw new PeerUnavailable(`${PYTHON} has no PyTorch`)
      }
    },
    run: () => runProgram(PYTHON, [program, workload]).milliseconds!,
  }
}
