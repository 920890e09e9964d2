import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** The module's own file: unbuilt, it is TypeScript, whatever its import says. */
export const workerModule = (path: string, importer: string): URL =>
  new URL(importer.endsWith('.ts') ? path.replace(/\.js$/, '.ts') : path, importer)

/** What a worker thread that loads these modules is started with: something that teaches it TypeScript where it needs to know. */
export const workerExecArgv = (modules: readonly URL[]): string[] =>
  modules.some(({ pathname }) => /\.[cm]?ts$/.test(pathname)) ? ['--import', typescriptLoader()] : []

/** `--import tsx` itself acts in main threads only. */
function typescriptLoader(): string {
  const commonJs = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api'))
  const api = JSON.stringify(new URL('./index.mjs', commonJs).href)
  return `data:text/javascript,${encodeURIComponent(`import { register } from ${api}; register()`)}`
}
