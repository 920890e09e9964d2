import { randomBytes, randomInt } from 'node:crypto'
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import { type Holder, holderSchema, isAlive, isElsewhere, ownHolder } from './lock-holder.js'
import { isValid } from './schema-violation.js'
import { fileError, isSystemError } from './system-error.js'

/** The file in a directory by which a process says that it writes there. */
const CLAIM = /^running-[0-9a-f]{16}\.json$/
/** The same while it is written. */
const DRAFT = /^running-[0-9a-f]{16}\.new$/

/** Claims that this process holds, by their real paths. */
const held = new Set<string>()

/** A process on another machine that has given no sign of life for so long is held to have ended, ms. */
const SILENT_AFTER_MS = 10 * 60_000
/** How often signs of life are given, ms. */
const SIGN_EVERY_MS = 30_000
/** A draft that is so old was left by a process that was killed, ms. */
const ABANDONED_AFTER_MS = 60_000
/** How often it is tried anew where another is there, which may have come at the same moment and given up. */
const TRIES = 4

/** The right to write to a directory. */
export interface RunLock {
  /** Says to other machines that this process is still there; to be called from time to time. */
  renew(): void
  release(): void
}

/** What is told of a directory that another process writes to. */
export interface LockOptions {
  readonly onWarning?: (problem: Problem) => void
  /** What was expected of it. */
  readonly expected?: string
}

/** Whether a file of this name says who writes to the directory. */
export const isClaim = (name: string): boolean => CLAIM.test(name) || DRAFT.test(name)

/**
 * Takes a directory for this process until it is released; a `UserError` where another one that is still there has it.
 *
 * Each process says first that it is there, in a file that nobody else writes, and then looks for others: of two that
 * come at once at least one sees the other, and who sees another gives way. A process that was killed leaves its file
 * behind, which counts for nothing: its number, and when that process started, tell it from later ones. Of a process on
 * another machine nothing is known but when it last gave a sign of life; long after that it is told as a warning.
 */
export function lockDirectory(directory: string, options: LockOptions = {}): RunLock {
  const real = realpathSync(directory)
  for (let tried = 1; ; tried++) {
    const own = claim(real, directory)
    try {
      const others = othersIn(real, own)
      const other = others.find(isHeld)
      if (!other) {
        removeVoid(others, directory, options)
        removeDrafts(real, own)
        return lockOf(own)
      }
      if (tried === TRIES) throw taken(other, directory, options)
    } catch (error) {
      giveUp(own)
      throw error
    }
    giveUp(own)
    pause(randomInt(10, 60))
  }
}

/** Another's claim: who, and for how long it has given no sign of life, ms. */
interface Claim {
  readonly path: string
  readonly holder: Holder | undefined
  readonly silentMs: number
}

function claim(real: string, directory: string): string {
  const path = join(real, `running-${randomBytes(8).toString('hex')}.json`)
  const draft = path.replace(/json$/, 'new')
  held.add(path)
  try {
    // Under another name first: what others see is whole.
    writeFileSync(draft, `${JSON.stringify(ownHolder())}\n`, { flag: 'wx' })
    renameSync(draft, path)
    return path
  } catch (error) {
    rmSync(draft, { force: true })
    giveUp(path)
    throw fileError(directory, 'the results cannot be written here', error)
  }
}

function giveUp(path: string): void {
  rmSync(path, { force: true })
  held.delete(path)
}

/** The claims of others; times are those of the file system, since clocks of machines differ. */
function othersIn(real: string, own: string): Claim[] {
  const now = statSync(own).mtimeMs
  return readdirSync(real)
    .filter((name) => CLAIM.test(name))
    .map((name) => join(real, name))
    .filter((path) => path !== own)
    .flatMap((path) => {
      try {
        return [{ path, holder: readHolder(path), silentMs: now - statSync(path).mtimeMs }]
      } catch (error) {
        if (isSystemError(error) && error.code === 'ENOENT') return []
        throw fileError(path, 'cannot be read', error)
      }
    })
}

/** Undefined where the file is not whole, and so holds nothing. */
function readHolder(path: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isValid(holderSchema, holder) ? holder : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isHeld({ path, holder, silentMs }: Claim): boolean {
  if (!holder) return false
  if (isElsewhere(holder)) return silentMs < SILENT_AFTER_MS
  // Of this process it is known; a claim of its number that it does not hold is that of an earlier one.
  return holder.pid === process.pid ? held.has(path) : isAlive(holder)
}

/** Removes claims that were found void, and only those: others may have come since, and see this one. */
function removeVoid(claims: readonly Claim[], directory: string, { onWarning }: LockOptions): void {
  for (const { path, holder } of claims) {
    if (holder && isElsewhere(holder))
      onWarning?.({
        message: `was begun on ${holder.host}: make sure that nothing goes on writing to it there`,
        place: { file: directory },
      })
    rmSync(path, { force: true })
  }
}

function lockOf(own: string): RunLock {
  let last = performance.now()
  return {
    renew() {
      if (performance.now() - last < SIGN_EVERY_MS) return
      last = performance.now()
      try {
        // Longer by a character that JSON does not mind: so the file system says when, not this machine's clock.
        appendFileSync(own, '\n')
      } catch {
        // A full disk is told of by those who have something to write.
      }
    },
    release: () => giveUp(own),
  }
}

function removeDrafts(real: string, own: string): void {
  const now = statSync(own).mtimeMs
  for (const name of readdirSync(real).filter((each) => DRAFT.test(each))) {
    const path = join(real, name)
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: now }
    if (now - mtimeMs > ABANDONED_AFTER_MS || isOfDead(path)) rmSync(path, { force: true })
  }
}

/** Whether a draft says whose it is, and that this process has ended. */
function isOfDead(draft: string): boolean {
  try {
    const holder = readHolder(draft)
    return holder !== undefined && holder.pid !== process.pid && !isElsewhere(holder) && !isAlive(holder)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false
    throw error
  }
}

function taken({ path, holder, silentMs }: Claim, directory: string, { expected }: LockOptions): UserError {
  const { pid, host } = holder!
  const file = path.slice(path.lastIndexOf('running-'))
  const who = isElsewhere(holder!)
    ? `process ${pid} on ${host} was running it ${Math.round(silentMs / 1000)} s ago`
    : `process ${pid} is still running it`
  const remedy = isElsewhere(holder!) ? 'if it was' : 'if that process is another program'
  const message = `${who}; expected ${expected ?? 'a run that has ended or was killed'} (${remedy}, remove ${file})`
  return new UserError({ message, place: { file: directory } })
}

const pause = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
