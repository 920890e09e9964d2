import {
  cancelOptions,
  collectOptions,
  planOptions,
  queueOptions,
  slurmOptions,
  statusOptions,
  workerOptions,
  workOptions,
} from './campaign-options.js'
import { type AddCommand, command } from './command-spec.js'

const plan = command({
  usage: 'plan <suite>',
  description: 'Write down what of a suite is to be done, as numbered tasks.',
  options: planOptions,
  run: async (path, options) => (await import('./commands/campaign.js')).planCommand(path, options),
})

const work = command({
  usage: 'work <directory>',
  description: 'Do one task of a campaign.',
  options: workOptions,
  remarks: [
    'The exit code says what to do next: 0 all is done; 75 it was stopped (Ctrl-C or',
    'SIGTERM) and goes on when it is started again; 1 try again, here or elsewhere;',
    '2 there is something to put right first. A first signal finishes the round in',
    'hand of each cell and keeps checkpoints, a second one ends at once.',
  ],
  run: async (directory, options) => (await import('./commands/campaign.js')).workCommand(directory, options),
})

const status = command({
  usage: 'status <directory>',
  description: 'Tell how far a campaign is, where it runs, and what failed.',
  options: statusOptions,
  run: async (directory, options) =>
    (await import('./commands/campaign.js')).statusCommand(directory, options),
})

const collectReport = command({
  usage: 'collect <directory>',
  description: 'Write the report of what is finished, and run nothing.',
  options: collectOptions,
  run: async (directory, options) =>
    (await import('./commands/campaign.js')).collectCommand(directory, options),
})

const slurm = command({
  usage: 'slurm <suite>',
  description: 'Plan a suite, and submit its tasks to Slurm.',
  options: slurmOptions,
  remarks: [
    'Trainings are an array that runs first, cells an array of tasks, and the report',
    'a job that waits for both. A task that comes to its time limit stops with',
    'checkpoints and is begun again, and so is one that was killed. The directory has',
    'to be on a disk that all nodes share, with cotwin and Node where they are here.',
  ],
  examples: ['cotwin campaign slurm my-suite.yaml --time 1:00:00 --partition short'],
  run: async (path, options) => (await import('./commands/campaign-slurm.js')).slurmCommand(path, options),
})

const queue = command({
  usage: 'queue <suite>',
  description: 'Plan a suite, and give its cells to workers behind Redis.',
  options: queueOptions,
  remarks: [
    'It collects what workers finish until all is done. Ctrl-C detaches: workers go',
    'on, and the same command follows them again. Needs npm install bullmq ioredis.',
  ],
  examples: [
    'cotwin campaign queue my-suite.yaml --redis redis://127.0.0.1',
    'cotwin campaign worker --redis redis://127.0.0.1',
  ],
  run: async (path, options) => (await import('./commands/campaign-queue.js')).queueCommand(path, options),
})

const worker = command({
  usage: 'worker',
  description: 'Take cells of the campaigns behind Redis until none is left.',
  options: workerOptions,
  run: async (options) => (await import('./commands/campaign-queue.js')).workerCommand(options),
})

const cancel = command({
  usage: 'cancel <directory>',
  description: 'End what of a campaign waits or runs; what is finished is kept.',
  options: cancelOptions,
  run: async (directory, options) =>
    options.redis === undefined
      ? (await import('./commands/campaign-slurm.js')).cancelCommand(directory, options)
      : (await import('./commands/campaign-queue.js')).cancelQueueCommand(directory, options),
})

/** `cotwin campaign`: the same suite on many machines. */
export const addCampaign: AddCommand = (program, end) => {
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
  for (const add of [plan, work, status, collectReport, slurm, queue, worker, cancel]) add(campaign, end)
}
