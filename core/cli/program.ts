import { createRequire } from 'node:module'
import { Command, CommanderError, Option } from 'commander'
import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import {
  collect,
  networkSize,
  positiveNumber,
  positiveSeconds,
  seedList,
  shard,
  wholeNumber,
} from './argument-parsers.js'
import { addCampaign } from './campaign-program.js'

/** Runs the command line given; returns the exit code. Commands are loaded when they are called. */
export async function runProgram(words: readonly string[]): Promise<number> {
  let exitCode = 0
  const program = createProgram((code) => {
    exitCode = code
  })
  if (words.length === 0) {
    program.outputHelp()
    return 0
  }
  refuseEmpty(words)
  // With --help, what is no command would show the help of everything, as if that were its own.
  const [first] = words
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

/** Takes the exit code of the command that ran. */
type End = (exitCode: number) => void

function createProgram(end: End): Command {
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

/** In the order in which the help lists them. */
const commands = [
  addRun,
  addResume,
  addBench,
  addCampaign,
  addTrain,
  addEvaluate,
  addValidate,
  addCalibrate,
  addKeys,
  addPlugins,
  addCheckPlugin,
  addNew,
  addReport,
  addSchema,
  addServeEnv,
  addDoctor,
]

function addRun(program: Command, end: End): void {
  command(program, 'run <scenario>', 'Run a scenario and write its results and report.')
    .option('--set <path=value>', 'change a key of the scenario; can be given again', collect)
    .option('--seed <n>', "in place of the scenario's seed", wholeNumber)
    .option('--out <directory>', 'the run directory itself; empty or new (default: a new one under runs/)')
    .option('--checkpoint-every <rounds>', 'take a checkpoint after every so many rounds', positiveNumber)
    .option('--decision-limit <seconds>', 'end where a scheduler takes longer to decide', positiveSeconds)
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'print nothing but errors, and the summary with --json')
    .addHelpText(
      'after',
      help(
        [
          'cotwin run scenarios/quickstart.yaml',
          'cotwin run scenarios/quickstart.yaml --set network.clients.count=32 --seed 7',
        ],
        'Ctrl-C finishes the round in hand, writes what there is and exits with 130;',
        'a second one ends at once. cotwin resume goes on with a run that did not finish.',
      ),
    )
    .action(async (path, options) => end(await (await import('./commands/run.js')).runCommand(path, options)))
}

function addResume(program: Command, end: End): void {
  command(
    program,
    'resume <directory>',
    'Go on with a run or training that was killed, interrupted or failed.',
  )
    .option('--decision-limit <seconds>', 'end where a scheduler takes longer to decide', positiveSeconds)
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'print nothing but errors, and the summary with --json')
    .addHelpText(
      'after',
      help(
        ['cotwin resume runs/quickstart-20260102-030405-1a2b3c4d'],
        'It goes on from the last checkpoint, or from the start where none was taken yet,',
        'and ends with the tables of a run that was never stopped.',
      ),
    )
    .action(async (run, options) =>
      end(await (await import('./commands/resume.js')).resumeCommand(run, options)),
    )
}

