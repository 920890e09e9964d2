import { type Command, Option } from 'commander'
import { collect, positiveNumber, positiveSeconds, seedList } from './argument-parsers.js'

/** Takes the exit code of the command that ran. */
type End = (exitCode: number) => void

/** `cotwin campaign`: the same suite on many machines. */
export function addCampaign(program: Command, end: End): void {
  const campaign = program
    .command('campaign')
    .description('Run a suite on many machines: a cluster, or anything that can start a command.')
    .helpOption('--help', 'show this help, or that of a command')
    .helpCommand('help [command]', 'Show the help of a command.')
    .addHelpText(
      'after',
      `
A suite is planned once, as numbered tasks in its directory. Whatever can start
a command on machines that share that directory does them, in any order but for
trainings, which come first; each goes on where it was stopped.

Example:
  $ cotwin campaign plan my-suite.yaml --out my-campaign --tasks 100
  $ parallel cotwin campaign work my-campaign --task {} ::: $(seq 100)
  $ cotwin campaign status my-campaign
  $ cotwin campaign collect my-campaign
`,
    )
  for (const add of [addPlan, addWork, addStatus, addCollect, addSlurm, addQueue, addWorker, addCancel])
    add(campaign, end)
}

/** What every command that plans takes. */
const planningCommand = (parent: Command, usage: string, description: string): Command =>
  command(parent, usage, description)
    .option('--out <directory>', "the suite's directory (default: benches/<name>, with -quick for --quick)")
    .option('--quick', "with what the suite's quick section changes")
    .option('--set <path=value>', 'change a key of every scenario; can be given again', collect)
    .option('--seeds <n|list>', "in place of the suite's: how many, or a list such as 1,5,9", seedList)
    .option(
      '--decision-limit <seconds>',
      'fail cells whose scheduler takes longer to decide',
      positiveSeconds,
    )
    .option('--workers <n>', 'threads of each worker (default: 1)', positiveNumber)
    .option('--tasks <n>', 'how many tasks, at most 1000', positiveNumber)
    .option('--estimate', 'run a few rounds of each kind of cell first, to know how long they take')
    .option('--minutes <n>', 'as many tasks as take about so long each (default: 10)', positiveNumber)

function addPlan(parent: Command, end: End): void {
  planningCommand(parent, 'plan <suite>', 'Write down what of a suite is to be done, as numbered tasks.')
    .option('--json', 'print the plan as JSON')
    .option('--quiet', 'print nothing but errors')
    .action(async (path, options) =>
      end(await (await import('./commands/campaign.js')).planCommand(path, options)),
    )
}

function addWork(parent: Command, end: End): void {
  command(parent, 'work <directory>', 'Do one task of a campaign.')
    .option('--task <n>', 'number of the task (default: the variable COTWIN_TASK)', positiveNumber)
    .option('--plan <id>', 'by this plan of the directory, where it was planned anew since; default the last')
    .option('--workers <n>', 'threads (default: as planned)', positiveNumber)
    .option('--mixed', 'work with another major version of Node than it was planned with, too')
    .option('--json', 'print what was done as JSON')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `
The exit code says what to do next: 0 all is done; 75 it was stopped (Ctrl-C or
SIGTERM) and goes on when it is started again; 1 try again, here or elsewhere;
2 there is something to put right first. A first signal finishes the round in
hand of each cell and keeps checkpoints, a second one ends at once.
`,
    )
    .action(async (directory, options) =>
      end(await (await import('./commands/campaign.js')).workCommand(directory, options)),
    )
}

function addStatus(parent: Command, end: End): void {
  command(parent, 'status <directory>', 'Tell how far a campaign is, where it runs, and what failed.')
    .option('--follow', 'go on until all cells are finished')
    .option('--json', 'print it as JSON; with --follow a line each time that it changes')
    .action(async (directory, options) =>
      end(await (await import('./commands/campaign.js')).statusCommand(directory, options)),
    )
}

function addCollect(parent: Command, end: End): void {
  command(parent, 'collect <directory>', 'Write the report of what is finished, and run nothing.')
    .option('--csv', 'write the tables of all rounds as CSV, too: results.csv, learning.csv')
    .option('--column <head>', 'keep this column in LaTeX; can be given again, in order', collect)
    .option('--results <file>', 'write the claims of the suite and their verdicts as Markdown')
    .option('--json', 'print the comparisons as JSON')
    .option('--quiet', 'print nothing but errors, and the comparisons with --json')
    .action(async (directory, options) =>
      end(await (await import('./commands/campaign.js')).collectCommand(directory, options)),
    )
}

