import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { buildRecord, builtInPackages, programsRoot } from '../packages.js'
import { installedPackages } from './installed-packages.js'

const require = createRequire(import.meta.url)

/** Parts that no figure of a run follows from. */
const withoutInfluence = ['campaign', 'cli', 'conformance', 'index', 'instance', 'report', 'starter', 'suite']
/** What of a suite its cells follow from. */
const ofCells = /^suite[\\/]execution[\\/](address|run-cell|cell-rows|cell-tables|cells|trainings)\./

/** Packages that print, draw and start threads. */
const withoutInfluenceFrom = [
  'cli-progress',
  'cli-table3',
  'commander',
  'picocolors',
  'piscina',
  'vega',
  'vega-embed',
  'vega-lite',
]

let known: string | undefined

/**
 * What runs are computed with: cotwin's version, its programs as they were when this was first asked for, WebAssembly
 * and weights included, and the versions of the packages that they use. SHA-256, hex.
 *
 * The version alone would keep results of code that was mended since. Packages that are installed on some machines only
 * are left out, as processors are.
 */
export function fingerprint(): string {
  known ??= fingerprintOf(programsRoot)
  return known
}

/** Programs as they were at some time; a build may have replaced them since. */
export interface Programs {
  /** The folder that holds `core` and `plugins`, built or not. */
  readonly root: string
  readonly fingerprint: string
}

/** The programs that run here. */
export const ownPrograms = (): Programs => ({ root: programsRoot, fingerprint: fingerprint() })

let last: { readonly stamp: string; readonly hash: string } | undefined

/** The fingerprint of the programs under a folder: the same for sources and for what was built from them. */
export function fingerprintOf(root: string): string {
  packages ??= packagesWithInfluence()
  const programs = buildRecord(root)?.programs ?? hashOfSources(root)
  return createHash('sha256').update(packages.join('\n')).update(`\n${programs}\n`).digest('hex')
}

/** SHA-256 of the sources under a folder that figures of a run follow from. */
export function hashOfSources(root: string): string {
  const files = ['core', 'plugins'].flatMap((folder) => programsIn(root, folder))
  const stamp = JSON.stringify([root, files.map((file) => stampOf(join(root, file)))])
  if (last?.stamp === stamp) return last.hash
  const hash = createHash('sha256')
  for (const file of files) {
    const text = readFileSync(join(root, file))
    hash.update(`\n${file.replaceAll('\\', '/')} ${text.length}\n`).update(text)
  }
  last = { stamp, hash: hash.digest('hex') }
  return last.hash
}

let packages: readonly string[] | undefined

/** cotwin itself and what it computes with, as `name@version`. */
function packagesWithInfluence(): string[] {
  const { version, dependencies } = require('cotwin/package.json') as Package
  const names = [...Object.keys(dependencies), ...builtInPackages].filter(
    (name) => !withoutInfluenceFrom.includes(name),
  )
  return [`cotwin@${version}`, ...installedPackages(names)]
}

interface Package {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}

/** Everything but maps, types and texts for people. */
const programsIn = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(js|ts|wasm|safetensors)$/.test(file) && !file.endsWith('.d.ts'))
    .filter((file) => folder !== 'core' || hasInfluence(file))
    .map((file) => join(folder, file))
    .sort()

const hasInfluence = (file: string): boolean =>
  !withoutInfluence.includes(file.split(/[\\/.]/)[0]) || ofCells.test(file)

/** What changes with a file's contents, without reading them. */
function stampOf(path: string): string {
  const { size, mtimeMs, ctimeMs, ino } = statSync(path)
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
}
