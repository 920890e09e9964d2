import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileError } from './system-error.js'

/** SHA-256, hex, of a file; of a directory that of the names and sizes of all files in it. */
export async function hashOfFiles(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    if ((await stat(path)).isDirectory()) hash.update(await listing(path))
    else await pipeline(createReadStream(path), hash)
  } catch (error) {
    throw fileError(path, 'cannot be read', error)
  }
  return hash.digest('hex')
}

async function listing(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const lines = files.map(async (file) => `${relative(directory, file)}\0${(await stat(file)).size}\n`)
  return (await Promise.all(lines)).sort().join('')
}
