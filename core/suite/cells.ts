import { dirname, resolve } from 'node:path'
import { stringify } from 'yaml'
import { hashOfFiles } from '../results/file-hash.js'
import { hashOf } from '../scenario/hash.js'
import type { LoadedScenario } from '../scenario/load.js'
import { namedFiles } from '../scenario/named-files.js'
import type { Scenario } from '../scenario/scenario.js'
import { fingerprint } from './fingerprint.js'
import type { Suite } from './load.js'
import type { Training } from './trainings.js'

/**
 * One scheduler on one setting with one seed: what is run, kept and never run again.
 *
 * A scheduler alone and not all of a scenario, since channels follow from (seed, round, client): pairs need not run
 * together, more cells keep more processors busy, and a scheduler that is added runs alone.
 */
export interface Cell {
  /** Hash of everything that its results follow from. */
  readonly address: string
  /** Index of its setting in the suite. */
  readonly setting: number
  readonly seed: number
  readonly scheduler: string
  readonly plugin: string
  readonly rounds: number
  /** Its scenario, resolved, as YAML; relative paths in it start at `file`. */
  readonly scenario: string
  readonly file: string
  /** What its weights come from. */
  readonly training?: Training
}

/** The cells of a suite, seed by seed, so that the first seed of everything is there early. */
export function cellsOf(suite: Suite, trainings: readonly Training[] = []): Cell[] {
  const inputs = suite.settings.map(({ loaded }) => hashedInputs(loaded))
  return suite.seeds.flatMap((seed) =>
    suite.settings.flatMap(({ loaded, schedulers, baseline }, setting) =>
      schedulers.map((scheduler): Cell => {
        const learns = scheduler.label === baseline
        const scenario = soloScenario(loaded.scenario, scheduler.label, seed, learns)
        const training = trainings.find(({ users }) =>
          users.some((user) => user.setting === setting && user.scheduler === scheduler.label),
        )
        return {
          address: addressOf(scenario, { ...inputs[setting], trained: training?.address }),
          setting,
          seed,
          scheduler: scheduler.label,
          plugin: scheduler.plugin,
          rounds: scenario.rounds,
          // The address goes by the training, which is the same wherever its weights lie.
          scenario: stringify(training ? withWeights(scenario, training.weights) : scenario),
          ...(training && { training }),
          file: loaded.file,
        }
      }),
    ),
  )
}

/** The share `index` of `count`, from 1: every so many-th cell, so that shares are alike. */
export const shardOf = (cells: readonly Cell[], index: number, count: number): Cell[] =>
  cells.filter((_, i) => i % count === index - 1)

/** The scenario with one of its schedulers; what is learned for reference is learned beside the baseline only. */
export function soloScenario(
  scenario: Scenario,
  label: string,
  seed: number,
  withReference: boolean,
): Scenario {
  const { decisionTime, learning } = scenario
  const times = typeof decisionTime === 'object' ? decisionTime.seconds : undefined
  return {
    ...scenario,
    seed,
    schedulers: scenario.schedulers.filter((scheduler) => scheduler.label === label),
    report: { ...scenario.report, baseline: label },
    ...(learning && !withReference && { learning: { ...learning, reference: null } }),
    ...(typeof times === 'object' && { decisionTime: { seconds: { [label]: times[label] } } }),
  }
}

const withWeights = (scenario: Scenario, weights: string): Scenario => ({
  ...scenario,
  schedulers: scenario.schedulers.map((scheduler) => ({
    ...scheduler,
    options: { ...scheduler.options, weights },
  })),
})

/** Hashes of the files, and folders of files, that a scenario's results follow from. */
export function hashedInputs({ scenario, registry, sources, file }: LoadedScenario): object {
  const data = namedFiles(scenario, registry).map((name) => [
    name,
    hashIfReadable(resolve(dirname(file), name)),
  ])
  const plugins = sources.filter(({ role }) => role === 'plugin').map(({ sha256 }) => sha256)
  return { data, plugins }
}

function hashIfReadable(path: string): string | null {
  try {
    return hashOfFiles(path)
  } catch {
    // The cell itself will say what is wrong with it.
    return null
  }
}

/** Keys of a scenario that change nothing of what is computed; plugins count by their contents. */
const NOT_COMPUTED: readonly string[] = ['name', 'description', 'report', 'plugins', 'checkpoint']

/** The address of what a scenario computes from these inputs: 24 hexadecimal digits of a hash. */
export function addressOf(scenario: Scenario, inputs: object): string {
  const computed = Object.fromEntries(Object.entries(scenario).filter(([key]) => !NOT_COMPUTED.includes(key)))
  return hashOf({ computed, inputs, fingerprint: fingerprint() }).slice(0, 24)
}
