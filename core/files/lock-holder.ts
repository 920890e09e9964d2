import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import Type, { type Static } from 'typebox'

/** Who writes to a directory. */
export const holderSchema = Type.Object({
  pid: Type.Integer(),
  host: Type.String(),
  /** Which numbering of processes `pid` is of, where the system tells: containers of one host each have their own. */
  namespace: Type.Optional(Type.String()),
  /** Tells a process from a later one of the same number, where the system does; else empty. */
  start: Type.String(),
})

export type Holder = Static<typeof holderSchema>

let own: Holder | undefined

/** This process. */
export function ownHolder(): Holder {
  own ??= { pid: process.pid, host: hostname(), ...namespace(), start: startOf(process.pid) }
  return own
}

/** Whether nothing can be known here of whether a process is still there. */
export const isElsewhere = (holder: Holder): boolean =>
  holder.host !== ownHolder().host || holder.namespace !== ownHolder().namespace

/** Whether another process of this machine is still there, and not a later one of its number. */
export function isAlive({ pid, start }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of somebody else's may not be signalled, but is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return startOf(pid) === start
}

function namespace(): { namespace?: string } {
  try {
    return { namespace: readlinkSync('/proc/self/ns/pid') }
  } catch {
    return {}
  }
}

/** When a process started: on Linux the boot and the ticks since, elsewhere a time to the second; empty where unknown. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets, which may hold spaces and brackets; the start is the 22nd.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    // One that has ended and is not taken leave of, since its parent was killed, does nothing more.
    if (fields[0] === 'Z') return ''
    const ticks = fields[19]
    return `${boot} ${ticks}`
  } catch {
    return process.platform === 'linux' || process.platform === 'win32' ? '' : startByPs(pid)
  }
}

function startByPs(pid: number): string {
  try {
    const arguments_ = ['-o', 'lstart=', '-p', String(pid)]
    return execFileSync('ps', arguments_, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}
