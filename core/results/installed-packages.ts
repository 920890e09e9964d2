import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Package {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

const here = dirname(fileURLToPath(import.meta.url))

/**
 * The packages of these names and all that they depend on, as they are installed: `name@version`, in order.
 *
 * Names of packages that are not installed are left out, and optional dependencies, which differ between machines.
 */
export function installedPackages(names: readonly string[], from = here): string[] {
  const found = new Map<string, Package>()
  const visit = (name: string, dependent: string): void => {
    const folder = folderOf(name, dependent)
    if (folder === undefined || found.has(folder)) return
    const own = packageIn(folder)!
    found.set(folder, own)
    for (const dependency of Object.keys(own.dependencies ?? {})) visit(dependency, folder)
  }
  for (const name of names) visit(name, from)
  return [...new Set([...found.values()].map(({ name, version }) => `${name}@${version}`))].sort()
}

/** The version of a package that cotwin depends on; undefined where it is not installed. */
export function installedVersion(name: string): string | undefined {
  const folder = folderOf(name, here)
  return folder === undefined ? undefined : packageIn(folder)?.version
}

/** The folder of a package as Node finds it from another. */
function folderOf(name: string, from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (packageIn(folder)) return realpathSync(folder)
    if (at === dirname(at)) return undefined
  }
}

/** Read from the file, for not every package lets its package.json be imported. */
function packageIn(folder: string): Package | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
  } catch {
    // None, or none in this folder.
    return undefined
  }
}
