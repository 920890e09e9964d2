import { type OutputFile, openOutputFile } from '../../core/files/write-file.js'

/** What the operating system answers on a full disk. */
const fullDiskError = (): NodeJS.ErrnoException =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    errno: -28,
    syscall: 'write',
  })

/** Opens files on a disk of so many bytes: a write that finds too little room leaves what fits, and fails. */
export function limitedDisk(capacity: number): (path: string) => OutputFile {
  let used = 0
  return (path) => {
    const file = openOutputFile(path)
    let length = 0
    const resize = (to: number) => {
      used += to - length
      length = to
    }
    return {
      write(bytes, position) {
        const room = capacity - used + (length - position)
        const fits = Math.max(0, Math.min(bytes.length, room))
        file.write(bytes.subarray(0, fits), position)
        resize(Math.max(length, position + fits))
        if (fits < bytes.length) throw fullDiskError()
      },
      truncate(to) {
        file.truncate(to)
        resize(Math.min(length, to))
      },
      sync: () => file.sync(),
      close: () => file.close(),
    }
  }
}
