import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'

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
