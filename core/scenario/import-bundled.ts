import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Loader, Plugin } from 'esbuild'

/** What stands for a module's own address in code that is put together. */
const OWN_URL = '__cotwin_own_url'

const LOADERS: Readonly<Record<string, Loader>> = {
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
}

/**
 * Imports a plugin that lies, with what it imports by path, where the loader of TypeScript loses its way: it takes a `?`
 * in a folder's name for the end of the path.
 *
 * Its code is put together first. Packages and cotwin stay modules of their own.
 */
export async function importBundled(path: string): Promise<Record<string, unknown>> {
  const { build } = await import('esbuild')
  const url = pathToFileURL(path).href
  const {
    outputFiles: [output],
  } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    conditions: [],
    define: { 'import.meta.url': OWN_URL },
    banner: {
      js: `import { createRequire as __create } from 'node:module'; const require = __create(${JSON.stringify(url)});`,
    },
    logLevel: 'silent',
    plugins: [packagesByAddress],
  })
  return import(`data:text/javascript;base64,${Buffer.from(output!.contents).toString('base64')}`)
}

const ASKED = { asked: true }

/** Where cotwin itself has what is imported from it, for plugins that have no cotwin beside them. */
function ownAddress(specifier: string): string | undefined {
  if (!/^cotwin(\/|$)/.test(specifier)) return undefined
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve(specifier)).href
  } catch {
    return undefined
  }
}

/** Leaves packages where they are, named by their full address, and lets each module know its own. */
const packagesByAddress: Plugin = {
  name: 'packages-by-address',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === ASKED || where.kind === 'entry-point') return undefined
      const found = await build.resolve(path, { ...where, pluginData: ASKED })
      if (found.errors.length > 0) return { path: ownAddress(path) ?? path, external: true }
      if (found.external || where.kind === 'require-call') return { path, external: true }
      return { path: pathToFileURL(found.path).href, external: true }
    })
    build.onLoad({ filter: /./, namespace: 'file' }, async ({ path }) => {
      const loader = LOADERS[extname(path)]
      if (!loader) return undefined
      const text = await readFile(path, 'utf8')
      if (!text.includes('import.meta.url')) return undefined
      return { contents: `const ${OWN_URL} = ${JSON.stringify(pathToFileURL(path).href)}; ${text}`, loader }
    })
  },
}
