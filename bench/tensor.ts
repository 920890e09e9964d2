import type { BenchmarkCase } from './case.js'
import { runOwn } from './program.js'
import { oneOrTwoThreads, pythonPeer, pytorchVariants } from './python-peer.js'
import { PRODUCTS, ROOFLINE } from './tensor/workloads.js'

/**
 * Training steps, the joint decision and matrix products, on all processors, against PyTorch at its best on this machine:
 * eager or compiled, on one thread or two. The roofline is what a million multiply-adds take on one thread: in registers, in
 * the register tile with packed operands in the first-level cache, in packed panels, in a product of 64×256×512 that is
 * packed, and in sixteen such products that come from memory.
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
  ...ROOFLINE.map((level) => ({
    name: `tensor/roofline/${level}`,
    unit: 'µs',
    run: () => runOwn('tensor/roofline.ts', [level]).microseconds!,
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
