import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { type Problem, UserError } from '../errors.js'
import { isValid } from '../value-flaw.js'
import { fileError, isSystemError } from './system-error.js'

/** The file in a run directory that says which process is writing to it. */
const FILE = 'running.json'

const holderSchema = Type.Object({
  pid: Type.Integer(),
  host: Type.String(),
  /** Tells a process from a later one of the same number, where the system does; else empty. */
  start: Type.String(),
})

type Holder = Static<typeof holderSchema>

/** Run directories that this process is writing to. */
const held = new Set<string>()

/** The right to write to a run directory. */
export interface RunLock {
  release(): void
}

/**
 * Takes a run directory for this process; a `UserError` where another one that is still there has it.
 *
 * A process that was killed leaves its lock behind, which then counts for nothing. Of a process on another machine
 * nothing can be known: it is told as a warning, and its lock taken.
 */
export function lockRun(directory: string, onWarning: (problem: Problem) => void = () => {}): RunLock {
  const path = join(directory, FILE)
  const real = realpathSync(directory)
  const holder = readHolder(path)
  if (holder && isThere(holder, real)) {
    const message =
      `process ${holder.pid} is still running it; expected a run that has ended or was killed ` +
      `(if that process is another program, remove ${FILE})`
    throw new UserError({ message, place: { file: directory } })
  }
  if (holder && holder.host !== hostname())
    onWarning({
      message: `was begun on ${holder.host}: make sure that nothing goes on writing to it there`,
      place: { file: directory },
    })
  const own: Holder = { pid: process.pid, host: hostname(), start: startOf(process.pid) }
  try {
    rmSync(path, { force: true })
    writeFileSync(path, `${JSON.stringify(own)}\n`, { flag: 'wx' })
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') rmSync(path, { force: true })
    throw fileError(directory, 'the results cannot be written here', error)
  }
  held.add(real)
  return {
    release() {
      held.delete(real)
      rmSync(path, { force: true })
    },
  }
}

/** Undefined where there is none, or none that was written whole. */
function readHolder(path: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isValid(holderSchema, holder) ? holder : undefined
  } catch (error) {
    if (error instanceof SyntaxError || (isSystemError(error) && error.code === 'ENOENT')) return undefined
    throw fileError(path, 'cannot be read', error)
  }
}

function isThere({ pid, host, start }: Holder, directory: string): boolean {
  if (host !== hostname()) return false
  if (pid === process.pid) return held.has(directory)
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of somebody else's may not be signalled, but is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return startOf(pid) === start
}

/** When a process started, as Linux tells it: the boot, and the ticks since; empty elsewhere. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets, which may hold spaces and brackets; the start is the 22nd.
    const ticks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19]
    return `${boot} ${ticks}`
  } catch {
    return ''
  }
}
