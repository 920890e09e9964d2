import { setTimeout } from 'node:timers/promises'
import { UserError } from '../errors.js'
import { printFailure } from './failure.js'
import { note } from './streams.js'
import { isSupervised, tellHeard } from './supervision.js'

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** What the same Ctrl-C takes to come here, at most, once another process has died of it. */
const SIGNAL_MILLISECONDS = 50

type InterruptingSignal = keyof typeof exitCodes

/** A wish to end the run early, by Ctrl-C or SIGTERM. */
export interface Interruption {
  readonly signal: AbortSignal
  /** The exit code to end with, if there was one. */
  exitCode(): number | undefined
  /** Gives the signals their ordinary effect back. */
  dispose(): void
}

/**
 * Turns the first Ctrl-C or SIGTERM into an abort; the next one ends the process at once, by its supervisor if not here.
 */
export function listenForInterruption(onFirst: () => void): Interruption {
  const controller = new AbortController()
  let received: InterruptingSignal | undefined
  const dispose = () => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
  const interrupt = (signal: InterruptingSignal) => {
    if (received) return
    received = signal
    // A terminal sends Ctrl-C to the supervisor, which passes it on, and here: twice for one key. The supervisor counts.
    if (!isSupervised()) dispose()
    tellHeard()
    controller.abort()
    onFirst()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return { signal: controller.signal, exitCode: () => received && exitCodes[received], dispose }
}

/** Work that Ctrl-C can end early. */
export interface InterruptibleWork {
  /** What is finished before it ends: a round, a step. */
  readonly unit: string
  readonly quiet: boolean | undefined
  hideProgress(): void
  /** Does it and prints what it came to; returns whether the signal ended it early. */
  run(signal: AbortSignal): Promise<boolean>
}

/**
 * Does work until it ends or is interrupted; returns the exit code.
 *
 * A `UserError` after a signal, such as that nothing is kept yet, is printed and ends with the signal's exit code.
 */
export async function runInterruptibly(work: InterruptibleWork): Promise<number> {
  const interruption = listenForInterruption(() => {
    work.hideProgress()
    if (!work.quiet) note(`finishing the ${work.unit} in hand; again to end at once`)
  })
  try {
    const interrupted = await work.run(interruption.signal)
    return interrupted ? (interruption.exitCode() ?? 0) : 0
  } catch (error) {
    work.hideProgress()
    // The signal that ended what the work waits for, too, such as a compiler, may not have been heard yet.
    await setTimeout(SIGNAL_MILLISECONDS)
    const exitCode = interruption.exitCode()
    if (exitCode === undefined || !(error instanceof UserError)) throw error
    printFailure(error, exitCode)
    return exitCode
  } finally {
    interruption.dispose()
  }
}
