import {
  collect,
  networkSize,
  positiveNumber,
  positiveSeconds,
  seedList,
  shard,
  wholeNumber,
} from './argument-parsers.js'
import { flag, type OptionsOf, text, texts, value } from './command-spec.js'

// The options of each command, and the type of what its handler gets.

export const runOptions = {
  set: value('--set <path=value>', 'change a key of the scenario; can be given again', collect),
  seed: value('--seed <n>', "in place of the scenario's seed", wholeNumber),
  out: text('--out <directory>', 'the run directory itself; empty or new (default: a new one under runs/)'),
  checkpointEvery: value(
    '--checkpoint-every <rounds>',
    'take a checkpoint after every so many rounds',
    positiveNumber,
  ),
  decisionLimit: value(
    '--decision-limit <seconds>',
    'end where a scheduler takes longer to decide',
    positiveSeconds,
  ),
  report: flag('--no-report', 'draw no report: "cotwin report" makes it later'),
  json: flag('--json', 'print the summary as JSON'),
  quiet: flag('--quiet', 'print nothing but errors, and the summary with --json'),
}

export type RunArguments = OptionsOf<typeof runOptions>

export const resumeOptions = {
  decisionLimit: value(
    '--decision-limit <seconds>',
    'end where a scheduler takes longer to decide',
    positiveSeconds,
  ),
  report: flag('--no-report', 'draw no report: "cotwin report" makes it later'),
  json: flag('--json', 'print the summary as JSON'),
  quiet: flag('--quiet', 'print nothing but errors, and the summary with --json'),
}

export type ResumeArguments = OptionsOf<typeof resumeOptions>

export const benchOptions = {
  quick: flag('--quick', "with what the suite's quick section changes"),
  set: value('--set <path=value>', 'change a key of every scenario; can be given again', collect),
  seeds: value('--seeds <n|list>', "in place of the suite's: how many, or a list such as 1,5,9", seedList),
  workers: value('--workers <n>', 'cells that run at once (default: as many as processors)', positiveNumber),
  decisionLimit: value(
    '--decision-limit <seconds>',
    'fail cells whose scheduler takes longer to decide',
    positiveSeconds,
  ),
  shard: value('--shard <i/n>', 'run only the i-th of n shares of the cells', shard),
  merge: texts('--merge <directory...>', 'take over finished cells of the same suite, run elsewhere'),
  estimate: flag(
    '--estimate',
    'tell how long it will take and how large its results will be, and run nothing else',
  ),
  csv: flag('--csv', 'write the tables of all rounds as CSV, too: results.csv, learning.csv'),
  column: value('--column <head>', 'keep this column in LaTeX; can be given again, in order', collect),
  report: flag('--no-report', 'only run cells: no tables, figures and pages, for shares of a suite'),
  results: text('--results <file>', 'write the claims of the suite and their verdicts as Markdown', {
    conflicts: 'report',
  }),
  out: text('--out <directory>', "the suite's directory (default: benches/<name>, with -quick for --quick)"),
  json: flag('--json', 'print the comparisons as JSON'),
  quiet: flag('--quiet', 'print nothing but errors, and the comparisons with --json'),
}

export type BenchArguments = OptionsOf<typeof benchOptions>

export const trainOptions = {
  set: value('--set <path=value>', 'change a key of the scenario; can be given again', collect),
  seed: value('--seed <n>', "in place of the scenario's seed", wholeNumber),
  scheduler: value('--scheduler <label>', 'train this one only; can be given again', collect),
  out: text(
    '--out <directory>',
    'the training directory itself; empty or new (default: a new one under trainings/)',
  ),
  resume: text('--resume <directory>', 'go on with a training that was interrupted or killed'),
  decisionLimit: value(
    '--decision-limit <seconds>',
    'end where a scheduler takes longer to decide',
    positiveSeconds,
  ),
  json: flag('--json', 'print the summary as JSON'),
  quiet: flag('--quiet', 'print nothing but errors, and the summary with --json'),
}

