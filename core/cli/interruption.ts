const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

type InterruptingSignal = keyof typeof exitCodes

/** A wish to end the run early, by Ctrl-C or SIGTERM. */
export interface Interruption {
  readonly signal: AbortSignal
  /** The exit code to end with, if there was one. */
  exitCode(): number | undefined
  /** Gives the signals their ordinary effect back. */
  dispose(): void
}

/** Turns the first Ctrl-C or SIGTERM into an abort; the next one ends the process at once. */
export function listenForInterruption(onFirst: () => void): Interruption {
  const controller = new AbortController()
  let received: InterruptingSignal | undefined
  const dispose = () => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
  const interrupt = (signal: InterruptingSignal) => {
    received = signal
    dispose()
    controller.abort()
    onFirst()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return { signal: controller.signal, exitCode: () => received && exitCodes[received], dispose }
}
