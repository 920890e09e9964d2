import { Worker } from 'node:worker_threads'
import { frameOf, kinds } from './frames.js'

/** From when on a wait is ended, ms; none lasts twice as long. */
const PATIENCE = 20

/** Places in what both threads see: the number of the wait in hand, 0 for none, negative where it is ended; what it reads from; nothing. */
const WAIT = 0
const READS = 1
const NEVER = 2

/**
 * Ends waits of this thread for something that is read from a pipe: writes a frame of kind `wake` into that pipe.
 *
 * A thread that waits so hears of no signal, timer or end of a process. So another, of which there is one to a thread
 * that waits, looks now and then, and sleeps where nobody waits. `end` says whether that frame is there or on its way.
 */
export class Waker {
  readonly #shared = new Int32Array(new SharedArrayBuffer(12))
  #ready = false
  #waits = 0

  constructor() {
    const workerData = {
      shared: this.#shared,
      patience: PATIENCE,
      places: { WAIT, READS, NEVER },
      frame: frameOf(kinds.wake, new Uint8Array(), false),
    }
    const worker = new Worker(watching, { eval: true, workerData })
    worker.on('message', () => {
      this.#ready = true
    })
    const gone = () => {
      this.#ready = false
    }
    worker.on('error', gone).on('exit', gone)
    // Who listens to it keeps it, until it is told not to.
    worker.unref()
  }

  /** Whether the other thread works, without which a wait might never end. */
  get ready(): boolean {
    return this.#ready
  }

  begin(descriptor: number): void {
    this.#waits = (this.#waits % 0x7fffffff) + 1
    Atomics.store(this.#shared, READS, descriptor)
    Atomics.store(this.#shared, WAIT, this.#waits)
    Atomics.notify(this.#shared, WAIT)
  }

  /** Whether the wait ended by itself; else the pipe has, or is about to have, a frame of kind `wake`. */
  end(): boolean {
    return Atomics.compareExchange(this.#shared, WAIT, this.#waits, 0) === this.#waits
  }
}

// As text, since a file of its own would have to be compiled before a thread could load it.
const watching = `
const { writeSync } = require('node:fs')
const { parentPort, workerData } = require('node:worker_threads')
const { shared, patience, places: { WAIT, READS, NEVER }, frame } = workerData
parentPort.postMessage('ready')
let seen = 0
for (;;) {
  const wait = Atomics.load(shared, WAIT)
  if (wait <= 0) Atomics.wait(shared, WAIT, wait)
  else if (wait !== seen) {
    seen = wait
    Atomics.wait(shared, NEVER, 0, patience)
  } else if (Atomics.compareExchange(shared, WAIT, wait, -wait) === wait)
    writeSync(Atomics.load(shared, READS), frame)
}`