export type TrainArguments = OptionsOf<typeof trainOptions>

export const evaluateOptions = {
  scheduler: text('--scheduler <name>', 'let a scheduler decide, in place of an assignment'),
  options: text('--options <mapping>', "the scheduler's options, YAML or JSON"),
  allocate: text('--allocate <names>', 'allocators, with commas, for what is left open'),
  deadline: value('--deadline <seconds>', 'by when everyone is to be done, for allocators', positiveSeconds),
  seed: value('--seed <n>', "seed of the scheduler's random numbers (default: 1)", wholeNumber),
  json: flag('--json', 'the answer is JSON with or without this'),
}

export type EvaluateArguments = OptionsOf<typeof evaluateOptions>

export const validateOptions = {
  set: value('--set <path=value>', 'change a key of the scenario; can be given again', collect),
  seed: value('--seed <n>', "in place of the scenario's seed", wholeNumber),
  resolved: flag('--resolved', 'print the scenario with every default filled in, as YAML'),
  json: flag('--json', 'the same as JSON'),
}

export type ValidateArguments = OptionsOf<typeof validateOptions>

export const calibrateOptions = {
  against: text(
    '--against <file>',
    'the distributions, as JSON; default data/NAME.json beside the scenario NAME.yaml',
  ),
  samples: value('--samples <n>', 'clients to see at least; default 30000', wholeNumber),
  within: value('--within <db>', 'exit with 1 where a figure at 5, 50 or 95 % differs by more, dB', Number),
  set: value('--set <path=value>', 'change a key of the scenario; can be given again', collect),
  seed: value('--seed <n>', "in place of the scenario's seed", wholeNumber),
  out: text('--out <dir>', 'write a page and a figure of both distributions there'),
  json: flag('--json', 'the same as JSON'),
}

export type CalibrateArguments = OptionsOf<typeof calibrateOptions>

export const keysOptions = {
  markdown: flag('--markdown', 'print the page of all keys'),
  json: flag('--json', 'print them as JSON'),
}

export type KeysArguments = OptionsOf<typeof keysOptions>

export const pluginsOptions = {
  json: flag('--json', 'print them as JSON'),
}

export type PluginsArguments = OptionsOf<typeof pluginsOptions>

export const checkPluginOptions = {
  options: text('--options <mapping>', "the plugin's options, YAML or JSON"),
  size: value('--size <NxMxK>', 'clients, servers and channels, where it fits only one network', networkSize),
  json: flag('--json', 'print the checks as JSON'),
}

export type CheckPluginArguments = OptionsOf<typeof checkPluginOptions>

export const newPluginOptions = {
  directory: text('--directory <directory>', 'where to write it (default: here)'),
  python: flag('--python', 'in Python; schedulers only'),
  json: flag('--json', 'print the names of the files as JSON'),
}

export type NewPluginArguments = OptionsOf<typeof newPluginOptions>

export const reportOptions = {
  csv: flag('--csv', 'write the comparison and every table of the run as tables/*.csv, too'),
  latex: flag('--latex', 'write the comparison as tables/comparison.tex, too'),
  column: value('--column <head>', 'keep this column in LaTeX; can be given again, in order', collect),
  json: flag('--json', 'print the paths as JSON'),
}

export type ReportArguments = OptionsOf<typeof reportOptions>

export const schemaOptions = {
  json: flag('--json', 'it is JSON with or without this'),
}

export const serveEnvOptions = {
  game: text('--game <name>', 'sequential, parallel or joint'),
  envs: value('--envs <n>', 'environments that step together', positiveNumber),
  set: value('--set <path=value>', 'change a key of the scenario; can be given again', collect),
  seed: value('--seed <n>', "in place of the scenario's seed", wholeNumber),
}

export type ServeEnvArguments = OptionsOf<typeof serveEnvOptions>

export const doctorOptions = {
  json: flag('--json', 'print it as JSON'),
}

export type DoctorArguments = OptionsOf<typeof doctorOptions>
