import { Worker } from 'node:worker_threads'

/** How long after its limit a call that should have been given up by then is ended, ms. */
const GRACE = 300

/**
 * Ends what the main thread runs where that keeps it from giving up a call that it waits for: a loop behind an `await`.
 *
 * It lives in a thread of its own, which is started when it is first needed. What is ended never returns, so that a
 * promise it was to settle stays open: another must give that up.
 */
export class LoopBreaker {
  readonly #milliseconds: number
  /** The number of the call that is watched; 0 for none. */
  readonly #watched = new Int32Array(new SharedArrayBuffer(4))
  #calls = 0
  #started = false

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  /** Watches over a call from now on. */
  watch(): void {
    this.#calls = (this.#calls % 0x7fffffff) + 1
    Atomics.store(this.#watched, 0, this.#calls)
    if (this.#started) return
    this.#started = true
    const workerData = { watched: this.#watched, limit: this.#milliseconds + GRACE }
    new Worker(watching, { eval: true, workerData }).unref()
  }

  /** Watches no more. */
  rest(): void {
    Atomics.store(this.#watched, 0, 0)
  }
}

// As text, since a file of its own would have to be compiled before a thread could load it.
const watching = `
const { Session } = require('node:inspector')
const { workerData } = require('node:worker_threads')
const { watched, limit } = workerData
let call = 0
let since = 0
setInterval(() => {
  const now = Atomics.load(watched, 0)
  if (now === call && now !== 0 && performance.now() - since > limit) {
    // Connected for no longer than that: a process does not end before.
    const session = new Session()
    session.connectToMainThread()
    session.post('Runtime.terminateExecution', () => session.disconnect())
    since = performance.now()
  }
  if (now !== call) [call, since] = [now, performance.now()]
}, Math.min(100, limit / 4))`
