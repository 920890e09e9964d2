import { builtInPlugins } from '../../../plugins/index.js'
import type { PluginsArguments } from '../options.js'
import { describePlugin, selectPlugins } from '../plugin-list.js'
import { colorsOf, columnsOf, print, printJson } from '../streams.js'
import { pluginNames, pluginsText } from '../terminal/plugins-text.js'

/** `cotwin plugins`: returns the exit code. */
export async function pluginsCommand(
  wanted: string | undefined,
  { json }: PluginsArguments,
): Promise<number> {
  const plugins = selectPlugins(builtInPlugins, wanted).map((plugin) =>
    describePlugin(plugin, builtInPlugins),
  )
  if (json) printJson(plugins)
  else {
    const text = wanted === undefined ? pluginNames : pluginsText
    print(text(plugins, columnsOf(process.stdout), colorsOf(process.stdout)))
  }
  return 0
}
