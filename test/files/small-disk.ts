import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const command = (name: string, ...options: string[]) => void execFileSync(name, options, { stdio: 'ignore' })

/** A real file system of little room. */
export interface SmallDisk {
  readonly path: string
  makeReadOnly(): void
  /** To so many kilobytes. */
  resize(kilobytes: number): void
  unmount(): void
}

/** Mounts a file system of so many kilobytes; undefined where this process may not. */
export function mountSmallDisk(kilobytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'cotwin-disk-'))
  try {
    command('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path)
  } catch {
    rmSync(path, { recursive: true })
    return undefined
  }
  return {
    path,
    resize: (size) => command('mount', '-o', `remount,size=${size}k`, path),
    makeReadOnly: () => command('mount', '-o', 'remount,ro', path),
    unmount() {
      // Lazily, for a test that failed may have left a file open.
      command('umount', '-l', path)
      rmSync(path, { recursive: true })
    },
  }
}
