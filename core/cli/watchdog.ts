import { Worker } from 'node:worker_threads'
import { exitLine, isSupervised, SUPERVISOR_LINE } from './supervision.js'

/** Tells a watchdog what is being done, which thereby has its time from now on. */
export interface Watchdog {
  at(what: string): void
  end(): void
}

/** From when on it is said what takes so long, ms. */
const QUIET = 2000

/**
 * Watches over work that may never give the thread back: says what takes long, and after a limit gives up.
 *
 * It lives in a thread of its own. Giving up ends the process, whatever it is at, and has its supervisor exit with 2.
 */
export function watchOver(limitSeconds: number): Watchdog {
  const worker = new Worker(watching, {
    eval: true,
    workerData: {
      limit: limitSeconds * 1000,
      quiet: QUIET,
      line: isSupervised() ? SUPERVISOR_LINE : -1,
      exit: exitLine(2),
    },
  })
  worker.unref()
  return { at: (what) => worker.postMessage(what), end: () => void worker.terminate() }
}

// As text, since a file of its own would have to be compiled before a thread could load it.
const watching = `
const { writeSync } = require('node:fs')
const { parentPort, workerData } = require('node:worker_threads')
let timers = []
parentPort.on('message', (what) => {
  timers.forEach(clearTimeout)
  const { limit, quiet, line, exit } = workerData
  timers = [
    setTimeout(() => writeSync(2, 'checking: ' + what + '\\n'), Math.min(quiet, limit / 2)),
    setTimeout(() => {
      writeSync(2, what + ': gave up after ' + limit / 1000 + ' s; expected it to come to an end\\n')
      if (line >= 0) writeSync(line, exit)
      process.kill(process.pid, 'SIGKILL')
    }, limit),
  ]
})`