function addBench(program: Command, end: End): void {
  command(
    program,
    'bench <suite>',
    'Run a suite: schedulers × scenarios × seeds, with statistics and figures.',
  )
    .option('--quick', "with what the suite's quick section changes")
    .option('--set <path=value>', 'change a key of every scenario; can be given again', collect)
    .option('--seeds <n|list>', "in place of the suite's: how many, or a list such as 1,5,9", seedList)
    .option('--workers <n>', 'cells that run at once (default: as many as processors)', positiveNumber)
    .option(
      '--decision-limit <seconds>',
      'fail cells whose scheduler takes longer to decide',
      positiveSeconds,
    )
    .option('--shard <i/n>', 'run only the i-th of n shares of the cells', shard)
    .option('--merge <directory...>', 'take over finished cells of the same suite, run elsewhere')
    .option(
      '--estimate',
      'tell how long it will take and how large its results will be, and run nothing else',
    )
    .option('--csv', 'write the tables of all rounds as CSV, too: results.csv, learning.csv')
    .option('--column <head>', 'keep this column in LaTeX; can be given again, in order', collect)
    .option('--no-report', 'only run cells: no tables, figures and pages, for shares of a suite')
    .addOption(
      new Option(
        '--results <file>',
        'write the claims of the suite and their verdicts as Markdown',
      ).conflicts('report'),
    )
    .option('--out <directory>', "the suite's directory (default: benches/<name>, with -quick for --quick)")
    .option('--json', 'print the comparisons as JSON')
    .option('--quiet', 'print nothing but errors, and the comparisons with --json')
    .addHelpText(
      'after',
      help(
        [
          'cotwin bench bench/suites/paper.yaml --quick',
          'cotwin bench my-suite.yaml --shard 1/4 --out shard-1 --no-report',
          'cotwin bench my-suite.yaml --merge shard-1 shard-2 shard-3 shard-4',
        ],
        'A cell (a scheduler on a setting with a seed) that is finished is not run again:',
        'after Ctrl-C, a crash or a change the same command goes on. Ctrl-C finishes the',
        'cells in hand; a second one ends at once. Use --workers 1 where decision times',
        'matter.',
      ),
    )
    .action(async (path, options) =>
      end(await (await import('./commands/bench.js')).benchCommand(path, options)),
    )
}

function addTrain(program: Command, end: End): void {
  command(program, 'train [scenario]', 'Train the schedulers of a scenario that learn, in the twin.')
    .option('--set <path=value>', 'change a key of the scenario; can be given again', collect)
    .option('--seed <n>', "in place of the scenario's seed", wholeNumber)
    .option('--scheduler <label>', 'train this one only; can be given again', collect)
    .option(
      '--out <directory>',
      'the training directory itself; empty or new (default: a new one under trainings/)',
    )
    .option('--resume <directory>', 'go on with a training that was interrupted or killed')
    .option('--decision-limit <seconds>', 'end where a scheduler takes longer to decide', positiveSeconds)
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'print nothing but errors, and the summary with --json')
    .addHelpText(
      'after',
      help(
        [
          'cotwin train scenarios/paper-d3qn.yaml --scheduler d3qn',
          'cotwin train --resume trainings/paper-d3qn-20260102-030405-1a2b3c4d',
        ],
        'The best weights by validation are kept as <label>.safetensors, for the option',
        'weights of the scheduler. Ctrl-C keeps the best so far and exits with 130.',
      ),
    )
    .action(async (path, options) =>
      end(await (await import('./commands/train.js')).trainCommand(path, options)),
    )
}

function addEvaluate(program: Command, end: End): void {
  command(
    program,
    'evaluate <instance> [assignment]',
    'Cost of one assignment on one explicit instance (JSON).',
  )
    .option('--scheduler <name>', 'let a scheduler decide, in place of an assignment')
    .option('--options <mapping>', "the scheduler's options, YAML or JSON")
    .option('--allocate <names>', 'allocators, with commas, for what is left open')
    .option('--deadline <seconds>', 'by when everyone is to be done, for allocators', positiveSeconds)
    .option('--seed <n>', "seed of the scheduler's random numbers (default: 1)", wholeNumber)
    .option('--json', 'the answer is JSON with or without this')
    .addHelpText(
      'after',
      help(
        [
          'cotwin evaluate instance.json assignment.json',
          "cotwin evaluate i.json --scheduler greedy --options '{utility: sum-rate}'",
          'cotwin evaluate i.json a.json --allocate fdma-minimum-energy --deadline 0.2',
          'generate-instance | cotwin evaluate - assignment.json',
        ],
        'Of a client that sits out, every figure is null. JSON has no infinity: null also',
        'stands for a transfer that never ends, and for the sums it is in. Clients that',
        'share a slot (C5) are evaluated with the interference they cause; they are told',
        'on standard error and listed under "violations".',
      ),
    )
    .action(async (instance, assignment, options) =>
      end(await (await import('./commands/evaluate.js')).evaluateCommand(instance, assignment, options)),
    )
}

