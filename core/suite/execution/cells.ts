import { stringify } from 'yaml'
import { hashOf } from '../../files/hash.js'
import { fingerprintOf, ownPrograms, type Programs } from '../../results/fingerprint.js'
import type { LoadedScenario } from '../../scenario/load.js'
import type { Scenario } from '../../scenario/scenario.js'
import type { Suite } from '../definition/load.js'
import { addressOf, hashedInputs, hashIfReadable, soloScenario } from './address.js'
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
  /** Hash of the files that it is computed from. */
  readonly inputs: string
  readonly programs: Programs
  /** Index of its setting in the suite. */
  readonly setting: number
  readonly seed: number
  readonly scheduler: string
  readonly plugin: string
  readonly rounds: number
  /** Wall-clock time that a decision may take, s. */
  readonly decisionLimitSeconds: number | null
  /** Its scenario, resolved, as YAML; relative paths in it start at `file`. */
  readonly scenario: string
  readonly file: string
  /** What its weights come from. */
  readonly training?: Training
}

/** The cells of a suite, seed by seed, so that the first seed of everything is there early. */
export function cellsOf(suite: Suite, trainings: readonly Training[] = []): Cell[] {
  const hash = remembering(hashIfReadable)
  return suite.seeds.flatMap((seed) =>
    suite.settings.flatMap(({ loaded, schedulers, baseline }, setting) =>
      schedulers.map((scheduler): Cell => {
        const learns = scheduler.label === baseline
        const scenario = soloScenario(loaded.scenario, scheduler.label, seed, learns)
        const training = trainings.find(({ users }) =>
          users.some((user) => user.setting === setting && user.scheduler === scheduler.label),
        )
        // The address goes by the training, which is the same wherever its weights lie.
        const written = training ? withWeights(scenario, training.weights) : scenario
        const inputs = hashedInputs(loaded, written, { except: training?.weights, hash })
        return {
          address: addressOf(scenario, { ...inputs, trained: training?.address }),
          inputs: hashOf(inputs),
          programs: ownPrograms(),
          setting,
          seed,
          scheduler: scheduler.label,
          plugin: scheduler.plugin,
          rounds: scenario.rounds,
          decisionLimitSeconds: scenario.decisionLimitSeconds,
          scenario: stringify(written),
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

const withWeights = (scenario: Scenario, weights: string): Scenario => ({
  ...scenario,
  schedulers: scenario.schedulers.map((scheduler) => ({
    ...scheduler,
    options: { ...scheduler.options, weights },
  })),
})

/** Whether what a cell was asked for with is what its worker found and computed with; it may have been edited since. */
export const isUnchanged = ({ inputs, programs, training }: Cell, loaded: LoadedScenario): boolean =>
  hashOf(hashedInputs(loaded, loaded.scenario, { except: training?.weights })) === inputs &&
  fingerprintOf(programs.root) === programs.fingerprint

/** The function, asked once for each path. */
function remembering<T>(of: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>()
  return (path) => {
    if (!known.has(path)) known.set(path, of(path))
    return known.get(path)!
  }
}
