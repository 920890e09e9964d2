import { dirname, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import { hashOfFiles } from './files/hash.js'
import type { Manifest } from './results/manifest.js'
import type { LoadedScenario } from './scenario/load.js'
import { namedFiles } from './scenario/named-files.js'

/** What a run is made from: scenario files, plugins, and the data that they name; as seen from where the process runs. */
export function sourcesOf({ scenario, registry, file, sources }: LoadedScenario): Manifest['sources'] {
  const data = namedFiles(scenario, registry).map((name) => resolve(dirname(file), name))
  const all = [
    ...sources,
    ...data.map((path) => ({ role: 'data' as const, path, sha256: hashOfFiles(path) })),
  ]
  return all.map(({ role, path, sha256 }) => ({ role, path: relative('.', path), sha256 }))
}

/** What `scenario.yaml` says in a directory: the scenario with every default filled in, its files as seen from there. */
export const scenarioIn = (loaded: LoadedScenario, directory: string): string =>
  stringify(loaded.seenFrom(resolve(directory)))
