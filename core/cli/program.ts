import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import { commands } from './commands.js'

/** Runs the command line given; returns the exit code. Commands are loaded when they are called. */
export async function runProgram(words: readonly string[]): Promise<number> {
  let exitCode = 0
  const program = createProgram((code) => {
    exitCode = code
  })
  const [first] = words
  if (first === undefined) {
    program.outputHelp()
    return 0
  }
  refuseEmpty(words)
  // With --help, what is no command would show the help of everything, as if that were its own.
  const known = ['help', ...program.commands.map((each) => each.name())]
  if (words.includes('--help') && !first.startsWith('-') && !known.includes(first))
    throw unknownCommand(first, program)
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.help' && error.exitCode !== 0)
      throw unknownCommand(words.at(-1) ?? '', program)
    if (error.exitCode !== 0) throw usageError(error)
  }
  return exitCode
}

function createProgram(end: (exitCode: number) => void): Command {
  const program = new Command('cotwin')
    .description('Simulates split and federated learning over mobile networks with digital twins.')
    .version(createRequire(import.meta.url)('cotwin/package.json').version, '--version', 'print the version')
    .helpOption('--help', 'show this help, or that of a command')
    .helpCommand('help [command]', 'Show the help of a command.')
    .exitOverride()
    // Wide names of commands leave less than commander would wrap in on a terminal of 80 columns.
    .configureHelp({ minWidthToWrap: 24 })
    // Errors are told by whoever catches them.
    .configureOutput({ outputError: () => {}, writeErr: () => {} })

  for (const add of commands) add(program, end)
  return program
}

/** Commander's complaint as a problem of ours: `unknown option '--sede' (did you mean "--seed"?)`. */
function usageError({ message }: CommanderError): UserError {
  const [, text = message, suggestion] =
    /^(?:error: )?(.*?)(?:\n\(Did you mean (.+?)\?\))?$/s.exec(message) ?? []
  return new UserError({ message: text, ...(suggestion !== undefined && { suggestion }) })
}

/** What `help` is asked for that is no command. */
function unknownCommand(name: string, { commands }: Command): UserError {
  const suggestion = nearestName(
    name,
    commands.map((each) => each.name()),
  )
  return new UserError({
    message: `unknown command '${name}'`,
    ...(suggestion !== undefined && { suggestion }),
  })
}

/** An argument that came to nothing, such as a variable of the shell that is not set. */
function refuseEmpty(words: readonly string[]): void {
  const at = words.indexOf('')
  if (at === -1) return
  const before = words[at - 1] ?? ''
  const which = before.startsWith('--') ? `the value of ${before}` : `argument ${at + 1}`
  throw new UserError(`${which} is empty`)
}
