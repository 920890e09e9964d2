import { resolve } from 'node:path'
import { builtInPlugins } from '../../../plugins/index.js'
import type { CheckResult } from '../../conformance/index.js'
import { UserError } from '../../errors.js'
import type { AnyPlugin } from '../../plugin/definition.js'
import { resolveReference } from '../../plugin/options.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { checkReferences } from '../../scenario/checks/references.js'
import { isPath, loadOutsidePlugins } from '../../scenario/outside-plugins.js'
import { inOrder, placeDiagnostic } from '../../scenario/tree/diagnostic.js'
import { mapOf, plain, type Source } from '../../scenario/tree/source-node.js'
import { parseYaml } from '../../scenario/tree/yaml-tree.js'
import type { CheckPluginArguments } from '../options.js'
import { colorsOf, columnsOf, print, printJson } from '../streams.js'
import { checksText } from '../terminal/checks-text.js'
import { watchOver } from '../watchdog.js'

/** What a single check may take. */
const LIMIT_SECONDS = Number(process.env.COTWIN_CHECK_SECONDS ?? 60)

/** `cotwin check-plugin`: returns the exit code, 2 where a promise is not kept. */
export async function checkPluginCommand(
  file: string,
  { options = '{}', size, json }: CheckPluginArguments,
): Promise<number> {
  const { plugin, registry } = await load(file)
  const given = checkedOptions(options, plugin, registry, isPython(file) ? { program: resolve(file) } : {})
  // Loaded here, since nobody else needs it: it brings the models' tensors along.
  const { checksOf, runChecks } = await import('../../conformance/index.js')
  const watchdog = watchOver(LIMIT_SECONDS)
  const results = await runChecks(
    checksOf(plugin, {
      options: given,
      registry,
      directory: process.cwd(),
      ...(size && { size: { clients: size[0], servers: size[1], channels: size[2] } }),
    }),
    watchdog.at,
  )
  watchdog.end()
  const { kind, name } = plugin
  if (json) printJson({ kind, name, ok: isFine(results), checks: results })
  else {
    print(checksText({ kind, name }, results, columnsOf(process.stdout), colorsOf(process.stdout)))
  }
  return isFine(results) ? 0 : 2
}

const isFine = (results: readonly CheckResult[]): boolean =>
  results.every(({ outcome }) => outcome !== 'failed')

/** A file that the plugin `python` runs. */
const isPython = (file: string): boolean => file.endsWith('.py')

/** The plugin of a file or package, with a registry of it and the built-in ones. */
async function load(written: string): Promise<{ plugin: AnyPlugin; registry: PluginRegistry }> {
  if (isPython(written))
    return { plugin: builtInPlugins.get('scheduler', 'python'), registry: builtInPlugins }
  const source: Source = { name: written, directory: process.cwd() }
  const entry = { written: isPath(written) ? resolve(written) : written, origin: { source } }
  const { registry, problems } = await loadOutsidePlugins([entry], builtInPlugins)
  if (problems.length > 0)
    throw new UserError(
      inOrder(problems, [source]).map(({ message, ...rest }) => ({
        ...rest,
        message: message.replace(/^the plugin "[^"]*": /, ''),
      })),
    )
  const plugin = registry.list().at(-1)!
  return { plugin, registry }
}

/** The options written on the command line, checked against the plugin's own schema. */
function checkedOptions(
  text: string,
  plugin: AnyPlugin,
  registry: PluginRegistry,
  own: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const source: Source = { name: '--options', directory: process.cwd() }
  const { tree, problems } = parseYaml(text, source)
  if (problems.length > 0) throw new UserError(inOrder(problems, [source]))
  const written = tree === undefined ? {} : plain(tree)
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    throw new UserError({
      message: 'expected a mapping of option names to values',
      place: { file: source.name },
    })
  const options: Record<string, unknown> = { ...written, ...own }
  const root = mapOf({ source }, [['options', { key: { source }, value: tree ?? mapOf({ source }, []) }]])
  const resolved = resolveReference(registry, plugin.kind, { plugin: plugin.name, options })
  const diagnostics = checkReferences({ 'x-plugin': plugin.kind }, resolved, registry)
  if (diagnostics.length > 0)
    throw new UserError(
      inOrder(
        diagnostics.map((diagnostic) => placeDiagnostic(root, diagnostic)),
        [source],
      ),
    )
  return options
}
