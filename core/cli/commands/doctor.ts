import { provenance } from '../../results/provenance.js'
import { largestOf } from '../../statistics/extremes.js'
import { openTensorEngine } from '../../tensor/index.js'
import type { DoctorArguments } from '../options.js'
import { columnsOf, print, printJson } from '../streams.js'
import { wrap } from '../terminal/wrap.js'

/** `cotwin doctor`: what this machine offers and what was chosen of it; returns the exit code. */
export async function doctorCommand({ json }: DoctorArguments): Promise<number> {
  const { cotwin, node, platform, cpu } = provenance()
  const { backend, why, threads, kernels, vectors, vectorBits, gpu, versions } = (await openTensorEngine())
    .description
  const tensor = { backend, why, threads, kernels, vectors, vectorBits, gpu, version: versions.tensorflow }
  if (json) {
    printJson({ cotwin, node, v8: versions.v8, platform, cpu, tensor })
    return 0
  }
  const rows: (readonly [name: string, value: string])[] = [
    ['cotwin', cotwin],
    ['Node', `${node} (V8 ${versions.v8})`],
    ['platform', platform],
    ['processor', `${cpu.model}, ${cpu.count} usable`],
    ['TensorFlow.js', versions.tensorflow],
    ['backend', `${backend}: ${why}`],
    ['vectors', `${vectors}, ${vectorBits} bits`],
    ['kernels', kernels === 'none' ? "TensorFlow.js's own" : `${kernels}, ${threads} threads`],
    ['GPU', gpu.available ? gpu.why : `none: ${gpu.why}`],
  ]
  const width = largestOf(rows.map(([name]) => name.length)) + 2
  const columns = columnsOf(process.stdout)
  for (const [name, value] of rows) {
    const [first = '', ...more] = wrap(value, columns, width)
    print([`${name.padEnd(width)}${first.trimStart()}`, ...more].join('\n'))
  }
  return 0
}
