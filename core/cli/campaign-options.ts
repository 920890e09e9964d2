import { collect, positiveNumber, positiveSeconds, seedList } from './argument-parsers.js'
import { choice, flag, mandatoryText, type OptionsOf, text, value } from './command-spec.js'

// The options of each command of `cotwin campaign`, and the type of what its handler gets.

const quiet = flag('--quiet', 'print nothing but errors')
const mixed = flag('--mixed', 'work with another major version of Node than it was planned with, too')

/** What every command that plans takes. */
const planning = {
  out: text('--out <directory>', "the suite's directory (default: benches/<name>, with -quick for --quick)"),
  quick: flag('--quick', "with what the suite's quick section changes"),
  set: value('--set <path=value>', 'change a key of every scenario; can be given again', collect),
  seeds: value('--seeds <n|list>', "in place of the suite's: how many, or a list such as 1,5,9", seedList),
  decisionLimit: value(
    '--decision-limit <seconds>',
    'fail cells whose scheduler takes longer to decide',
    positiveSeconds,
  ),
  workers: value('--workers <n>', 'threads of each worker (default: 1)', positiveNumber),
  tasks: value('--tasks <n>', 'how many tasks, at most 1000', positiveNumber),
  estimate: flag('--estimate', 'run a few rounds of each kind of cell first, to know how long they take'),
  minutes: value('--minutes <n>', 'as many tasks as take about so long each (default: 10)', positiveNumber),
}

export type PlanningArguments = OptionsOf<typeof planning>

export const planOptions = { ...planning, json: flag('--json', 'print the plan as JSON'), quiet }

export type PlanArguments = OptionsOf<typeof planOptions>

export const workOptions = {
  task: value('--task <n>', 'number of the task (default: the variable COTWIN_TASK)', positiveNumber),
  plan: text(
    '--plan <id>',
    'by this plan of the directory, where it was planned anew since; default the last',
  ),
  workers: value('--workers <n>', 'threads (default: as planned)', positiveNumber),
  mixed,
  json: flag('--json', 'print what was done as JSON'),
  quiet,
}

export type WorkArguments = OptionsOf<typeof workOptions>

export const statusOptions = {
  follow: flag('--follow', 'go on until all cells are finished'),
  json: flag('--json', 'print it as JSON; with --follow a line each time that it changes'),
}

export type StatusArguments = OptionsOf<typeof statusOptions>

export const collectOptions = {
  csv: flag('--csv', 'write the tables of all rounds as CSV, too: results.csv, learning.csv'),
  column: value('--column <head>', 'keep this column in LaTeX; can be given again, in order', collect),
  results: text('--results <file>', 'write the claims of the suite and their verdicts as Markdown'),
  json: flag('--json', 'print the comparisons as JSON'),
  quiet: flag('--quiet', 'print nothing but errors, and the comparisons with --json'),
}

export type CollectArguments = OptionsOf<typeof collectOptions>

export const slurmOptions = {
  ...planning,
  time: mandatoryText('--time <limit>', 'time limit of a task, as sbatch takes it: 1:00:00'),
  partition: text('--partition <name>', 'the partition'),
  throttle: value('--throttle <n>', 'tasks that run at once, at most', positiveNumber),
  sbatch: value('--sbatch <words>', "more words for sbatch, such as '--account=x --mem=2G'", collect),
  warnSeconds: value(
    '--warn-seconds <n>',
    'how long before its limit a task is told to stop (default: 90)',
    positiveNumber,
  ),
  dryRun: flag('--dry-run', 'write the scripts and print the commands; submit nothing'),
  json: flag('--json', 'print the numbers of the jobs as JSON'),
  quiet,
}

export type SlurmArguments = OptionsOf<typeof slurmOptions>

/** What every command that talks to Redis takes. */
const redis = {
  redis: text(
    '--redis <address>',
    'redis://host:port, by TLS rediss://host:port (default: the variable COTWIN_REDIS); the password from COTWIN_REDIS_PASSWORD',
  ),
  redisCa: text('--redis-ca <file>', 'certificate of the authority of its own that Redis has'),
  insecure: flag('--insecure', 'connect to another machine without TLS or password, too'),
}

export type RedisArguments = OptionsOf<typeof redis>

export const queueOptions = {
  ...planning,
  ...redis,
  results: choice(
    '--results <where>',
    'cells are kept in the directory, which all machines share, or go through Redis',
    ['directory', 'redis'],
  ),
  detach: flag('--detach', 'do not wait until all cells are finished'),
  json: flag('--json', 'print how far it is as JSON, a line each time that it changes'),
  quiet,
}

export type QueueArguments = OptionsOf<typeof queueOptions>

export const workerOptions = {
  ...redis,
  out: text('--out <directory>', "the campaign's directory as it is called on this machine"),
  cache: text(
    '--cache <directory>',
    'where campaigns without a shared directory lie (default: ~/.cache/cotwin)',
  ),
  workers: value('--workers <n>', 'threads (default: as many as processors)', positiveNumber),
  lockSeconds: value(
    '--lock-seconds <n>',
    'for how long a worker may be silent before others run its cells (default: 60)',
    positiveNumber,
  ),
  wait: flag('--wait', 'wait for more when nothing is left'),
  mixed,
  json: flag('--json', 'print what was done as JSON'),
  quiet,
}

export type WorkerArguments = OptionsOf<typeof workerOptions>

export const cancelOptions = { ...redis, json: flag('--json', 'print what was cancelled as JSON') }

export type CancelArguments = OptionsOf<typeof cancelOptions>
