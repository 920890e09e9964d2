import { builtInPlugins } from '../../../plugins/index.js'
import { describePlugin, selectPlugins } from '../plugin-list.js'
import { colorsOf, columnsOf, print, printJson } from '../streams.js'
import { pluginsText } from '../terminal/plugins-text.js'

/** `cotwin plugins`: returns the exit code. */
export async function pluginsCommand(
  wanted: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const plugins = selectPlugins(builtInPlugins, wanted).map((plugin) =>
    describePlugin(plugin, builtInPlugins),
  )
  if (json) printJson(plugins)
  else print(pluginsText(plugins, columnsOf(process.stdout), colorsOf(process.stdout)))
  return 0
}
