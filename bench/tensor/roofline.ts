// What stands between the vector units and a training step: `tsx bench/tensor/roofline.ts LEVEL`. Prints, for a million
// multiply-adds on one thread, microseconds of processor time, the least of many repetitions, as JSON.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vectorSupport } from '../../core/tensor/backend/processor.js'
import { chooseTileWidth } from '../../core/tensor/backend/tile-width.js'
import type { KernelExports } from '../../core/tensor/kernels/exports.js'
import { assemblies, compileAssembly, root } from '../build/assembly.js'
import type { RooflineLevel } from './workloads.js'

const MEASURED_MS = 2000
/** Multiply-adds of one measurement, at least. */
const WORK = 4e6

/** Sums in registers: as many as hide how long a multiply-add takes. */
const SUMS = 10

/** So many sums of four, each step a multiply-add of every one; stored at the end, side by side, for V8 to join pairs. */
const inRegisters = (name: string, sums: number) => {
  const all = Array.from({ length: sums }, (_, i) => `s${i}`)
  return `
export function ${name}(at: usize, steps: i32): void {
  let x = v128.load(at, 512), y = v128.load32_splat(at, 516)
  let ${all.map((sum, i) => `${sum} = v128.load(at, ${16 * i})`).join(', ')}
  for (; steps > 0; steps--) { ${all.map((sum) => `${sum} = madd(x, y, ${sum})`).join('; ')} }
  ${all.map((sum, i) => `v128.store(at, ${sum}, ${16 * i})`).join('; ')}
}
`
}

/** Added to the kernels for these measurements alone. */
const ADDED = `
import { madd } from './simd'
export { multiplyPanels } from './tile'
${inRegisters('narrowRegisters', SUMS)}
${inRegisters('wideRegisters', 2 * SUMS)}
`

interface Exports extends KernelExports {
  narrowRegisters(at: number, steps: number): void
  wideRegisters(at: number, steps: number): void
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
  const wide = chooseTileWidth(kernels, memory, SCRATCH).bits === 256
  new Float32Array(memory.buffer, A).fill(0.5)
  const panels = (rows: number, columns: number, depth: number) => () =>
    kernels.multiplyPanels(A, rows, B, 32, 32 * depth, columns, depth, C, 4 * columns, true, 0, false)
  const product = (batch: number) => () =>
    kernels.matmul(
      ...([A, B, C, 0, batch, ROWS * DEPTH, DEPTH * COLUMNS, 0] as const),
      ...([ROWS, COLUMNS, DEPTH, false, false, 0, false] as const),
    )
  const levels: Record<RooflineLevel, readonly [multiplyAdds: number, run: () => void]> = {
    registers: wide
      ? [8 * SUMS * 1000, () => kernels.wideRegisters(C, 1000)]
      : [4 * SUMS * 1000, () => kernels.narrowRegisters(C, 1000)],
    tile: [4 * 16 * 256, panels(4, 16, 256)],
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
