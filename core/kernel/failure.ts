/** A misuse of the kernel: what was attempted, and what would have been right. */
export class KernelError extends Error {
  override name = 'KernelError'
}

/**
 * Ends a run: an error that no process, condition or callback took care of.
 *
 * `cause` is the error as it was thrown; `time` and `process` say when and in which process it came up.
 */
export class SimulationFailure extends Error {
  override name = 'SimulationFailure'
  readonly time: number
  readonly process: string | undefined

  constructor(cause: unknown, time: number, process: string | undefined) {
    const what = cause instanceof Error ? cause.message : String(cause)
    super(`${what} (at simulated time ${time}${process === undefined ? '' : ` in process '${process}'`})`, {
      cause,
    })
    this.time = time
    this.process = process
  }
}

/** Thrown into a process by {@link Process.interrupt}; `cause` is what the interrupter passed. */
export class Interrupt extends Error {
  override name = 'Interrupt'
  override readonly cause: unknown

  constructor(cause?: unknown) {
    super(typeof cause === 'string' ? `interrupted: ${cause}` : 'interrupted')
    this.cause = cause
  }
}

/** Thrown to who would have to wait where no more may: the claim, offer or demand has not been made. */
export class LineFull extends Error {
  override name = 'LineFull'
}

/** @internal Refuses what is no whole number from 1 up; infinity counts as one. */
export function checkCount(what: string, count: number): number {
  if ((Number.isInteger(count) || count === Infinity) && count >= 1) return count
  throw new KernelError(`${what} is a whole number, at least 1, not ${named(count)}`)
}

/** @internal A value as an error message tells it. */
export function named(value: unknown): string {
  return typeof value === 'string' ? `the text '${value}'` : String(value)
}

/** @internal */
export function refuseDelay(delay: unknown, now: number): never {
  if (typeof delay !== 'number' || !(delay >= 0 && delay < Infinity)) {
    throw new KernelError(`a delay is a finite number and at least 0, not ${named(delay)}`)
  }
  throw new KernelError(`a delay of ${delay} leads from the present ${now} beyond the greatest number`)
}

/** @internal */
export function refusePriority(priority: unknown): never {
  throw new KernelError(`a priority is a 32-bit whole number, not ${named(priority)}`)
}

/** @internal */
export function refuseTime(time: unknown, now: number): never {
  throw new KernelError(
    `${typeof time === 'string' ? named(time) : `time ${time}`} is not a finite time at or after the present ${now}`,
  )
}
