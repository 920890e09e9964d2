import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Tells the process that works that it has a supervisor. */
const VARIABLE = 'COTWIN_SUPERVISED'
/** Set by who starts a command, to have it end where its standard input is closed: with whoever started it, however that ends. */
const FOLLOWS = 'COTWIN_FOLLOWS_INPUT'
/** The supervisor holds the other end of this file descriptor: it is told that a signal was heard, and what to exit with. */
export const SUPERVISOR_LINE = 3

/** How long the process that works may take to hear of a signal before it is said that it is busy, ms. */
const PATIENCE = 2000
/** How long it may take to end when it has said what to exit with, ms. */
const ENDING = 5000

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
 * which has nothing else to do, hears them: the first is passed on, the second ends the work whatever it is at. Work that
 * is done, and whose process does not end, is ended: by a plugin that hangs as it exits, or by Node itself, which may wait
 * for ever for a thread that ends while code is compiled for it (nodejs/node#54918).
 */
export async function supervise(): Promise<number> {
  const { [FOLLOWS]: follows, ...environment } = process.env
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: [follows === undefined ? 'inherit' : 'ignore', 'inherit', 'inherit', 'pipe'],
    env: { ...environment, [VARIABLE]: '1' },
  })
  const line = child.stdio[SUPERVISOR_LINE] as Socket
  let told = ''
  const exitTold = () => /exit (\d+)\n/.exec(told)?.[1]
  line.on('data', (data: Buffer) => {
    told += data.toString()
    if (exitTold() !== undefined) setTimeout(() => child.kill('SIGKILL'), ENDING).unref()
  })
  line.on('error', () => {})
  let received: NodeJS.Signals | undefined
  const interrupt = (signal: NodeJS.Signals) => {
    const second = received !== undefined
    received = signal
    child.kill(second ? 'SIGKILL' : signal)
    if (!second) setTimeout(() => told === '' && sayBusy(), PATIENCE).unref()
  }
  for (const signal of signals) process.on(signal, interrupt)
  if (follows !== undefined)
    process.stdin.resume().on('close', () => {
      interrupt('SIGTERM')
      setTimeout(() => interrupt('SIGTERM'), ENDING)
    })
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject)
    // What it wrote to the line before may still be on its way.
    child.on('exit', (...how) => setTimeout(() => resolve(how), how[1] === 'SIGKILL' ? 100 : 0))
  })
  const exitCode = exitTold()
  if (exitCode !== undefined) return Number(exitCode)
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
export const tellHeard = (): void => tell('.')

/** What a supervisor is told to exit with, also where this process does not come to its end. */
export const exitLine = (exitCode: number): string => `exit ${exitCode}\n`

/** Says that all is done, and what to exit with. */
export const tellExit = (exitCode: number): void => tell(exitLine(exitCode))

function tell(what: string): void {
  if (!hasSupervisor) return
  try {
    writeSync(SUPERVISOR_LINE, what)
  } catch {
    // It has just ended, and so will this process.
  }
}
