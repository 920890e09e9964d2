import type { BenchmarkCase } from './case.js'
import { runOwn } from './program.js'
import { oneOrTwoThreads, pythonPeer, pytorchVariants } from './python-peer.js'
import { PRODUCTS } from './tensor/workloads.js'

/**
 * Training steps, the joint decision and matrix products, on all processors, against PyTorch at its best on this machine:
 * eager or compiled, on one thread or two.
 */
export const cases: BenchmarkCase[] = [
  ...['lstm', 'cnn', 'mlp', 'd3qn-update', 'd3qn-decision'].map((name) => ({
    ...own(`tensor/${name}`, name),
    peer: pytorchPeer(name),
  })),
  ...Object.keys(PRODUCTS).map((name) => ({
    ...own(`tensor/gemm/${name}`, name),
    peer: pythonPeer({
      name: 'numpy',
      packages: ['numpy', 'torch'],
      program: 'peers/tensor-torch.py',
      args: [name],
      variants: oneOrTwoThreads,
      of: ({ milliseconds }) => milliseconds!,
    }),
  })),
]

function own(name: string, workload: string) {
  return { name, unit: 'ms', run: () => runOwn('tensor/measure.ts', [workload]).milliseconds! }
}

/** PyTorch doing the work of that name. */
export function pytorchPeer(workload: string) {
  return pythonPeer({
    name: 'PyTorch',
    packages: ['torch', 'numpy'],
    program: 'peers/tensor-torch.py',
    args: [workload],
    variants: pytorchVariants,
    of: ({ milliseconds }) => milliseconds!,
  })
}
