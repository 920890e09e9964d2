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
