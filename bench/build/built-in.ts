import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Metafile } from 'esbuild'
import { type BuildRecord, packageFile } from '../../core/packages.js'
import { hashOfSources } from '../../core/results/fingerprint.js'
import { root } from './assembly.js'

/** Files of packages that programs read (`packageFile`). */
const COPIED = {
  vega: ['build/vega.min.js', 'LICENSE'],
  'vega-embed': ['build/vega-embed.min.js', 'LICENSE'],
}

/** A package of which code was built in. */
interface BuiltIn {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly author?: string | { readonly name: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly folder: string
}

/** Writes what a build says of itself: its sources' hash, the packages that went into it, and their licences. */
export function writeRecords(built: string, { inputs }: Metafile): void {
  const packages = packagesIn(Object.keys(inputs))
  const record: BuildRecord = {
    programs: hashOfSources(root),
    packages: packages.map(({ name, version, dependencies }) => ({
      name,
      version,
      ...(dependencies && { dependencies }),
    })),
  }
  writeFileSync(join(built, 'build.json'), `${JSON.stringify(record)}\n`)
  writeFileSync(join(built, 'THIRD-PARTY-NOTICES.txt'), notices(packages))
  for (const [name, files] of Object.entries(COPIED))
    for (const file of files) {
      const copy = join(built, 'packages', name, file)
      mkdirSync(dirname(copy), { recursive: true })
      // Maps do not come along.
      const text = readFileSync(packageFile(name, file), 'utf8')
      writeFileSync(copy, text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'))
    }
}

/** The packages that these files are of, and those that only their files are copied of, by name. */
function packagesIn(files: readonly string[]): BuiltIn[] {
  const folders = new Set(Object.keys(COPIED).map((name) => join(root, 'node_modules', name)))
  for (const file of files) {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []
    if (folder !== undefined) folders.add(join(root, folder))
  }
  return [...folders]
    .map((folder) => ({ ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), folder }))
    .sort((a: BuiltIn, b: BuiltIn) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

const notices = (packages: readonly BuiltIn[]): string =>
  `cotwin's programs in this folder contain code of the packages below, under their own licences.\n${packages.map(notice).join('')}`

function notice({ name, version, license, author, folder }: BuiltIn): string {
  const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each))
  if (file === undefined && license === undefined) throw new Error(`${name} says nothing of its licence`)
  const by = typeof author === 'object' ? author.name : author
  const text =
    file === undefined
      ? `${by ?? 'its authors'}: ${license}${license === 'Apache-2.0' ? ", whose text is in cotwin's LICENSE" : ''}`
      : readFileSync(join(folder, file), 'utf8').trim()
  return `\n${'-'.repeat(80)}\n${name} ${version}${license === undefined ? '' : ` (${license})`}\n\n${text}\n`
}
