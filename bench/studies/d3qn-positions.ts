// Trains the literal d3qn and the best static assignment in the three position modes and without fading, and measures both
// on the rounds of a run: tsx bench/studies/d3qn-positions.ts DIRECTORY [MODE …] [-- path=value …]
// Modes that the directory has results of are not measured again.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openRun } from '../../core/results/read-run.js'
import { run } from '../../core/run.js'
import { train } from '../../core/train.js'
import { builtInPlugins } from '../../plugins/index.js'

const scenario = 'scenarios/paper-d3qn.yaml'

const modes: Readonly<Record<string, readonly string[]>> = {
  'per-round': ['network.clients.positions=per-round'],
  'per-episode': ['network.clients.positions=per-episode'],
  fixed: ['network.clients.positions=fixed'],
  'fixed, no fading': ['network.clients.positions=fixed', 'network.fading=none'],
}

interface Result {
  readonly mode: string
  readonly scheduler: string
  readonly geometricRatio: number
  readonly meanRatio: number
  /** Clients a round that shared a slot. */
  readonly violations: number
  readonly trainingSeconds: number | null
}

const [directory = 'trainings/d3qn-positions', ...rest] = process.argv.slice(2)
const split = rest.includes('--') ? rest.indexOf('--') : rest.length
const asked = rest.slice(0, split)
const overrides = rest.slice(split + 1)

mkdirSync(directory, { recursive: true })
const file = join(directory, 'results.json')
const results: Result[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
for (const mode of asked.length > 0 ? asked : Object.keys(modes)) {
  if (results.some((result) => result.mode === mode)) continue
  results.push(...(await study(mode)))
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
}
const text = `${heading()}\n\n${table(results)}`
writeFileSync(join(directory, 'results.md'), text)
console.log(text)

function heading(): string {
  const words = ['npx tsx bench/studies/d3qn-positions.ts DIRECTORY', ...asked.map((mode) => `'${mode}'`)]
  const set = overrides.length > 0 ? ['--', ...overrides.map((setting) => `'${setting}'`)] : []
  return `Made by \`${[...words, ...set].join(' ')}\`: seed 1, 300 rounds that were not trained on.`
}

async function study(mode: string): Promise<Result[]> {
  const settings = [...modes[mode]!, ...overrides]
  const folder = join(directory, mode.replace(/\W+/g, '-'))
  const out = join(folder, 'training')
  const { summary } = await train(scenario, {
    plugins: builtInPlugins,
    overrides: settings,
    schedulers: ['d3qn', 'static'],
    out,
    onStep: (label, { done, validation }) => {
      if (validation) console.error(mode, label, done.toFixed(2), validation.geometricRatio.toPrecision(4))
    },
  })
  const weights = (label: string) => resolve(out, `${label}.safetensors`)
  const played = await run(scenario, {
    plugins: builtInPlugins,
    overrides: [
      ...settings,
      `schedulers[1].options.weights=${weights('d3qn')}`,
      `schedulers[2].options.weights=${weights('d3qn')}`,
      `schedulers[3].options.weights=${weights('static')}`,
    ],
    out: freeFolder(join(folder, 'run')),
  })
  const rounds = await openRun(played.summary.runDirectory).readTable('rounds')
  const [labels, costs, shared] = [
    rounds.strings('scheduler'),
    rounds.numbers('cost'),
    rounds.numbers('violations'),
  ]
  const of = (values: ArrayLike<number>, label: string) =>
    labels.flatMap((each, i) => (each === label ? [values[i]!] : []))
  const reference = of(costs, 'swap matching')
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return ['d3qn', 'd3qn unrepaired', 'static'].map((scheduler) => {
    const own = of(costs, scheduler)
    return {
      mode,
      scheduler,
      geometricRatio: Math.exp(mean(own.map((cost, round) => Math.log(cost / reference[round]!)))),
      meanRatio: mean(own) / mean(reference),
      violations: mean(of(shared, scheduler)),
      trainingSeconds: summary.schedulers.find(({ label }) => label === scheduler)?.seconds ?? null,
    }
  })
}

function freeFolder(path: string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`
    if (!existsSync(candidate)) return candidate
  }
}

function table(rows: readonly Result[]): string {
  const lines = rows.map(
    ({ mode, scheduler, geometricRatio, meanRatio, violations, trainingSeconds }) =>
      `| ${mode} | ${scheduler} | ${geometricRatio.toPrecision(3)} | ${meanRatio.toPrecision(3)} | ${violations.toFixed(1)} | ${trainingSeconds === null ? '' : trainingSeconds.toFixed(0)} |`,
  )
  return [
    '| positions | scheduler | cost / swap matching, geometric mean | ratio of means | shared slots a round | training, s |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}
