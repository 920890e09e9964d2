import { copyFileSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import Type from 'typebox'
import { type Problem, UserError } from '../errors.js'
import { hashOfFiles } from './hash.js'
import { makeDirectories } from './make-directory.js'
import { usableSealedJson, writeSealedJson } from './sealed-json.js'
import { fileError, isSystemError } from './system-error.js'
import { replaceFile, unfinishedPath } from './unfinished.js'

/** The file in a directory that says what cotwin has put there. */
const RECORD = 'written-files.json'

const recordSchema = Type.Object({
  /** SHA-256 of each file by its path from the directory; two while one takes the other's place. */
  files: Type.Record(Type.String(), Type.Array(Type.String())),
})

type Files = Readonly<Record<string, readonly string[]>>

/**
 * Puts files into a directory that may hold others': `write` writes them into a folder of their own, and only when all
 * are there they take their places.
 *
 * A file that is there already is replaced only where cotwin has written it and nobody has changed it; else nothing is
 * replaced, and a `UserError` names all that are in the way. Files of ours that are `replaced` and that `write` does not
 * write any more are removed, unless they were changed.
 */
export async function publish(
  directory: string,
  write: (folder: string) => void | Promise<void>,
  { replaced = () => false }: { readonly replaced?: (path: string) => boolean } = {},
): Promise<void> {
  const stage = unfinishedPath(join(directory, RECORD))
  try {
    makeDirectories(stage)
    await write(stage)
    putInPlace(directory, stage, replaced)
  } catch (error) {
    throw asOf(directory, stage, fileError(directory, 'cannot be written to', error))
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

/** Throws a `UserError` that names what is at these paths in a directory and is not as cotwin wrote it. */
export function refuseForeign(directory: string, paths: readonly string[]): void {
  const files = readRecord(directory)
  const problems = [RECORD, ...paths]
    .filter((path) => exists(join(directory, path)))
    .filter((path) => (path === RECORD ? files === undefined : !isOurs(directory, path, files ?? {})))
    .map((path): Problem => {
      const message =
        'is there and is not as cotwin wrote it, so it stays; move it away, or choose another directory'
      return { message, place: { file: join(directory, path) } }
    })
  if (problems.length > 0) throw new UserError(problems)
}

/** Paths of the files that cotwin has put into a directory, this record among them. */
export const writtenFiles = (directory: string): string[] => {
  const files = readRecord(directory)
  return files ? [RECORD, ...Object.keys(files)] : []
}

function putInPlace(directory: string, stage: string, replaced: (path: string) => boolean): void {
  const before = readRecord(directory) ?? {}
  const staged = filesIn(stage)
  refuseForeign(directory, staged)
  const hashes = staged.map((path) => [path, hashOfFiles(join(stage, path))] as const)
  const gone = Object.keys(before).filter((path) => replaced(path) && !staged.includes(path))
  const now: Record<string, readonly string[]> = { ...before }
  for (const [path, hash] of hashes) now[path] = [...(before[path] ?? []), hash]
  // Written first: whenever this process ends, what it has put there is known to be ours.
  writeRecord(directory, now)
  for (const path of staged) {
    makeDirectories(dirname(join(directory, path)))
    move(join(stage, path), join(directory, path))
  }
  for (const path of gone) {
    if (isOurs(directory, path, before)) rmSync(join(directory, path))
    delete now[path]
  }
  for (const [path, hash] of hashes) now[path] = [hash]
  writeRecord(directory, now)
}

/** Undefined where there is none, or none of ours. */
const readRecord = (directory: string): Files | undefined =>
  usableSealedJson(join(directory, RECORD), recordSchema)?.files

const writeRecord = (directory: string, files: Files): void =>
  writeSealedJson(join(directory, RECORD), { files })

function isOurs(directory: string, path: string, files: Files): boolean {
  try {
    return Object.hasOwn(files, path) && files[path]!.includes(hashOfFiles(join(directory, path)))
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

/** Paths from a folder, with slashes. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()

/** Whether there is anything of that name, be it a link that leads nowhere. */
const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** Also to where a folder is a link to another file system. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EXDEV') throw error
    replaceFile(to, (unfinished) => copyFileSync(from, unfinished))
  }
}

/** The same error, of the files as they are to be called. */
function asOf(directory: string, stage: string, error: unknown): unknown {
  if (!(error instanceof UserError)) return error
  const problems = error.problems.map((problem) => {
    const file = problem.place?.file
    if (!file?.startsWith(stage)) return problem
    return { ...problem, place: { ...problem.place, file: join(directory, relative(stage, file)) } }
  })
  return new UserError(problems, { cause: error.cause })
}
