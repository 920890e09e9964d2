import { dirname, resolve } from 'node:path'
import { hashOf, hashOfFiles } from '../../files/hash.js'
import { fingerprint } from '../../results/fingerprint.js'
import type { LoadedScenario } from '../../scenario/load.js'
import { namedFiles } from '../../scenario/named-files.js'
import type { Scenario } from '../../scenario/scenario.js'

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

/** Hashes of the files, and folders of files, that the results of a part of a scenario follow from, but for `except`. */
export function hashedInputs(
  { registry, sources, file }: LoadedScenario,
  scenario: Scenario,
  { except, hash = hashIfReadable }: HashOptions = {},
): object {
  const data = namedFiles(scenario, registry)
    .map((name) => [name, resolve(dirname(file), name)])
    .filter(([, path]) => path !== except)
    .map(([name, path]) => [name, hash(path)])
  const plugins = sources.filter(({ role }) => role === 'plugin').map(({ sha256 }) => sha256)
  return { data, plugins }
}

interface HashOptions {
  /** The absolute path of a file that goes by something else. */
  readonly except?: string | undefined
  readonly hash?: (path: string) => string | null
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

/** The address of what a scenario computes from these inputs: 24 hexadecimal digits of a hash. */
export function addressOf(scenario: Scenario, inputs: object): string {
  const computed = Object.fromEntries(Object.entries(scenario).filter(([key]) => !NOT_COMPUTED.includes(key)))
  return hashOf({ computed, inputs, fingerprint: fingerprint() }).slice(0, 24)
}
