import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readingFailed, UnreadableFile } from '../files/read-text.js'
import { nearestName } from '../nearest.js'
import { type PluginKind, pluginFolders } from '../plugin/contracts.js'
import type { AnyPlugin } from '../plugin/definition.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { validatorOf } from './checks/validate.js'
import { importBundled } from './import-bundled.js'
import { bundlePlugin, type PluginBundle, UnbundlablePlugin } from './plugin-bundle.js'
import { asNode } from './schema/annotations.js'
import { withArticle } from './schema/expected.js'
import { importShipped, readShipped } from './shipped-plugin.js'
import type { PlacedProblem } from './tree/diagnostic.js'
import type { Origin } from './tree/source-node.js'

/** A plugin named in `plugins:`. */
export interface PluginEntry {
  /** A path or a package's name, as written. */
  readonly written: string
  readonly origin: Origin
}

/** What came of loading the plugins that a scenario names by path. */
export interface OutsidePlugins {
  /** The registry with the plugins added. */
  readonly registry: PluginRegistry
  /** The code of each, with what it imports. */
  readonly bundles: readonly PluginBundle[]
  readonly problems: readonly PlacedProblem[]
}

/** Whether an entry of `plugins:` is a path; anything else names a package. */
export const isPath = (written: string): boolean =>
  /^\.{1,2}[/\\]/.test(written) || isAbsolute(written) || /\.[cm]?[jt]s$/.test(written)

/** Loads the plugins that a scenario brings; each that cannot be loaded is a problem where it was named. */
export async function loadOutsidePlugins(
  entries: readonly PluginEntry[],
  builtIn: PluginRegistry,
): Promise<OutsidePlugins> {
  const bundles: PluginBundle[] = []
  const seen = new Set<string>()
  const problems: PlacedProblem[] = []
  let registry = builtIn
  for (const { written, origin } of entries) {
    const { directory } = origin.source
    const path = isPath(written) ? resolve(directory, written) : undefined
    if (seen.has(path ?? written)) continue
    seen.add(path ?? written)
    try {
      if (path) await checkReadable(path)
      const shipped = path ? await readShipped(path) : undefined
      const plugin = asPlugin(await importFrom(path, written, directory, shipped))
      bundles.push(shipped ?? (await bundleOf(path, written, directory)))
      if (registry.find(plugin.kind, plugin.name)) {
        throw new UnusablePlugin(
          `there is ${withArticle(plugin.kind)} plugin "${plugin.name}" already; give it another name`,
        )
      }
      registry = registry.with([plugin])
    } catch (error) {
      if (!(error instanceof UnusablePlugin || error instanceof UnreadableFile)) throw error
      const { message, suggestion } = error
      problems.push({
        origin,
        message: `the plugin "${written}": ${message}`,
        ...(suggestion !== undefined && { suggestion }),
      })
    }
  }
  return { registry, bundles, problems }
}

class UnusablePlugin extends Error {
  readonly suggestion: string | undefined

  constructor(message: string, suggestion?: string) {
    super(message)
    this.suggestion = suggestion
  }
}

async function checkReadable(path: string): Promise<void> {
  try {
    await readFile(path)
  } catch (error) {
    throw readingFailed(path, error)
  }
}

/** The code of a plugin that could be imported. */
async function bundleOf(path: string | undefined, written: string, directory: string): Promise<PluginBundle> {
  try {
    return path
      ? await bundlePlugin(`./${basename(path)}`, dirname(path))
      : await bundlePlugin(written, directory)
  } catch (error) {
    if (isCompilerGone(error)) throw new UnusablePlugin(COMPILER_GONE)
    if (!(error instanceof UnbundlablePlugin)) throw error
    throw new UnusablePlugin(
      `its code cannot be put together, so that changes would go unnoticed: ${firstLines(error)}`,
    )
  }
}

/** A terminal sends Ctrl-C to all processes of a command, so to the compiler's, too. */
const isCompilerGone = (error: unknown): boolean =>
  /The service (was stopped|is no longer running)/.test(String(error))

