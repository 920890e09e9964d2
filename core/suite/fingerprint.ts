import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

/** Parts that no figure of a cell depends on. */
const withoutInfluence = new Set(['cli', 'report', 'suite', 'index'])

let known: string | undefined

/**
 * What cells are computed with: cotwin's version, and its programs as they are.
 *
 * The version alone would keep results of code that was mended since, which matters to whoever works on cotwin.
 */
export function fingerprint(): string {
  known ??= compute()
  return known
}

function compute(): string {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const hash = createHash('sha256')
  hash.update((require('cotwin/package.json') as { version: string }).version)
  for (const folder of ['core', 'plugins']) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|js)$/.test(file) && !file.endsWith('.d.ts'))
      .filter((file) => folder !== 'core' || !withoutInfluence.has(file.split(/[\\/.]/)[0]))
      .sort()
    for (const file of files) hash.update(file).update(readFileSync(join(root, folder, file)))
  }
  return hash.digest('hex')
}