function addSlurm(parent: Command, end: End): void {
  planningCommand(parent, 'slurm <suite>', 'Plan a suite, and submit its tasks to Slurm.')
    .requiredOption('--time <limit>', 'time limit of a task, as sbatch takes it: 1:00:00')
    .option('--partition <name>', 'the partition')
    .option('--throttle <n>', 'tasks that run at once, at most', positiveNumber)
    .option('--sbatch <words>', "more words for sbatch, such as '--account=x --mem=2G'", collect)
    .option(
      '--warn-seconds <n>',
      'how long before its limit a task is told to stop (default: 90)',
      positiveNumber,
    )
    .option('--dry-run', 'write the scripts and print the commands; submit nothing')
    .option('--json', 'print the numbers of the jobs as JSON')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `
Trainings are an array that runs first, cells an array of tasks, and the report
a job that waits for both. A task that comes to its time limit stops with
checkpoints and is begun again, and so is one that was killed. The directory has
to be on a disk that all nodes share, with cotwin and Node where they are here.

Example:
  $ cotwin campaign slurm my-suite.yaml --time 1:00:00 --partition short
`,
    )
    .action(async (path, options) =>
      end(await (await import('./commands/campaign-slurm.js')).slurmCommand(path, options)),
    )
}

/** What every command that talks to Redis takes. */
const withRedis = (added: Command): Command =>
  added
    .option(
      '--redis <address>',
      'redis://host:port, by TLS rediss://host:port (default: the variable COTWIN_REDIS); the password from COTWIN_REDIS_PASSWORD',
    )
    .option('--redis-ca <file>', 'certificate of the authority of its own that Redis has')
    .option('--insecure', 'connect to another machine without TLS or password, too')

function addQueue(parent: Command, end: End): void {
  withRedis(
    planningCommand(parent, 'queue <suite>', 'Plan a suite, and give its cells to workers behind Redis.'),
  )
    .addOption(
      new Option(
        '--results <where>',
        'cells are kept in the directory, which all machines share, or go through Redis',
      )
        .choices(['directory', 'redis'])
        .default('directory'),
    )
    .option('--detach', 'do not wait until all cells are finished')
    .option('--json', 'print how far it is as JSON, a line each time that it changes')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `
It collects what workers finish until all is done. Ctrl-C detaches: workers go
on, and the same command follows them again. Needs npm install bullmq ioredis.

Example:
  $ cotwin campaign queue my-suite.yaml --redis redis://127.0.0.1
  $ cotwin campaign worker --redis redis://127.0.0.1
`,
    )
    .action(async (path, options) =>
      end(await (await import('./commands/campaign-queue.js')).queueCommand(path, options)),
    )
}

function addWorker(parent: Command, end: End): void {
  withRedis(command(parent, 'worker', 'Take cells of the campaigns behind Redis until none is left.'))
    .option('--out <directory>', "the campaign's directory as it is called on this machine")
    .option(
      '--cache <directory>',
      'where campaigns without a shared directory lie (default: ~/.cache/cotwin)',
    )
    .option('--workers <n>', 'threads (default: as many as processors)', positiveNumber)
    .option(
      '--lock-seconds <n>',
      'for how long a worker may be silent before others run its cells (default: 60)',
      positiveNumber,
    )
    .option('--wait', 'wait for more when nothing is left')
    .option('--mixed', 'work with another major version of Node than it was planned with, too')
    .option('--json', 'print what was done as JSON')
    .option('--quiet', 'print nothing but errors')
    .action(async (options) =>
      end(await (await import('./commands/campaign-queue.js')).workerCommand(options)),
    )
}

function addCancel(parent: Command, end: End): void {
  withRedis(
    command(parent, 'cancel <directory>', 'End what of a campaign waits or runs; what is finished is kept.'),
  )
    .option('--json', 'print what was cancelled as JSON')
    .action(async (directory, options) =>
      end(
        options.redis === undefined
          ? (await import('./commands/campaign-slurm.js')).cancelCommand(directory, options)
          : await (await import('./commands/campaign-queue.js')).cancelQueueCommand(directory, options),
      ),
    )
}

const command = (parent: Command, usage: string, description: string): Command =>
  parent.command(usage).description(description).helpOption('--help', 'show this help')
