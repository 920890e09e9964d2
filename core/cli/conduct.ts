import { UserError } from '../errors.js'
import { exitCodeFor, printFailure } from './failure.js'
import { flushed } from './streams.js'
import { tellExit } from './supervision.js'

/** Runs the command line given, or waits for the process that does (`supervised`), and ends this process as it ended. */
export async function conduct(
  words: readonly string[],
  supervised: Promise<number> | undefined,
): Promise<never> {
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  process.on('beforeExit', () =>
    fail(
      new UserError(
        'nothing is left to do, yet a plugin still waits: it returned a promise that never settles',
      ),
    ),
  )
  // Whoever read our output has read enough (`| head`); a run goes on without an audience for its progress.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    error.code === 'EPIPE' ? process.exit(0) : fail(error),
  )
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  const exitCode = await (supervised ?? program(words)).catch(fail)
  await flushed()
  // What a plugin left open must not keep the process alive.
  tellExit(exitCode)
  process.exit(exitCode)
}

function fail(error: unknown): never {
  printFailure(error)
  tellExit(exitCodeFor(error))
  process.exit(exitCodeFor(error))
}

async function program(words: readonly string[]): Promise<number> {
  // A supervisor needs nothing of all that.
  const { runProgram } = await import('./program.js')
  return runProgram(words)
}
