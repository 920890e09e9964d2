import { addCampaign } from './campaign-program.js'
import { type AddCommand, command } from './command-spec.js'
import {
  benchOptions,
  calibrateOptions,
  checkPluginOptions,
  doctorOptions,
  evaluateOptions,
  keysOptions,
  newPluginOptions,
  pluginsOptions,
  reportOptions,
  resumeOptions,
  runOptions,
  schemaOptions,
  serveEnvOptions,
  trainOptions,
  validateOptions,
} from './options.js'

// What a command does is loaded when it is called.

const run = command({
  usage: 'run <scenario>',
  description: 'Run a scenario and write its results and report.',
  options: runOptions,
  examples: [
    'cotwin run scenarios/quickstart.yaml',
    'cotwin run scenarios/quickstart.yaml --set network.clients.count=32 --seed 7',
  ],
  remarks: [
    'Ctrl-C finishes the round in hand, writes what there is and exits with 130;',
    'a second one ends at once. cotwin resume goes on with a run that did not finish.',
  ],
  run: async (path, options) => (await import('./commands/run.js')).runCommand(path, options),
})

const resume = command({
  usage: 'resume <directory>',
  description: 'Go on with a run or training that was killed, interrupted or failed.',
  options: resumeOptions,
  examples: ['cotwin resume runs/quickstart-20260102-030405-1a2b3c4d'],
  remarks: [
    'It goes on from the last checkpoint, or from the start where none was taken yet,',
    'and ends with the tables of a run that was never stopped.',
  ],
  run: async (run, options) => (await import('./commands/resume.js')).resumeCommand(run, options),
})

const bench = command({
  usage: 'bench <suite>',
  description: 'Run a suite: schedulers × scenarios × seeds, with statistics and figures.',
  options: benchOptions,
  examples: [
    'cotwin bench bench/suites/paper.yaml --quick',
    'cotwin bench my-suite.yaml --shard 1/4 --out shard-1 --no-report',
    'cotwin bench my-suite.yaml --merge shard-1 shard-2 shard-3 shard-4',
  ],
  remarks: [
    'A cell (a scheduler on a setting with a seed) that is finished is not run again:',
    'after Ctrl-C, a crash or a change the same command goes on. Ctrl-C finishes the',
    'cells in hand; a second one ends at once. Use --workers 1 where decision times',
    'matter.',
  ],
  run: async (path, options) => (await import('./commands/bench.js')).benchCommand(path, options),
})

const train = command({
  usage: 'train [scenario]',
  description: 'Train the schedulers of a scenario that learn, in the twin.',
  options: trainOptions,
  examples: [
    'cotwin train scenarios/paper-d3qn.yaml --scheduler d3qn',
    'cotwin train --resume trainings/paper-d3qn-20260102-030405-1a2b3c4d',
  ],
  remarks: [
    'The best weights by validation are kept as <label>.safetensors, for the option',
    'weights of the scheduler. Ctrl-C keeps the best so far and exits with 130.',
  ],
  run: async (path, options) => (await import('./commands/train.js')).trainCommand(path, options),
})

const evaluate = command({
  usage: 'evaluate <instance> [assignment]',
  description: 'Cost of one assignment on one explicit instance (JSON).',
  options: evaluateOptions,
  examples: [
    'cotwin evaluate instance.json assignment.json',
    "cotwin evaluate i.json --scheduler greedy --options '{utility: sum-rate}'",
    'cotwin evaluate i.json a.json --allocate fdma-minimum-energy --deadline 0.2',
    'generate-instance | cotwin evaluate - assignment.json',
  ],
  remarks: [
    'Of a client that sits out, every figure is null. JSON has no infinity: null also',
    'stands for a transfer that never ends, and for the sums it is in. Clients that',
    'share a slot (C5) are evaluated with the interference they cause; they are told',
    'on standard error and listed under "violations".',
  ],
  run: async (instance, assignment, options) =>
    (await import('./commands/evaluate.js')).evaluateCommand(instance, assignment, options),
})

const validate = command({
  usage: 'validate <file>',
  description: 'Tell everything that is wrong with a scenario, a suite or an instance.',
  options: validateOptions,
  examples: [
    'cotwin validate my-scenario.yaml',
    'cotwin validate my-suite.yaml',
    'cotwin validate instance.json',
  ],
  run: async (path, options) => (await import('./commands/validate.js')).validateCommand(path, options),
})

