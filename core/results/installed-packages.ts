import { buildRecord, type Package, packageFolder, packageIn, programsRoot } from '../packages.js'

/**
 * The packages of these names and all that they depend on, as they were built in or else are installed:
 * `name@version`, in order.
 *
 * Names of packages that are not installed are left out, and optional dependencies, which differ between machines.
 */
export function installedPackages(names: readonly string[], from = programsRoot): string[] {
  const found = new Map<string, Package>()
  const visit = (name: string, dependent: string): void => {
    const builtIn = builtInPackage(name)
    const folder = builtIn ? name : packageFolder(name, dependent)
    if (folder === undefined || found.has(folder)) return
    const own = builtIn ?? packageIn(folder)!
    found.set(folder, own)
    for (const dependency of Object.keys(own.dependencies ?? {})) visit(dependency, builtIn ? from : folder)
  }
  for (const name of names) visit(name, from)
  return [...new Set([...found.values()].map(({ name, version }) => `${name}@${version}`))].sort()
}

/** The version of a package that cotwin uses; undefined where it is not installed. */
export function installedVersion(name: string): string | undefined {
  const builtIn = builtInPackage(name)
  if (builtIn) return builtIn.version
  const folder = packageFolder(name, programsRoot)
  return folder === undefined ? undefined : packageIn(folder)?.version
}

let known: ReadonlyMap<string, Package> | undefined

function builtInPackage(name: string): Package | undefined {
  known ??= new Map((buildRecord(programsRoot)?.packages ?? []).map((each) => [each.name, each]))
  return known.get(name)
}
