import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { builtInPackages } from '../../core/packages.js'
import { root } from './assembly.js'

/** Programs that are started or imported by name, by the paths of their sources: each has a door where its source lies. */
const ENTRIES = [
  'core/index',
  'core/kernel/index',
  'core/plugin/index',
  'core/plugin/tensor',
  'core/conformance/index',
  'core/bridge/index',
  'plugins/index',
  'core/cli/main',
  'core/cli/program',
  'core/cli/bench/worker',
  'core/tensor/workers/worker',
]

/** The folder of a build that holds programs. */
const PROGRAMS = 'programs'

/** Packages that stay where they are installed, beside those of `peerDependencies`. */
const APART = [
  // Runs a program of its own that lies beside it.
  'esbuild',
  'piscina',
  'tsx',
  // Loaded only to say what is wrong with a file.
  'ajv',
  // Shared with TensorFlow's binding, and read by whoever compiles a plugin; and a binary beside its program.
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  'cotwin',
]

/**
 * Puts cotwin's programs and most of the packages that they use into few files, which takes two thirds off the time to
 * start; says what went into them. `more` are entries beside those of the package.
 *
 * All entries share their parts, so that a plugin and the command line that loads it see one and the same cotwin.
 */
export async function bundlePrograms(built: string, more: readonly string[] = []): Promise<Metafile> {
  const entries = [...ENTRIES, ...more]
  const { peerDependencies } = packageJson()
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => ({ in: `${entry}.ts`, out: flat(entry) })),
    outdir: join(built, PROGRAMS),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: [...APART, ...Object.keys(peerDependencies)],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as __requireFrom } from 'node:module'; const require = __requireFrom(import.meta.url);",
    },
    plugins: [ownAddresses, required],
  })
  checkPackages(metafile)
  for (const entry of entries) writeDoor(built, entry)
  return metafile
}

const flat = (entry: string): string => entry.replaceAll('/', '-')

/** Programs lie in one folder, and files beside their sources are looked for where these were. */
const ownAddresses: Plugin = {
  name: 'own-addresses',
  setup(build) {
    build.onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const address = `new URL('../${relative(root, path).replaceAll('\\', '/').replace(/ts$/, 'js')}', import.meta.url).href`
      // In quotes it is a word, of code that is made.
      return { contents: text.replaceAll(/(?<!['`])\bimport\.meta\.url\b(?!['`])/g, address), loader: 'ts' }
    })
  },
}

/** Packages in CommonJS that are large. */
const REQUIRED = /^@tensorflow\/tfjs-(core|backend-cpu|backend-wasm)$/

/**
 * Has large packages in CommonJS required: to import them, Node first reads all their text for what they export, which takes
 * a tenth of a second. What they export is looked up here, and is as it is when they are loaded, as with an import.
 */
const required: Plugin = {
  name: 'required',
  setup(build) {
    const require = createRequire(import.meta.url)
    build.onResolve({ filter: REQUIRED }, ({ path, kind }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'required' },
    )
    build.onLoad({ filter: REQUIRED, namespace: 'required' }, ({ path }) => {
      const names = Object.keys(require(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name))
      return { contents: `export const { ${names.join(', ')} } = require(${JSON.stringify(path)})` }
    })
  },
}

/** A file where the source of an entry lies, which leads to its program: addresses of modules stay as they are. */
function writeDoor(built: string, entry: string): void {
  const file = join(built, `${entry}.js`)
  const program = `${relative(dirname(entry), PROGRAMS).replaceAll('\\', '/')}/${flat(entry)}.js`
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(
    file,
    entry === 'core/cli/main'
      ? `#!/usr/bin/env node\nimport '${program}'\n`
      : `export * from '${program}'\n${entry.endsWith('worker') ? `export { default } from '${program}'\n` : ''}`,
  )
}

/** Throws where a package is built in that is in no list: users would miss it, or get it twice. */
function checkPackages({ inputs }: Metafile): void {
  const listed = new Set([...builtInPackages, ...Object.keys(packageJson().dependencies)])
  for (const [file, { imports }] of Object.entries(inputs)) {
    if (file.includes('node_modules')) continue
    for (const { original = '', path } of imports) {
      const name = /^(?:@[^/]+\/)?[^./][^/]*/.exec(original)?.[0]
      if (path.includes('node_modules') && name !== undefined && !listed.has(name))
        throw new Error(`${file} imports ${name}: it belongs to the dependencies or to builtInPackages`)
    }
  }
}

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const packageJson = (): PackageJson => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
