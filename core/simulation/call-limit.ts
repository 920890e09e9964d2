import { performance } from 'node:perf_hooks'
import { createContext, Script } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import { LoopBreaker } from './loop-breaker.js'

/** A call took longer than it may. */
export class OverLimit extends Error {
  readonly seconds: number

  constructor(seconds: number) {
    super(`took longer than ${seconds} s`)
    this.seconds = seconds
  }
}

/**
 * Holds calls of a plugin to a time limit by the wall clock, which decides whether they end and nothing else.
 *
 * A loop in the call itself is ended where it is, and what hangs behind an `await` is given up. A loop behind an `await` is
 * ended on the main thread; in a worker thread whoever started that must end it, and `onWaiting` tells when to look.
 */
export class CallLimit {
  readonly #seconds: number
  readonly #onWaiting: (waiting: boolean) => void
  readonly #breaker: LoopBreaker | undefined

  /** `onWaiting` hears when a call has returned a promise, and when that has settled or was given up. */
  constructor(seconds: number, onWaiting: (waiting: boolean) => void) {
    this.#seconds = seconds
    this.#onWaiting = onWaiting
    this.#breaker = isMainThread ? new LoopBreaker(seconds * 1000) : undefined
  }

  /** What `act` returns or throws; an `OverLimit` where it takes too long. */
  async call<T>(act: () => T | Promise<T>): Promise<T> {
    const start = performance.now()
    const milliseconds = this.#seconds * 1000
    const returned = ended(act, milliseconds)
    if (returned === TOO_LONG) throw new OverLimit(this.#seconds)
    if (!isAwaited(returned)) return returned
    return this.#settled(returned, milliseconds - (performance.now() - start))
  }

  async #settled<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    this.#onWaiting(true)
    this.#breaker?.watch()
    try {
      const tooLong = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new OverLimit(this.#seconds)), milliseconds)
      })
      return await Promise.race([promise, tooLong])
    } finally {
      clearTimeout(timer)
      this.#breaker?.rest()
      this.#onWaiting(false)
    }
  }
}

/** Whether what a plugin returned is to be waited for. */
export const isAwaited = <T>(returned: T | Promise<T>): returned is Promise<T> =>
  typeof returned === 'object' && returned !== null && !ArrayBuffer.isView(returned)

/** What the script calls: there is no other way to hand a function to one. */
const inHand: { act: (() => unknown) | undefined } = { act: undefined }
let script: { readonly run: (milliseconds: number) => unknown } | undefined

const TOO_LONG = Symbol('too long')

/** Calls a function that is ended, loops and all, when the time is over. */
function ended<T>(act: () => T, milliseconds: number): T | typeof TOO_LONG {
  script ??= timedScript()
  inHand.act = act
  try {
    // The least that Node takes is a millisecond, whole ones only.
    return script.run(Math.max(1, Math.ceil(milliseconds))) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException | undefined)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    return TOO_LONG
  } finally {
    inHand.act = undefined
  }
}

function timedScript(): { readonly run: (milliseconds: number) => unknown } {
  const context = createContext(inHand)
  const compiled = new Script('act()')
  return { run: (timeout) => compiled.runInContext(context, { timeout, displayErrors: false }) }
}
