import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { fileError } from './system-error.js'
import { replaceFile, replaceFileLater } from './unfinished.js'

/** A file written at given positions; every method throws what the operating system answers. */
export interface OutputFile {
  /** Writes all the bytes. */
  write(bytes: Uint8Array, position: number): void
  /** Cuts the file, or what a failed write left at its end, to this length. */
  truncate(length: number): void
  /** Returns when the file is on the disk: some file systems find only then that there is no room. */
  sync(): void
  close(): void
}

/** Opens a file as `openOutputFile` does. */
export type OpenFile = (path: string, contents?: 'keep') => OutputFile

/** Creates a file, or empties the one that is there; one whose contents are to be kept must be there. */
export function openOutputFile(path: string, contents?: 'keep'): OutputFile {
  const descriptor = openSync(path, contents === 'keep' ? 'r+' : 'w')
  return {
    write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
      }
    },
    truncate: (length) => ftruncateSync(descriptor, length),
    sync: () => fsyncSync(descriptor),
    close: () => closeSync(descriptor),
  }
}

/**
 * Writes the parts of a file one after another: it is there in full or as it was before, and on the disk when this
 * returns.
 *
 * A `UserError` says why it cannot be written.
 */
export function writeWholeFile(
  path: string,
  parts: Iterable<Uint8Array>,
  open: OpenFile = openOutputFile,
): void {
  try {
    replaceFile(path, (unfinished) => {
      const file = open(unfinished)
      try {
        const append = appendTo(file)
        for (const part of parts) append(part)
        file.sync()
      } finally {
        file.close()
      }
    })
  } catch (error) {
    throw fileError(path, 'cannot be written', error)
  }
}

/** The same of parts that are still to come; what goes wrong in making them is thrown as it is. */
export async function writeFileOfParts(path: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await replaceFileLater(path, async (unfinished) => {
      const file = openOutputFile(unfinished)
      try {
        const append = appendTo(file)
        for await (const part of parts) append(part)
        file.sync()
      } finally {
        file.close()
      }
    })
  } catch (error) {
    throw fileError(path, 'cannot be written', error)
  }
}

function appendTo(file: OutputFile): (part: Uint8Array) => void {
  let at = 0
  return (part) => {
    file.write(part, at)
    at += part.length
  }
}

/** Writes a text, which is there in full or as it was before; a `UserError` where it cannot be written. */
export const writeTextFile = (path: string, text: string): void =>
  writeWholeFile(path, [new TextEncoder().encode(text)])

/** JSON for people and machines; numbers that are not finite, which JSON cannot say, become null. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
