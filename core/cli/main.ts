#!/usr/bin/env node
import * as nodeModule from 'node:module'
import { UserError } from '../errors.js'
import { exitCodeFor, printFailure } from './failure.js'
import { flushed } from './streams.js'
import { followSupervisor, supervise, supervises, tellExit } from './supervision.js'

const fail = (error: unknown): never => {
  printFailure(error)
  tellExit(exitCodeFor(error))
  process.exit(exitCodeFor(error))
}

// Later versions of Node keep compiled code from one start to the next, where they are told to: a fifth of a short run.
if ('enableCompileCache' in nodeModule) (nodeModule.enableCompileCache as () => void)()

const words = process.argv.slice(2)
const supervising = supervises(words)
followSupervisor()

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

async function program(): Promise<number> {
  // A supervisor needs nothing of all that.
  const { runProgram } = await import('./program.js')
  return runProgram(words)
}

const exitCode = await (supervising ? supervise() : program()).catch(fail)
await flushed()
// What a plugin left open must not keep the process alive.
tellExit(exitCode)
process.exit(exitCode)
