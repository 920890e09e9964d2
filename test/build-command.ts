import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { copyAssets } from '../bench/build/copy-assets.js'

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
  copyAssets(out)
  provide('built', out)
  return () => rmSync(out, { recursive: true, force: true })
}