const COMPILER_GONE = 'the process that compiles it was ended, as Ctrl-C does, before it was loaded'

/** The default export of a file or package, TypeScript included. */
async function importFrom(
  path: string | undefined,
  written: string,
  directory: string,
  shipped: PluginBundle | undefined,
): Promise<unknown> {
  const parentURL = pathToFileURL(join(directory, 'scenario.yaml')).href
  const specifier = path ? pathToFileURL(path).href : written
  try {
    if (shipped) return (await importShipped(shipped)).default
    // Only here, since few scenarios bring plugins and the compiler takes its time to load.
    const { tsImport } = await import('tsx/esm/api')
    const lost = await entryIfLost(path, written, directory)
    const module = lost ? await importBundled(lost) : await tsImport(specifier, { parentURL })
    // A TypeScript file outside any ES module package arrives wrapped once more.
    return module.default?.default ?? module.default
  } catch (error) {
    if (!path && isMissing(error, written)) {
      throw new UnusablePlugin(
        `no such package is in reach of ${directory}; a file is named by its path, ./${written}`,
      )
    }
    const reason = firstLines(error)
    if (isCompilerGone(error)) throw new UnusablePlugin(COMPILER_GONE)
    const hint = /Cannot find (package|module) 'cotwin[/']/.test(reason)
      ? '; npm install cotwin beside it'
      : ''
    throw new UnusablePlugin(`it threw while loading: ${reason}${hint}`)
  }
}

/** The file of a plugin where tsx cannot load it: in a folder with a `?` in its name. */
async function entryIfLost(
  path: string | undefined,
  written: string,
  directory: string,
): Promise<string | undefined> {
  if (path) return path.includes('?') ? path : undefined
  if (!directory.includes('?')) return undefined
  const { entry } = await bundlePlugin(written, directory)
  return existsSync(entry) ? entry : undefined
}

const isMissing = (error: unknown, name: string): boolean =>
  /ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND/.test(String((error as NodeJS.ErrnoException).code)) &&
  String((error as Error).message).includes(`'${name}'`)

/** The message of what a module threw, without loader queries and stacks. */
function firstLines(error: unknown): string {
  const message =
    error instanceof Error
      ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`
      : String(error)
  return message
    .replace(/\?(tsx-)?namespace=[\w-]+/g, '')
    .replace(/\nRequire stack:[\s\S]*/, '')
    .split('\n')
    .slice(0, 3)
    .join(' ')
    .slice(0, 400)
}

/** What `definePlugin` returns, as far as data can tell; says what is missing otherwise. */
function asPlugin(value: unknown): AnyPlugin {
  if (typeof value !== 'object' || value === null || !('kind' in value || 'create' in value)) {
    throw new UnusablePlugin(
      'it has no default export that is a plugin; expected export default definePlugin({ … })',
    )
  }
  const plugin = value as Partial<AnyPlugin>
  const kinds = Object.keys(pluginFolders)
  if (!kinds.includes(plugin.kind as PluginKind)) {
    const kind = String(plugin.kind)
    throw new UnusablePlugin(
      `its kind is "${kind}"; expected one of ${kinds.join(', ')}`,
      nearestName(kind, kinds),
    )
  }
  if (typeof plugin.name !== 'string' || plugin.name === '') throw new UnusablePlugin('it has no name')
  if (typeof plugin.create !== 'function') throw new UnusablePlugin('it has no function create')
  if (typeof plugin.options !== 'object' || plugin.options === null) {
    throw new UnusablePlugin('it has no options; expected a JSON Schema, empty where there are none')
  }
  const options = asNode(plugin.options)
  if (options.type !== 'object' || options.additionalProperties !== false) {
    throw new UnusablePlugin('its options must be the schema of an object with additionalProperties: false')
  }
  try {
    validatorOf(options)
  } catch (error) {
    throw new UnusablePlugin(`its options are no valid JSON Schema: ${firstLines(error)}`)
  }
  return plugin as AnyPlugin
}
