import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join, resolve, sep } from 'node:path'
import type { Plugin, PluginBuild } from 'esbuild'
import { sha256Of } from '../files/hash.js'

/** The code that a plugin consists of: its own, and all that it imports but cotwin and Node. */
export interface PluginBundle {
  /** SHA-256 of that code, comments left out; the same wherever it lies. */
  readonly sha256: string
  /** The file that the plugin comes from, absolute. */
  readonly entry: string
  /** The code itself, an ES module. */
  readonly code: string
}

/** Why the code of a plugin could not be put together, in words for the user. */
export class UnbundlablePlugin extends Error {}

/**
 * Puts the code of a plugin together and hashes it: `specifier`, a relative path or a package's name, as seen from a
 * directory.
 *
 * What is imported by a name that is worked out, and files that are read, are not seen.
 */
export async function bundlePlugin(specifier: string, directory: string): Promise<PluginBundle> {
  // Only here, since few scenarios bring plugins.
  const { build } = await import('esbuild')
  try {
    const {
      outputFiles: [output],
      metafile,
    } = await build({
      stdin: { contents: `export { default } from ${JSON.stringify(specifier)}`, resolveDir: directory },
      absWorkingDir: directory,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      // As Node resolves: without "module", which bundlers add.
      conditions: [],
      // What a package says of its side effects decides what bundlers leave out, and not what Node runs.
      treeShaking: false,
      ignoreAnnotations: true,
      minifyWhitespace: true,
      legalComments: 'none',
      logLevel: 'silent',
      plugins: [asNodeFindsThem],
    })
    const [entry] = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ original }) => original === specifier),
    )
    return {
      sha256: sha256Of(output!.contents),
      entry: resolve(directory, entry!.path),
      code: output!.text,
    }
  } catch (error) {
    const { errors } = error as { errors?: readonly { text: string; location: Location | null }[] }
    const [first] = errors ?? []
    if (!first) throw error
    const { text, location } = first
    const where = location ? `${resolve(directory, location.file)}:${location.line}: ` : ''
    throw new UnbundlablePlugin(`${where}${text}`)
  }
}

interface Location {
  readonly file: string
  readonly line: number
}

/** What is handed on with a question to esbuild, lest it be asked again. */
const ASKED = { asked: true }

const LANGUAGES = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx', '.json']

/**
 * Leaves out cotwin itself, whose programs are hashed elsewhere, and what is not there, which may never be asked for;
 * takes files in no language, such as WebAssembly, as bytes.
 */
const asNodeFindsThem: Plugin = {
  name: 'as-node-finds-them',
  setup(build: PluginBuild) {
    build.onResolve({ filter: /./ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === ASKED) return undefined
      const found = await build.resolve(path, { ...where, pluginData: ASKED })
      const missing = found.errors.length > 0
      if (missing || (/^cotwin(\/|$)/.test(path) && isOurs(found.path))) return { path, external: true }
      return { ...found, pluginData: undefined }
    })
    build.onLoad({ filter: /./, namespace: 'file' }, async ({ path }) =>
      LANGUAGES.includes(extname(path)) ? undefined : { contents: await readFile(path), loader: 'binary' },
    )
  },
}

/** Whether a file is of the cotwin that runs, and not of another that a plugin has beside it. */
const isOurs = (path: string): boolean => path.startsWith(join(ownRoot, sep))

const ownRoot = dirname(createRequire(import.meta.url).resolve('cotwin/package.json'))
