import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unfinishedPath } from '../../files/unfinished.js'

/** The builds of the kernels: `relaxed-simd` has fused multiply-add. */
export const KERNEL_BUILDS = ['simd', 'relaxed-simd'] as const
export type KernelBuild = (typeof KERNEL_BUILDS)[number]

// What compiles is no part of the built package.
const compiler = () => import('./compile.js')

/**
 * The kernels as WebAssembly: those beside the built package, or, when the sources run unbuilt, compiled once and kept
 * under the hash of the sources.
 */
export async function kernelBinary(build: KernelBuild): Promise<Uint8Array> {
  const built = fileURLToPath(new URL(`../assembly/${build}.wasm`, import.meta.url))
  if (existsSync(built)) return readFileSync(built)
  if (!existsSync(new URL('../assembly/index.as', import.meta.url)))
    throw new Error(`no kernels at ${built}: the package is incomplete`)
  const { kernelSources } = await compiler()
  return cachedKernels(kernelSources(), build, fileURLToPath(new URL('../../../', import.meta.url)))
}

/** The kernels compiled from these sources, kept in the project's `node_modules/.cache`. */
export async function cachedKernels(
  sources: ReadonlyMap<string, string>,
  build: KernelBuild,
  project: string,
): Promise<Uint8Array> {
  const hash = createHash('sha256')
  for (const [file, text] of sources) hash.update(file).update('\0').update(text)
  const modules = join(project, 'node_modules')
  const folder = join(existsSync(modules) ? join(modules, '.cache') : tmpdir(), 'cotwin')
  const cached = join(folder, `kernels-${build}-${hash.digest('hex').slice(0, 16)}.wasm`)
  if (!existsSync(cached)) {
    const { compileKernels } = await compiler()
    const binary = await compileKernels(sources, build)
    mkdirSync(folder, { recursive: true })
    // Several processes may do this at once: a rename is all or nothing.
    const unfinished = unfinishedPath(cached)
    writeFileSync(unfinished, binary)
    renameSync(unfinished, cached)
  }
  return readFileSync(cached)
}
