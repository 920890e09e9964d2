import { basename, dirname, resolve } from 'node:path'
import { hashOf, hashOfFiles } from '../../files/hash.js'
import { fingerprint } from '../../results/fingerprint.js'
import { computedWith } from '../../scenario/computed-with.js'
import type { LoadedScenario } from '../../scenario/load.js'
import { renameFiles } from '../../scenario/named-files.js'
import type { Scenario } from '../../scenario/scenario.js'
import { tensorComputation } from '../../tensor/backend/chosen.js'

/** The scenario with one of its schedulers, and with what is learned for reference or without: that is the same beside every scheduler. */
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
    ...(typeof times === 'object' && { decisionTime: { seconds: onlyOf(label, times) } }),
  }
}

const onlyOf = (label: string, times: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(times).filter(([own]) => own === label))

/** How the scenarios of cells and trainings are written down. */
export interface WrittenCells {
  /** Puts other names of files and plugins into a scenario; the address stays as it is. */
  readonly place?: (scenario: Scenario, loaded: LoadedScenario) => Scenario
}

/** The hash of a file or folder; null where it cannot be read. */
export function hashIfReadable(path: string): string | null {
  try {
    return hashOfFiles(path)
  } catch {
    // The cell itself will say what is wrong with it.
    return null
  }
}

/** Keys of a scenario that change nothing of what is computed; plugins count by their contents. */
const NOT_COMPUTED: readonly string[] = [
  'name',
  'description',
  'report',
  'plugins',
  'checkpoint',
  'decisionLimitSeconds',
]

/** What an address is worked out with. */
interface AddressOptions {
  /** The scheduler's weights (an absolute path), which go by the training that they come from. */
  readonly trained?: { readonly weights: string; readonly address: string } | undefined
  /** Of a training, which is none of a cell with the same scenario. */
  readonly training?: boolean
  /** What it is computed with; default the programs of this process. */
  readonly programs?: string
  readonly hash?: (path: string) => string | null
}

/**
 * The address of what a part of a scenario computes: 24 hexadecimal digits of a hash.
 *
 * Files go by what is in them and by their last name, which may say what they are; where they lie changes nothing, so a
 * cell has one address on every machine that has the same versions of what schedulers compute with besides cotwin.
 */
export function addressOf(
  scenario: Scenario,
  { registry, sources, file }: Pick<LoadedScenario, 'registry' | 'sources' | 'file'>,
  { trained, training = false, programs = fingerprint(), hash = hashIfReadable }: AddressOptions = {},
): string {
  const placeless = renameFiles(scenario, registry, (name) => {
    const path = resolve(dirname(file), name)
    return path === trained?.weights ? `trained/${trained.address}` : `${hash(path)}/${basename(path)}`
  })
  const computed = Object.fromEntries(
    Object.entries(placeless).filter(([key]) => !NOT_COMPUTED.includes(key)),
  )
  const plugins = sources.filter(({ role }) => role === 'plugin').map(({ sha256 }) => sha256)
  const others = Object.values(computedWith({ scenario, registry, file }))
  const besides = others.length > 0 && { others }
  // Losses differ between backends and their kernels in their last digits.
  const tensor = (training || trained || scenario.learning) && { tensor: tensorComputation() }
  return hashOf({ computed, plugins, training, programs, ...besides, ...tensor }).slice(0, 24)
}
