import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, release } from 'node:os'
import { join } from 'node:path'

/** What a run was made with and on. */
export interface Provenance {
  readonly cotwin: string
  readonly node: string
  /** Operating system, its release and the processor architecture. */
  readonly platform: string
  readonly cpu: { readonly model: string; readonly count: number }
  /** Versions of the packages cotwin runs on, those that are installed. */
  readonly dependencies: Readonly<Record<string, string>>
}

const require = createRequire(import.meta.url)

interface Package {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Provenance of a run that starts now, in this process. */
export function provenance(): Provenance {
  const cotwin: Package = require('cotwin/package.json')
  const names = Object.keys({ ...cotwin.dependencies, ...cotwin.optionalDependencies }).sort()
  const versions = names.map((name) => [name, installedVersion(name)] as const)
  return {
    cotwin: cotwin.version,
    node: process.versions.node,
    platform: `${process.platform} ${release()} ${arch()}`,
    cpu: { model: cpus()[0]?.model.trim() ?? 'unknown', count: availableParallelism() },
    dependencies: Object.fromEntries(versions.filter(([, version]) => version !== undefined)) as Record<
      string,
      string
    >,
  }
}

/** Read from the file, for not every package lets its package.json be imported. */
function installedVersion(name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as Package).version
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}
