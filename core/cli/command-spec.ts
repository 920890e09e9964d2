import { type Command, Option } from 'commander'

/** An option of a command, whose handler gets a `T`. */
export interface OptionSpec<T> {
  readonly flags: string
  readonly description: string
  /** The value from a word, and from what came of the words before where it can be given again. */
  read?(word: string, earlier: T | undefined): T
  /** The name of an option that it cannot be given with. */
  readonly conflicts?: string
  /** Whether the command does not go without it. */
  readonly mandatory?: boolean
  /** The words that it takes, and the one that it has where it is left out. */
  readonly choices?: readonly (T & string)[]
  readonly otherwise?: T
}

/** An option without a value. */
export const flag = (flags: string, description: string): OptionSpec<boolean> => ({ flags, description })

/** An option with a value that is taken as it is. */
export const text = (
  flags: string,
  description: string,
  more: Pick<OptionSpec<string>, 'conflicts'> = {},
): OptionSpec<string> => ({ flags, description, ...more })

/** The same, without which the command is refused. */
export const mandatoryText = (flags: string, description: string) =>
  ({ flags, description, mandatory: true }) as const satisfies OptionSpec<string>

/** An option whose value is one of these words, the first where it is left out. */
export const choice = <const T extends string>(
  flags: string,
  description: string,
  choices: readonly [T, ...T[]],
): OptionSpec<T> => ({ flags, description, choices, otherwise: choices[0] })

/** An option with one or more values. */
export const texts = (flags: string, description: string): OptionSpec<string[]> => ({ flags, description })

/** An option with a value that is read, or refused. */
export const value = <T>(
  flags: string,
  description: string,
  read: (word: string, earlier: T | undefined) => T,
): OptionSpec<T> => ({ flags, description, read })

type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>

/** What the handler of a command with these options gets; each under its long flag in camel case. */
export type OptionsOf<O extends OptionSpecs> = {
  readonly [K in keyof O as O[K] extends Mandatory ? never : K]?: ValueOf<O[K]>
} & { readonly [K in keyof O as O[K] extends Mandatory ? K : never]: string }

interface Mandatory {
  readonly mandatory: true
}
type ValueOf<S> = S extends OptionSpec<infer T> ? T : never

/** The arguments in a usage: `bench <suite>` has a text, `train [scenario]` a text or undefined. */
type ArgumentsOf<Usage extends string> = Usage extends `${infer Word} ${infer Rest}`
  ? [...ArgumentOf<Word>, ...ArgumentsOf<Rest>]
  : ArgumentOf<Usage>
type ArgumentOf<Word extends string> = Word extends `<${string}>`
  ? [string]
  : Word extends `[${string}]`
    ? [string | undefined]
    : []

/** A command as the help shows it, and what it does. */
export interface CommandSpec<U extends string, O extends OptionSpecs> {
  readonly usage: U
  readonly description: string
  readonly options: O
  readonly examples?: readonly string[]
  readonly remarks?: readonly string[]
  /** Returns the exit code; loads what it needs. */
  run(...given: [...ArgumentsOf<U>, OptionsOf<O>]): Promise<number> | number
}

/** Adds a command to a program; `end` takes its exit code. */
export type AddCommand = (program: Command, end: (exitCode: number) => void) => void

/** A command with the types of what its handler gets, as its usage and options say. */
export const command =
  <const U extends string, O extends OptionSpecs>(spec: CommandSpec<U, O>): AddCommand =>
  (program, end) => {
    const added = program
      .command(spec.usage)
      .description(spec.description)
      .helpOption('--help', 'show this help')
    for (const [name, option] of Object.entries(spec.options)) added.addOption(optionOf(name, option))
    // Commander gives the arguments in order, the options by name, and the command itself.
    added.action(async (...given: unknown[]) =>
      end(await spec.run(...(given.slice(0, -1) as [...ArgumentsOf<U>, OptionsOf<O>]))),
    )
    added.addHelpText('after', helpText(spec))
  }

function optionOf(name: string, spec: OptionSpec<unknown>): Option {
  const { flags, description, read, conflicts, mandatory = false, choices, otherwise } = spec
  const option = new Option(flags, description)
  if (option.attributeName() !== name)
    throw new Error(`${flags} is called ${name}, and commander calls it otherwise`)
  if (read) option.argParser(read)
  if (conflicts !== undefined) option.conflicts(conflicts)
  if (choices) option.choices(choices).default(otherwise)
  return option.makeOptionMandatory(mandatory)
}

function helpText({
  examples = [],
  remarks = [],
}: Pick<CommandSpec<string, OptionSpecs>, 'examples' | 'remarks'>): string {
  const title = examples.length > 1 ? 'Examples:' : 'Example:'
  const remark = remarks.length > 0 ? `\n${remarks.join('\n')}\n` : ''
  if (examples.length === 0) return remark
  return `${remark}\n${title}\n${examples.map((example) => `  $ ${example}`).join('\n')}`
}
