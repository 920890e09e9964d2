import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { builtInPlugins } from '../../../plugins/index.js'
import { UserError } from '../../errors.js'
import { makeDirectories } from '../../files/make-directory.js'
import type { PluginKind } from '../../plugin/contracts.js'
import { withArticle } from '../../scenario/schema/expected.js'
import { type Packages, pythonStarterOf, starterOf, writeStarter } from '../../starter/index.js'
import type { NewPluginArguments } from '../options.js'
import { note, print, printJson } from '../streams.js'

/** `cotwin new`: returns the exit code. */
export function newCommand(
  kind: string,
  name: string,
  { directory = '.', json, python }: NewPluginArguments,
): number {
  const packages = packagesFor(resolve(directory))
  const starter = python ? pythonStarterOf(kind, name) : starterOf(kind, name, packages)
  if (builtInPlugins.find(kind as PluginKind, name))
    throw new UserError(
      `there is ${withArticle(kind)} "${name}" in cotwin already; expected a name of its own`,
    )
  makeDirectories(directory)
  const { written, kept } = writeStarter(directory, starter)
  const at = (file: string) => join(directory, file)
  if (json) {
    printJson({ directory, written, kept })
    return 0
  }
  print(written.map(at).join('\n'))
  for (const file of kept) note(`${at(file)} was there already and stays as it is`)
  note('')
  if (directory !== '.') note(`cd ${directory}`)
  if (python) {
    const home = dirname(createRequire(import.meta.url).resolve('cotwin/package.json'))
    note(`pip install pytest ${join(home, 'core', 'bridge', 'python')}`)
    note('python -m pytest                    # it keeps its promises')
    note(`npx cotwin run ${name}.yaml`)
    return 0
  }
  for (const line of kept.includes('package.json') ? intoProject(packages) : ['npm install']) note(line)
  note('npm test                            # it keeps its promises')
  note(`npx cotwin run ${name}.yaml`)
  if (written.includes(`${name}.bench.yaml`)) note(`npx cotwin bench ${name}.bench.yaml`)
  return 0
}

/** What a project that was there before takes so that its tests run. */
const intoProject = ({ vitest, typescript, nodeTypes }: Packages): string[] => [
  'npm pkg set type=module scripts.test="vitest run"',
  `npm install --save-dev "vitest@${vitest}" "typescript@${typescript}" "@types/node@${nodeTypes}"`,
]

/** This installation of cotwin: as its project names it where it came as a package, by its place where it is a checkout. */
function packagesFor(directory: string): Packages {
  const file = createRequire(import.meta.url).resolve('cotwin/package.json')
  const { version, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    version: string
    devDependencies: Record<'typescript' | 'vitest' | '@types/node', string>
  }
  const home = dirname(file)
  const seenFrom = (path: string) => `file:${relative(directory, path).split(sep).join('/')}`
  const installed = home.split(sep).includes('node_modules')
  return {
    cotwin: installed
      ? (installedFrom(resolve(home, '..', '..'), seenFrom) ?? `^${version}`)
      : seenFrom(home),
    typescript: devDependencies.typescript,
    vitest: devDependencies.vitest,
    nodeTypes: devDependencies['@types/node'],
  }
}

/** The tarball or folder that a project has cotwin from, if it is no version in a registry. */
function installedFrom(project: string, seenFrom: (path: string) => string): string | undefined {
  const file = join(project, 'package.json')
  if (!existsSync(file)) return undefined
  const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string> | undefined
  >
  const written = dependencies?.cotwin ?? devDependencies?.cotwin
  return written?.startsWith('file:') ? seenFrom(resolve(project, written.slice('file:'.length))) : undefined
}
