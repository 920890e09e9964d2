import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Tells the process that works that it has a supervisor. */
const VARIABLE = 'COTWIN_SUPERVISED'
/** The supervisor holds the other end of this file descriptor: a signal was heard, or `2`, to be exited with. */
export const SUPERVISOR_LINE = 3

/** How long the process that works may take to hear of a signal before it is said that it is busy, ms. */
const PATIENCE = 2000

/** Commands that let plugins work, which may never give the thread back. */
const working: readonly string[] = ['run', 'resume', 'train', 'bench', 'check-plugin']

const signals = ['SIGINT', 'SIGTERM'] as const

/** Whether this process is to supervise one that works, rather than to work itself. */
export const supervises = (words: readonly string[]): boolean =>
  process.env[VARIABLE] === undefined && working.includes(words.find((word) => !word.startsWith('-')) ?? '')

/**
 * Has a process of its own do the work and ends as that does: returns its exit code, or dies of the signal that it died of.
 *
 * Signals reach JavaScript when the main thread comes to it, which an endless loop in a plugin never does. So this process,
 * which has nothing else to do, hears them: the first is passed on, the second ends the work whatever it is at.
 */
export async function supervise(): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, [VARIABLE]: '1' },
  })
  const line = child.stdio[SUPERVISOR_LINE] as Socket
  let heard = false
  let gaveUp = false
  line.on('data', (data: Buffer) => {
    heard = true
    gaveUp ||= data.includes('2')
  })
  line.on('error', () => {})
  let received: NodeJS.Signals | undefined
  const interrupt = (signal: NodeJS.Signals) => {
    const second = received !== undefined
    received = signal
    child.kill(second ? 'SIGKILL' : signal)
    if (!second) setTimeout(() => !heard && sayBusy(), PATIENCE).unref()
  }
  for (const signal of signals) process.on(signal, interrupt)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject)
    // What it wrote to the line before may still be on its way.
    child.on('exit', (...how) => setTimeout(() => resolve(how), how[1] === 'SIGKILL' ? 100 : 0))
  })
  if (gaveUp) return 2
  if (signal === null) return code ?? 1
  for (const one of signals) process.off(one, interrupt)
  process.kill(process.pid, signal === 'SIGKILL' ? (received ?? signal) : signal)
  return new Promise(() => {
    // Keeps the process until the signal has ended it.
    setInterval(() => {}, 1000)
  })
}

function sayBusy(): void {
  process.stderr.write('still busy, and cannot hear of it before that has an end; again to end at once\n')
}

let hasSupervisor = false

/** For the process that works: ends with its supervisor, also when that is killed, whatever it is at. */
export function followSupervisor(): void {
  if (process.env[VARIABLE] === undefined) return
  delete process.env[VARIABLE]
  const watch = `
    const { Socket } = require('node:net')
    const line = new Socket({ fd: ${SUPERVISOR_LINE}, readable: true, writable: false })
    line.on('close', () => process.kill(process.pid, 'SIGKILL')).on('error', () => {}).resume()`
  new Worker(watch, { eval: true, stdin: false }).unref()
  hasSupervisor = true
}

/** Whether another process hears signals, too, and ends this one at the second. */
export const isSupervised = (): boolean => hasSupervisor

/** Says that a signal was heard, where somebody waits for it. */
export function tellHeard(): void {
  if (!hasSupervisor) return
  try {
    writeSync(SUPERVISOR_LINE, '.')
  } catch {
    // It has just ended, and so will this process.
  }
}
