import type { BenchmarkCase } from './case.js'
import { runOwn } from './program.js'
import { pytorchPeer } from './tensor.js'

/** The scheduler `d3qn` at the paper's size: from view to assignment, and an update with all that it takes. */
export const cases: BenchmarkCase[] = ['decision', 'update'].map((what) => ({
  name: `d3qn/${what}`,
  unit: 'ms',
  run: () => runOwn('d3qn/measure.ts', [what]).milliseconds!,
  peer: pytorchPeer(`d3qn-${what}`),
}))
