import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { writeRecords } from './built-in.js'
import { bundlePrograms } from './bundle.js'
import { copyAssets } from './copy-assets.js'
import { writeDeclarations } from './declarations.js'

/** Builds the package into a folder, with the types of what it exports. */
export async function buildInto(built: string, compilerOptions: readonly string[] = []): Promise<void> {
  writeDeclarations(built, compilerOptions)
  await buildPrograms(built)
}

/** Builds what runs: programs, what they read, and what is to be said of them; `more` can be imported beside. */
export async function buildPrograms(built: string, more: readonly string[] = []): Promise<void> {
  writeRecords(built, await bundlePrograms(built, more))
  copyAssets(built)
  chmodSync(join(built, 'core', 'cli', 'main.js'), 0o755)
}
