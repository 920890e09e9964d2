import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Packages whose code the build puts into cotwin's own files, so that nobody installs them; `npm run build` holds the
 * list to what is imported. Their licences are in `dist/THIRD-PARTY-NOTICES.txt`.
 */
export const builtInPackages: readonly string[] = [
  '@tensorflow/tfjs-layers',
  'cli-progress',
  'cli-table3',
  'commander',
  'csv-parse',
  'fast-png',
  'fastest-levenshtein',
  'fflate',
  'hyparquet',
  'hyparquet-writer',
  'jpeg-js',
  'picocolors',
  'vega',
  'vega-embed',
  'vega-lite',
]

/** What is read of a `package.json`. */
export interface Package {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** What a build says of itself, in `dist/build.json`. */
export interface BuildRecord {
  /** SHA-256 of the sources that figures of a run follow from. */
  readonly programs: string
  /** Packages whose code was built in. */
  readonly packages: readonly Package[]
}

/** The root of cotwin's programs: the folder that holds `core` and `plugins`, built or not. */
export const programsRoot: string = fileURLToPath(new URL('..', import.meta.url))

/** What the build that lies in a folder says of itself; undefined where there are sources. */
export function buildRecord(root: string): BuildRecord | undefined {
  const file = join(root, 'build.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BuildRecord) : undefined
}

/** The folder of a package as Node finds it from another; undefined where it is not installed. */
export function packageFolder(name: string, from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (packageIn(folder)) return realpathSync(folder)
    if (at === dirname(at)) return undefined
  }
}

/** Read from the file, for not every package lets its package.json be imported; undefined where there is none. */
export function packageIn(folder: string): Package | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
  } catch {
    return undefined
  }
}

/**
 * The path of a file of a package that the build copies, since programs read it: in the build, else where it is installed.
 *
 * @throws Error where it is in neither
 */
export function packageFile(name: string, path: string): string {
  const copied = join(programsRoot, 'packages', name, path)
  if (existsSync(copied)) return copied
  const folder = packageFolder(name, programsRoot)
  if (folder === undefined) throw new Error(`the package is incomplete: there is no ${copied}`)
  return join(folder, path)
}
