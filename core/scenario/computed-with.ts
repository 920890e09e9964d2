import { dirname, resolve } from 'node:path'
import type { LoadedScenario } from './load.js'

/** Versions, by name, of what each scheduler computes with besides cotwin; by label, those that say so. */
export type ComputedWith = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What the schedulers of a scenario compute with besides cotwin, as it is found here. */
export function computedWith({
  scenario,
  registry,
  file,
}: Pick<LoadedScenario, 'scenario' | 'registry' | 'file'>): ComputedWith {
  return Object.fromEntries(
    scenario.schedulers.flatMap(({ label, plugin, options }) => {
      const versions = registry
        .get('scheduler', plugin)
        .computedWith?.(options, (path) => resolve(dirname(file), path))
      return versions && Object.keys(versions).length > 0 ? [[label, versions]] : []
    }),
  )
}
