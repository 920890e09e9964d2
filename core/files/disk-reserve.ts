import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { unfinishedPath } from './unfinished.js'

/**
 * Room on the disk that is held until it is needed, so that a run that fills the disk can still say so.
 *
 * It is a file without a name: nothing is left of it when the process ends, however it ends.
 */
export class DiskReserve {
  #descriptor: number | undefined

  /** Throws what the operating system answers where a directory cannot take a file of so many bytes. */
  constructor(directory: string, bytes = 65_536) {
    const path = unfinishedPath(join(directory, 'reserve'))
    const descriptor = openSync(path, 'wx')
    try {
      for (let done = 0; done < bytes; ) done += writeSync(descriptor, new Uint8Array(bytes - done))
      this.#descriptor = descriptor
    } catch (error) {
      closeSync(descriptor)
      throw error
    } finally {
      rmSync(path, { force: true })
    }
  }

  /** Gives the room back; whether there was any. */
  release(): boolean {
    if (this.#descriptor === undefined) return false
    closeSync(this.#descriptor)
    this.#descriptor = undefined
    return true
  }
}
