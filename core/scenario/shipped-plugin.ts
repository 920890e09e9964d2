import { readFile } from 'node:fs/promises'
import { sha256Of } from '../files/hash.js'
import { importBundled } from './import-bundled.js'
import type { PluginBundle } from './plugin-bundle.js'

/** The first line of a file that holds the code of a plugin as it was put together elsewhere. */
const MARK = /^\/\/ cotwin plugin, its code of SHA-256 ([0-9a-f]{64})\n/

/** A plugin's code as a file that needs none of the files that it was put together from. */
export const shippedPlugin = ({ sha256, code }: Pick<PluginBundle, 'sha256' | 'code'>): string =>
  `// cotwin plugin, its code of SHA-256 ${sha256}\n${code}`

/** Reads what `shippedPlugin` made; undefined where a file is something else, or was changed since. */
export async function readShipped(path: string): Promise<PluginBundle | undefined> {
  const text = await readFile(path, 'utf8')
  const [mark, sha256] = MARK.exec(text) ?? []
  if (mark === undefined || sha256 === undefined) return undefined
  const code = text.slice(mark.length)
  return sha256Of(code) === sha256 ? { sha256, entry: path, code } : undefined
}

/** By the hash of their code: a worker asks for the same plugin once a cell. */
const imported = new Map<string, Promise<Record<string, unknown>>>()

/** Imports it; what it imports of cotwin is that of this process. */
export function importShipped({ sha256, entry }: PluginBundle): Promise<Record<string, unknown>> {
  const known = imported.get(sha256) ?? importBundled(entry)
  imported.set(sha256, known)
  return known
}
