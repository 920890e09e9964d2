// Runs built commands for tests, one after another in one process: a command that refuses something takes a moment, and
// loading it most of a second. Started by cotwin.ts, asked by messages; its argument is the built command.

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [program, , command] = process.argv
const load = (name) => import(pathToFileURL(join(command, '..', name)).href)
const { runProgram } = await load('program.js')
const { exitCodeFor, printFailure } = await load('failure.js')

/** What the command being run has written. */
let told = { stdout: '', stderr: '' }
for (const name of ['stdout', 'stderr'])
  process[name].write = (text, encoding, done = encoding) => {
    told[name] += text
    if (typeof done === 'function') done()
    return true
  }

async function answer({ id, words, cwd }) {
  told = { stdout: '', stderr: '' }
  process.chdir(cwd)
  process.argv = [program, command, ...words]
  let code
  try {
    code = await runProgram(words)
  } catch (error) {
    printFailure(error)
    code = exitCodeFor(error)
  }
  process.send({ id, code, ...told })
}

let last = Promise.resolve()
process.on('message', (asked) => {
  last = last.then(() => answer(asked))
})
process.on('disconnect', () => process.exit())