function addValidate(program: Command, end: End): void {
  command(
    program,
    'validate <file>',
    'Tell everything that is wrong with a scenario, a suite or an instance.',
  )
    .option('--set <path=value>', 'change a key of the scenario; can be given again', collect)
    .option('--seed <n>', "in place of the scenario's seed", wholeNumber)
    .option('--resolved', 'print the scenario with every default filled in, as YAML')
    .option('--json', 'the same as JSON')
    .addHelpText(
      'after',
      help([
        'cotwin validate my-scenario.yaml',
        'cotwin validate my-suite.yaml',
        'cotwin validate instance.json',
      ]),
    )
    .action(async (path, options) =>
      end(await (await import('./commands/validate.js')).validateCommand(path, options)),
    )
}

function addCalibrate(program: Command, end: End): void {
  command(
    program,
    'calibrate <scenario>',
    'Hold the networks of a scenario to published distributions of coupling loss, SIR and SINR.',
  )
    .option(
      '--against <file>',
      'the distributions, as JSON; default data/NAME.json beside the scenario NAME.yaml',
    )
    .option('--samples <n>', 'clients to see at least; default 30000', wholeNumber)
    .option('--within <db>', 'exit with 1 where a figure at 5, 50 or 95 % differs by more, dB', Number)
    .option('--set <path=value>', 'change a key of the scenario; can be given again', collect)
    .option('--seed <n>', "in place of the scenario's seed", wholeNumber)
    .option('--out <dir>', 'write a page and a figure of both distributions there')
    .option('--json', 'the same as JSON')
    .addHelpText(
      'after',
      help(['cotwin calibrate scenarios/umi-calibration.yaml --within 0.6 --out calibration']),
    )
    .action(async (path, options) =>
      end(await (await import('./commands/calibrate.js')).calibrateCommand(path, options)),
    )
}

function addKeys(program: Command, end: End): void {
  command(program, 'keys [prefix]', 'List the keys of a scenario with what they take, units and defaults.')
    .option('--markdown', 'print the page of all keys')
    .option('--json', 'print them as JSON')
    .addHelpText('after', help(['cotwin keys network.clients', 'cotwin keys learning.privacy']))
    .action(async (prefix, options) => end((await import('./commands/keys.js')).keysCommand(prefix, options)))
}

function addPlugins(program: Command, end: End): void {
  command(
    program,
    'plugins [kind|name]',
    'List plugins by name; with a kind or name also options, defaults, units and tiers.',
  )
    .option('--json', 'print them as JSON')
    .addHelpText(
      'after',
      help(['cotwin plugins', 'cotwin plugins scheduler', 'cotwin plugins swap-matching']),
    )
    .action(async (wanted, options) =>
      end(await (await import('./commands/plugins.js')).pluginsCommand(wanted, options)),
    )
}

function addCheckPlugin(program: Command, end: End): void {
  command(program, 'check-plugin <file>', 'Check what a plugin of your own promises, by its kind.')
    .option('--options <mapping>', "the plugin's options, YAML or JSON")
    .option('--size <NxMxK>', 'clients, servers and channels, where it fits only one network', networkSize)
    .option('--json', 'print the checks as JSON')
    .addHelpText(
      'after',
      help(
        ['cotwin check-plugin nearest.ts', "cotwin check-plugin nearest.ts --options '{order: index}'"],
        'Checked are shapes, feasibility in generated networks of several sizes, that it',
        'decides the same again, that it leaves its view alone and reads no more than its',
        'tier, what it does when clients quit, and how long it takes. The exit code is 2',
        'where a promise is broken.',
      ),
    )
    .action(async (file, options) =>
      end(await (await import('./commands/check-plugin.js')).checkPluginCommand(file, options)),
    )
}