const calibrate = command({
  usage: 'calibrate <scenario>',
  description: 'Hold the networks of a scenario to published distributions of coupling loss, SIR and SINR.',
  options: calibrateOptions,
  examples: ['cotwin calibrate scenarios/umi-calibration.yaml --within 0.6 --out umi'],
  run: async (path, options) => (await import('./commands/calibrate.js')).calibrateCommand(path, options),
})

const keys = command({
  usage: 'keys [prefix]',
  description: 'List the keys of a scenario with what they take, units and defaults.',
  options: keysOptions,
  examples: ['cotwin keys network.clients', 'cotwin keys learning.privacy'],
  run: async (prefix, options) => (await import('./commands/keys.js')).keysCommand(prefix, options),
})

const plugins = command({
  usage: 'plugins [kind|name]',
  description: 'List plugins by name; with a kind or name also options, defaults, units and tiers.',
  options: pluginsOptions,
  examples: ['cotwin plugins', 'cotwin plugins scheduler', 'cotwin plugins swap-matching'],
  run: async (wanted, options) => (await import('./commands/plugins.js')).pluginsCommand(wanted, options),
})

const checkPlugin = command({
  usage: 'check-plugin <file>',
  description: 'Check what a plugin of your own promises, by its kind.',
  options: checkPluginOptions,
  examples: ['cotwin check-plugin nearest.ts', "cotwin check-plugin nearest.ts --options '{order: index}'"],
  remarks: [
    'Checked are shapes, feasibility in generated networks of several sizes, that it',
    'decides the same again, that it leaves its view alone and reads no more than its',
    'tier, what it does when clients quit, and how long it takes. The exit code is 2',
    'where a promise is broken.',
  ],
  run: async (file, options) =>
    (await import('./commands/check-plugin.js')).checkPluginCommand(file, options),
})

const newPlugin = command({
  usage: 'new <kind> <name>',
  description: 'Write a working plugin with its test and a scenario that uses it.',
  options: newPluginOptions,
  examples: [
    'cotwin new scheduler nearest',
    'cotwin new fading two-state --directory my-channels',
    'cotwin new scheduler mine --python',
  ],
  remarks: ['Nothing that is there already is changed.'],
  run: async (kind, name, options) => (await import('./commands/new.js')).newCommand(kind, name, options),
})

const report = command({
  usage: 'report <run>',
  description: "Build a run's report again from its tables.",
  options: reportOptions,
  examples: [
    'cotwin report runs/quickstart-20260102-030405-1a2b3c4d',
    "cotwin report my-run --latex --column 'median cost' --column 'cost ratio'",
  ],
  run: async (run, options) => (await import('./commands/report.js')).reportCommand(run, options),
})

const schema = command({
  usage: 'schema [what]',
  description: 'Print the JSON Schema of scenarios, suites, instances or assignments, for editors.',
  options: schemaOptions,
  examples: ['cotwin schema > scenario.schema.json', 'cotwin schema suite > suite.schema.json'],
  run: async (what) => (await import('./commands/schema.js')).schemaCommand(what),
})

const serveEnv = command({
  usage: 'serve-env [scenario]',
  description: 'Serve a scenario as environments to a program that started this one, e.g. Python.',
  options: serveEnvOptions,
  examples: ['cotwin serve-env scenarios/quickstart.yaml --game joint --envs 8'],
  remarks: [
    'Binary frames go over standard input and output (core/bridge/README.md). It ends',
    'when its input does. The Python package cotwin starts it by itself.',
  ],
  run: async (scenario, options) =>
    (await import('./commands/serve-env.js')).serveEnvCommand(scenario, options),
})

const doctor = command({
  usage: 'doctor',
  description: 'Tell what this machine offers, and what tensors are computed with.',
  options: doctorOptions,
  examples: ['cotwin doctor'],
  run: async (options) => (await import('./commands/doctor.js')).doctorCommand(options),
})

/** Every command, in the order in which the help lists them. */
export const commands: readonly AddCommand[] = [
  run,
  resume,
  bench,
  addCampaign,
  train,
  evaluate,
  validate,
  calibrate,
  keys,
  plugins,
  checkPlugin,
  newPlugin,
  report,
  schema,
  serveEnv,
  doctor,
]
