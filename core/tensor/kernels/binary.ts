import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256Of } from '../../files/hash.js'
import { makeDirectories } from '../../files/make-directory.js'
import { writeWholeFile } from '../../files/write-file.js'

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
  const hash = sha256Of([...sources].map(([file, text]) => `${file}\0${text}`).join(''))
  const modules = join(project, 'node_modules')
  const folder = join(existsSync(modules) ? join(modules, '.cache') : tmpdir(), 'cotwin')
  const cached = join(folder, `kernels-${build}-${hash.slice(0, 16)}.wasm`)
  if (!existsSync(cached)) {
    const { compileKernels } = await compiler()
    const binary = await compileKernels(sources, build)
    makeDirectories(folder)
    // Several processes may do this at once: it is there in full or not at all.
    writeWholeFile(cached, [binary])
  }
  return readFileSync(cached)
}
