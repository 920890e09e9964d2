// What stands between the vector units and a training step: `tsx bench/tensor/roofline.ts LEVEL`. Prints, for a million
// multiply-adds on one thread, microseconds of processor time, the least of many repetitions, as JSON.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vectorSupport } from '../../core/tensor/backend/processor.js'
import type { KernelExports } from '../../core/tensor/kernels/exports.js'
import { assemblies, compileAssembly, root } from '../build/assembly.js'
import type { RooflineLevel } from './workloads.js'

const MEASURED_MS = 2000
/** Multiply-adds of one measurement, at least. */
const WORK = 4e6

/** Added to the kernels for these measurements alone. */
const ADDED = `
import { madd } from './simd'
export { multiplyPanels } from './tile'

export function inRegisters(steps: i32): f32 {
  const x = f32x4.splat(0.999), y = f32x4.splat(1e-3)
  let a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y
  for (; steps > 0; steps--) {
    a = madd(a, x, y); b = madd(b, x, y); c = madd(c, x, y); d = madd(d, x, y); e = madd(e, x, y)
    f = madd(f, x, y); g = madd(g, x, y); h = madd(h, x, y); i = madd(i, x, y); j = madd(j, x, y)
  }
  a = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)))
  return f32x4.extract_lane(f32x4.add(a, f32x4.add(i, j)), 0)
}
`

interface Exports extends KernelExports {
  inRegisters(steps: number): number
  multiplyPanels(
    ...[a, rows, b, bStep, bPanel, columns, k, c, cRow, overwrite, bias, relu]: (number | boolean)[]
  ): void
}

// Where things lie on a heap of its own.
const MIB = 1 << 20
const [CONTROL, SCRATCH, A, B, C] = [1024, MIB, 16 * MIB, 64 * MIB, 128 * MIB] as const
const [ROWS, COLUMNS, DEPTH, AGENTS] = [64, 256, 512, 16] as const

async function measure(level: RooflineLevel): Promise<number> {
  const target = vectorSupport()
  if (target === 'none') throw new Error('this runtime has no WebAssembly SIMD')
  const assembly = assemblies.find((one) => one.target === target && one.folder.includes('tensor'))!
  const index = readFileSync(join(root, assembly.folder, 'index.ts'), 'utf8')
  const binary = await compileAssembly(assembly, new Map([['index.ts', index + ADDED]]))
  const memory = new WebAssembly.Memory({ initial: 4096, maximum: 65_536, shared: true })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(binary)), {
    env: { memory, helperLost() {} },
  })
  const kernels = exports as unknown as Exports
  kernels.attach(CONTROL, SCRATCH)
  new Float32Array(memory.buffer, A).fill(0.5)
  const panels = (rows: number, columns: number, depth: number) => () =>
    kernels.multiplyPanels(A, rows, B, 32, 32 * depth, columns, depth, C, 4 * columns, true, 0, false)
  const product = (batch: number) => () =>
    kernels.matmul(
      ...([A, B, C, 0, batch, ROWS * DEPTH, DEPTH * COLUMNS, 0] as const),
      ...([ROWS, COLUMNS, DEPTH, false, false, 0, false] as const),
    )
  const levels: Record<RooflineLevel, readonly [multiplyAdds: number, run: () => void]> = {
    registers: [40 * 1000, () => kernels.inRegisters(1000)],
    tile: [4 * 8 * 256, panels(4, 8, 256)],
    panels: [ROWS * COLUMNS * 256, panels(ROWS, COLUMNS, 256)],
    product: [ROWS * COLUMNS * DEPTH, product(1)],
    agents: [AGENTS * ROWS * COLUMNS * DEPTH, product(AGENTS)],
  }
  return leastOf(...levels[level])
}

/** Microseconds of processor time for a million multiply-adds. */
function leastOf(multiplyAdds: number, run: () => void): number {
  const repeats = Math.max(1, Math.round(WORK / multiplyAdds))
  const start = performance.now()
  let least = Number.POSITIVE_INFINITY
  while (performance.now() - start < MEASURED_MS) {
    const before = process.cpuUsage()
    for (let i = 0; i < repeats; i++) run()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / repeats)
  }
  return (1e6 * least) / multiplyAdds
}

console.log(JSON.stringify({ microseconds: await measure(process.argv[2] as RooflineLevel) }))
