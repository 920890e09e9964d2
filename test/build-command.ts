import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { buildPrograms } from '../bench/build/package.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of the built package, as `dist` is. */
    readonly built: string
  }
}

/** What tests start or import by name, beside what the package has. */
const ENTRIES = [
  // `test/cli/command-server.mjs` prints failures as the command does.
  'core/cli/failure',
  // `test/campaign/many-cells.test.ts` plans and follows in processes of their own.
  'core/campaign/plan',
  'core/campaign/status',
  'core/campaign/task-file',
  'core/suite/execution/cell-store',
]

const root = fileURLToPath(new URL('..', import.meta.url))

/** Builds the sources as they are, once for all tests, inside the package so that they find its dependencies. */
export default async function buildCommand({ provide }: TestProject): Promise<() => void> {
  mkdirSync(join(root, '.vitest'), { recursive: true })
  const out = mkdtempSync(join(root, '.vitest', 'cotwin-'))
  await buildPrograms(out, ENTRIES)
  provide('built', out)
  return () => rmSync(out, { recursive: true, force: true })
}