function addNew(program: Command, end: End): void {
  command(program, 'new <kind> <name>', 'Write a working plugin with its test and a scenario that uses it.')
    .option('--directory <directory>', 'where to write it (default: here)')
    .option('--python', 'in Python; schedulers only')
    .option('--json', 'print the names of the files as JSON')
    .addHelpText(
      'after',
      help(
        [
          'cotwin new scheduler nearest',
          'cotwin new fading two-state --directory my-channels',
          'cotwin new scheduler mine --python',
        ],
        'Nothing that is there already is changed.',
      ),
    )
    .action(async (kind, name, options) =>
      end((await import('./commands/new.js')).newCommand(kind, name, options)),
    )
}

function addReport(program: Command, end: End): void {
  command(program, 'report <run>', "Build a run's report again from its tables.")
    .option('--csv', 'write the comparison and every table of the run as tables/*.csv, too')
    .option('--latex', 'write the comparison as tables/comparison.tex, too')
    .option('--column <head>', 'keep this column in LaTeX; can be given again, in order', collect)
    .option('--json', 'print the paths as JSON')
    .addHelpText(
      'after',
      help([
        'cotwin report runs/quickstart-20260102-030405-1a2b3c4d',
        "cotwin report my-run --latex --column 'median cost' --column 'cost ratio'",
      ]),
    )
    .action(async (run, options) =>
      end(await (await import('./commands/report.js')).reportCommand(run, options)),
    )
}

function addSchema(program: Command, end: End): void {
  command(
    program,
    'schema [what]',
    'Print the JSON Schema of scenarios, suites, instances or assignments, for editors.',
  )
    .option('--json', 'it is JSON with or without this')
    .addHelpText(
      'after',
      help(['cotwin schema > scenario.schema.json', 'cotwin schema suite > suite.schema.json']),
    )
    .action(async (what) => end(await (await import('./commands/schema.js')).schemaCommand(what)))
}

function addServeEnv(program: Command, end: End): void {
  command(
    program,
    'serve-env [scenario]',
    'Serve a scenario as environments to a program that started this one, e.g. Python.',
  )
    .option('--game <name>', 'sequential, parallel or joint')
    .option('--envs <n>', 'environments that step together', positiveNumber)
    .option('--set <path=value>', 'change a key of the scenario; can be given again', collect)
    .option('--seed <n>', "in place of the scenario's seed", wholeNumber)
    .addHelpText(
      'after',
      help(
        ['cotwin serve-env scenarios/quickstart.yaml --game joint --envs 8'],
        'Binary frames go over standard input and output (core/bridge/README.md). It ends',
        'when its input does. The Python package cotwin starts it by itself.',
      ),
    )
    .action(async (scenario, options) =>
      end(await (await import('./commands/serve-env.js')).serveEnvCommand(scenario, options)),
    )
}

function addDoctor(program: Command, end: End): void {
  command(program, 'doctor', 'Tell what this machine offers, and what tensors are computed with.')
    .option('--json', 'print it as JSON')
    .addHelpText('after', help(['cotwin doctor']))
    .action(async (options) => end(await (await import('./commands/doctor.js')).doctorCommand(options)))
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

const command = (program: Command, usage: string, description: string): Command =>
  program.command(usage).description(description).helpOption('--help', 'show this help')

function help(examples: readonly string[], ...remarks: readonly string[]): string {
  const title = examples.length > 1 ? 'Examples:' : 'Example:'
  const remark = remarks.length > 0 ? `\n${remarks.join('\n')}\n` : ''
  return `${remark}\n${title}\n${examples.map((example) => `  $ ${example}`).join('\n')}`
}
