import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ASSEMBLY_EXTENSION, compileAssembly } from '../../assembly-compiler.js'
import type { KernelBuild } from './binary.js'

const FEATURES: Record<KernelBuild, string[]> = {
  simd: ['threads', 'simd'],
  'relaxed-simd': ['threads', 'simd', 'relaxed-simd'],
}

// Memory limits as in TensorFlow.js's own module, whose memory is imported.
const OPTIONS = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--noExportMemory'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '256', '--maximumMemory', '65536'],
  // "v128 cannot be exchanged with the host": vector functions are called by kernels only.
  ...['--disableWarning', '112'],
]

/** The kernels' sources as text by file name. */
export function kernelSources(
  folder = fileURLToPath(new URL('../assembly/', import.meta.url)),
): Map<string, string> {
  const files = readdirSync(folder).filter((file) => file.endsWith(ASSEMBLY_EXTENSION))
  return new Map(files.sort().map((file) => [file, readFileSync(join(folder, file), 'utf8')]))
}

/**
 * Compiles the kernels with AssemblyScript, a development dependency (about one second a build).
 *
 * @throws Error with the compiler's messages
 */
export async function compileKernels(
  sources: ReadonlyMap<string, string>,
  build: KernelBuild,
): Promise<Uint8Array> {
  const features = FEATURES[build].flatMap((feature) => ['--enable', feature])
  return compileAssembly(sources, [...OPTIONS, ...features])
}
