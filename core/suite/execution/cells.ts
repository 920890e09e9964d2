import { stringify } from 'yaml'
import { fingerprintOf, ownPrograms, type Programs } from '../../results/fingerprint.js'
import type { LoadedScenario } from '../../scenario/load.js'
import type { Scenario } from '../../scenario/scenario.js'
import type { Suite } from '../definition/load.js'
import { addressOf, hashIfReadable, soloScenario, type WrittenCells } from './address.js'
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
  readonly programs: Programs
  /** Index of its setting in the suite. */
  readonly setting: number
  readonly seed: number
  readonly scheduler: string
  readonly plugin: string
  readonly rounds: number
  readonly clients: number
  /** Wall-clock time that a decision may take, s. */
  readonly decisionLimitSeconds: number | null
  /** Its scenario, resolved, as YAML; relative paths in it start at `file`. */
  readonly scenario: string
  readonly file: string
  /** What its weights come from. */
  readonly training?: Training
}

/** The cells of a suite, seed by seed, so that the first seed of everything is there early. */
export function cellsOf(
  suite: Suite,
  trainings: readonly Training[] = [],
  { place = (scenario) => scenario }: WrittenCells = {},
): Cell[] {
  const hash = remembering(hashIfReadable)
  const programs = ownPrograms()
  const kinds = suite.settings.map(({ loaded, schedulers, referenceBeside }, setting) =>
    schedulers.map((scheduler) => {
      const withReference = scheduler.label === referenceBeside
      const training = trainings.find(({ users }) =>
        users.some((user) => user.setting === setting && user.scheduler === scheduler.label),
      )
      const alone = soloScenario(loaded.scenario, scheduler.label, 0, withReference)
      const scenario = training ? withWeights(alone, training.weights) : alone
      // Those of one kind differ in their seed, so all else is written once.
      const { seed: _, ...others } = place(scenario, loaded)
      const text = stringify(others)
      return (seed: number): Cell => ({
        address: addressOf({ ...scenario, seed }, loaded, { trained: training, hash }),
        programs,
        setting,
        seed,
        scheduler: scheduler.label,
        plugin: scheduler.plugin,
        rounds: scenario.rounds,
        clients: scenario.network.clients.count,
        decisionLimitSeconds: scenario.decisionLimitSeconds,
        scenario: `seed: ${seed}\n${text}`,
        ...(training && { training }),
        file: loaded.file,
      })
    }),
  )
  return suite.seeds.flatMap((seed) => kinds.flatMap((kind) => kind.map((cell) => cell(seed))))
}

const withWeights = (scenario: Scenario, weights: string): Scenario => ({
  ...scenario,
  schedulers: scenario.schedulers.map((scheduler) => ({
    ...scheduler,
    options: { ...scheduler.options, weights },
  })),
})

/** Whether what a cell was asked for with is what its worker found and computed with; it may have been edited since. */
export const isUnchanged = ({ address, programs, training }: Cell, loaded: LoadedScenario): boolean =>
  addressOf(loaded.scenario, loaded, { trained: training, programs: programs.fingerprint }) === address &&
  fingerprintOf(programs.root) === programs.fingerprint

/** The function, asked once for each path. */
function remembering<T>(of: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>()
  return (path) => {
    if (!known.has(path)) known.set(path, of(path))
    return known.get(path)!
  }
}
