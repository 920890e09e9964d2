import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { cachedKernels, KERNEL_BUILDS } from '../core/tensor/kernels/binary.js'
import { kernelSources } from '../core/tensor/kernels/compile.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of the built package, as `dist` is. */
    readonly built: string
  }
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Compiles the sources as they are, once for all tests, inside the package so that they find its dependencies. */
export default async function buildCommand({ provide }: TestProject): Promise<() => void> {
  mkdirSync(join(root, '.vitest'), { recursive: true })
  const out = mkdtempSync(join(root, '.vitest', 'cotwin-'))
  const tsc = join(root, 'node_modules', '.bin', 'tsc')
  const faster = ['--noCheck', '--declaration', 'false']
  execFileSync(tsc, ['-p', join(root, 'tsconfig.build.json'), '--outDir', out, ...faster])
  await writeKernels(out)
  provide('built', out)
  return () => rmSync(out, { recursive: true, force: true })
}

/** Puts the kernels of tensors where a built package has them. */
export async function writeKernels(built: string): Promise<void> {
  const folder = join(built, 'core', 'tensor', 'assembly')
  const sources = kernelSources(join(root, 'core', 'tensor', 'assembly'))
  mkdirSync(folder, { recursive: true })
  for (const build of KERNEL_BUILDS)
    writeFileSync(join(folder, `${build}.wasm`), await cachedKernels(sources, build, root))
}
