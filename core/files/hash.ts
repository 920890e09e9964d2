import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileError } from './system-error.js'

const PIECE = 2 ** 20

/** SHA-256, hex, of a file; of a directory that of the names and contents of all files in it. Reads piece by piece. */
export function hashOfFiles(path: string): string {
  try {
    return statSync(path).isDirectory() ? hashOfDirectory(path) : hashOfFile(path)
  } catch (error) {
    throw fileError(path, 'cannot be read', error)
  }
}

function hashOfDirectory(directory: string): string {
  const lines = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => `${relative(directory, file).split(sep).join('/')}\0${hashOfFile(file)}\n`)
  return createHash('sha256').update(lines.sort().join('')).digest('hex')
}

function hashOfFile(path: string): string {
  const hash = createHash('sha256')
  const file = openSync(path, 'r')
  try {
    readInto(hash, file)
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}

function readInto(hash: Hash, file: number): void {
  const piece = Buffer.allocUnsafe(PIECE)
  for (;;) {
    const length = readSync(file, piece)
    if (length === 0) return
    hash.update(piece.subarray(0, length))
  }
}
