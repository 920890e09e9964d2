import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { pythonImports } from './python-imports.js'
import { fileError } from './system-error.js'

/** Bytes hashed at a time; the hash takes no more than 2 GB. */
const PIECE = 1 << 24
/** Bytes read at a time. */
const READ = 1 << 20

/** SHA-256, hex, of bytes that lie in parts; of a text, that of its UTF-8. */
export function sha256Of(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    if (typeof part === 'string') hash.update(part)
    else for (let at = 0; at < part.length; at += PIECE) hash.update(part.subarray(at, at + PIECE))
  }
  return hash.digest('hex')
}

/** SHA-256, hex, of a value's JSON with keys in alphabetical order. */
export const hashOf = (value: unknown): string => sha256Of(canonical(value))

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}

/**
 * SHA-256, hex, of a file; of a directory that of the names and contents of all files in it, and of a Python program that of
 * what it imports from its folder with it. Reads piece by piece.
 */
export function hashOfFiles(path: string): string {
  try {
    if (statSync(path).isDirectory()) return hashOfDirectory(path)
    const files = path.endsWith('.py') ? pythonImports(path).files : [path]
    return files.length === 1 ? hashOfFile(path) : hashOfAll(dirname(path), files)
  } catch (error) {
    throw fileError(path, 'cannot be read', error)
  }
}

function hashOfDirectory(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return hashOfAll(directory, files)
}

function hashOfAll(directory: string, files: readonly string[]): string {
  const lines = files.map(
    (file) => `${relative(directory, file).split(sep).join('/')}\0${hashOfFile(file)}\n`,
  )
  return sha256Of(lines.sort().join(''))
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
  const piece = Buffer.allocUnsafe(READ)
  for (;;) {
    const length = readSync(file, piece)
    if (length === 0) return
    hash.update(piece.subarray(0, length))
  }
}
