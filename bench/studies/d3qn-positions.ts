// Trains the literal d3qn and the best static assignment in the three position modes, without fading and with fading that is
// averaged over a round, from several seeds one after the other, and measures both on the rounds of a run without budgets:
//   tsx bench/studies/d3qn-positions.ts DIRECTORY [--seeds 5] [--modes fixed --modes per-round] [--schedulers static]
//     [--set path=value …] [--write bench/studies/d3qn-positions.md]
// What the directory has results of is not measured again, and a training that was stopped is gone on with.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openRun } from '../../core/results/read-run.js'
import type { TrainingSummary } from '../../core/results/training-results.js'
import { run } from '../../core/run.js'
import { resumeTraining, type TrainOptions, train } from '../../core/train.js'
import { builtInPlugins } from '../../plugins/index.js'
import { type Result, studyPage } from './d3qn-positions-page.js'

const scenario = 'scenarios/paper-d3qn.yaml'

const modes: Readonly<Record<string, readonly string[]>> = {
  'per-round': ['network.clients.positions=per-round'],
  'per-episode': ['network.clients.positions=per-episode'],
  fixed: ['network.clients.positions=fixed'],
  'fixed, no fading': ['network.clients.positions=fixed', 'network.fading=none'],
}

/** Fading averaged over so many fades of a round, with what that takes from every gain (plugins/fading/averaged.ts). */
const averaged = (fades: number | null, decibels: number): readonly string[] => [
  `network.fading={ plugin: averaged, options: { fades: ${fades} } }`,
  `network.propagation={ plugin: log-distance, options: { interceptDb: ${35.3 + decibels} } }`,
]

/** Those that are studied where they are named. */
const furtherModes: Readonly<Record<string, readonly string[]>> = {
  'fixed, averaged': ['network.clients.positions=fixed', ...averaged(null, 2.51)],
  'fixed, 100 fades': ['network.clients.positions=fixed', ...averaged(100, 2.47)],
  'fixed, 10 fades': ['network.clients.positions=fixed', ...averaged(10, 2.17)],
  'fixed, 3 fades': ['network.clients.positions=fixed', ...averaged(3, 1.47)],
  'per-round, averaged': ['network.clients.positions=per-round', ...averaged(null, 2.51)],
}

const withoutBudgets = ['budgets.latencySeconds=null', 'budgets.energyJoules=null']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    modes: { type: 'string', multiple: true, default: Object.keys(modes) },
    schedulers: { type: 'string', multiple: true, default: ['d3qn', 'static'] },
    set: { type: 'string', multiple: true, default: [] },
    write: { type: 'string' },
  },
})
const directory = positionals[0] ?? 'trainings/d3qn-positions'
mkdirSync(directory, { recursive: true })
const file = join(directory, 'results.json')
const results: Result[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
const settings = values.set.join(' ')

// Seed by seed, so that what there is when time runs out is of all modes.
for (let seed = 1; seed <= Number(values.seeds); seed++)
  for (const mode of values.modes) {
    if (results.some((one) => one.mode === mode && one.seed === seed && one.settings === settings)) continue
    results.push(...(await study(mode, seed)))
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  }
const page = studyPage(results, Object.keys(modes))
if (values.write) writeFileSync(values.write, page)
console.log(page)

async function study(mode: string, seed: number): Promise<Result[]> {
  const network = modes[mode] ?? furtherModes[mode]
  if (!network) throw new RangeError(`there is no mode ${mode}`)
  const own = [...network, ...withoutBudgets, 'training.validateEvery=2', ...values.set]
  const folder = join(directory, `${mode} ${settings}`.trim().replace(/[^\w-]+/g, '-'), `${seed}`)
  const { summary, validations } = await trained(join(folder, 'training'), mode, own, seed)
  const studied = values.schedulers
  const weightsOf = (index: number, label: string) =>
    studied.includes(label)
      ? [`schedulers[${index}].options.weights=${resolve(folder, 'training', `${label}.safetensors`)}`]
      : []
  const out = join(folder, 'run')
  // A run takes seconds: one that was stopped is begun anew.
  rmSync(out, { recursive: true, force: true })
  const played = await run(scenario, {
    plugins: builtInPlugins,
    seed,
    overrides: [
      ...own,
      // Rounds are compared one by one, however many they take of any budget that was trained on.
      ...withoutBudgets,
      ...weightsOf(1, 'd3qn'),
      ...weightsOf(2, 'd3qn'),
      ...weightsOf(3, 'static'),
    ],
    out,
  })
  const rounds = await openRun(played.summary.runDirectory).readTable('rounds')
  const { scheduler: labels, cost: costs, violations: shared } = rounds.columns
  const of = (column: ArrayLike<number>, label: string) =>
    labels.flatMap((each, i) => (each === label ? [column[i]!] : []))
  const reference = of(costs, 'swap matching')
  const measured = studied.flatMap((label) => (label === 'd3qn' ? ['d3qn', 'd3qn unrepaired'] : [label]))
  return measured.map((scheduler) => {
    const cost = of(costs, scheduler)
    return {
      mode,
      settings,
      seed,
      scheduler,
      geometricRatio: Math.exp(meanOf(cost.map((each, round) => Math.log(each / reference[round]!)))),
      meanRatio: meanOf(cost) / meanOf(reference),
      violations: meanOf(of(shared, scheduler)),
      trainingSeconds: summary.schedulers.find(({ label }) => label === scheduler)?.seconds ?? null,
      validations: validations.get(scheduler) ?? [],
    }
  })
}

/** Trains both, or goes on where it was stopped; validations are cost ratios, geometric means, from before the training on. */
async function trained(
  out: string,
  mode: string,
  overrides: readonly string[],
  seed: number,
): Promise<{ summary: TrainingSummary; validations: Map<string, number[]> }> {
  const validations = new Map<string, number[]>()
  const options: TrainOptions = {
    plugins: builtInPlugins,
    onStep: (label, { done, validation }, { steps }) => {
      if (!validation) return
      validations.set(
        label,
        steps.flatMap((step) => step.validation?.geometricRatio ?? []),
      )
      console.error(mode, seed, label, done.toFixed(2), validation.geometricRatio.toPrecision(4))
    },
  }
  const { summary } = existsSync(join(out, 'training.json'))
    ? await resumeTraining(out, options)
    : await train(scenario, { ...options, overrides, seed, schedulers: values.schedulers, out })
  return { summary, validations }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
