import { shownDefault } from '../../scenario/schema/keys.js'
import { largestOf } from '../../statistics/extremes.js'
import type { OptionDescription, PluginDescription } from '../plugin-list.js'
import type { colorsOf } from '../streams.js'
import { wrap } from './wrap.js'

type Colors = ReturnType<typeof colorsOf>

/** The names of plugins by kind, each with its summary, and how to be told more. */
export function pluginNames(plugins: readonly PluginDescription[], columns: number, colors: Colors): string {
  const kinds = [...new Set(plugins.map(({ kind }) => kind))]
  const width = largestOf(plugins.map(({ name }) => name.length)) + 4
  const sections = kinds.map((kind) => {
    const lines = plugins
      .filter((plugin) => plugin.kind === kind)
      .flatMap(({ name, summary }) => {
        const [first = '', ...more] = wrap(summary, columns, width)
        return [`  ${colors.bold(name.padEnd(width - 2))}${first.trimStart()}`, ...more]
      })
    return [colors.underline(kind), ...lines].join('\n')
  })
  const more = 'cotwin plugins NAME, or KIND, tells options, defaults and units'
  return [...sections, colors.dim(more)].join('\n\n')
}

/** Plugins by kind, each with its summary and its options. */
export function pluginsText(plugins: readonly PluginDescription[], columns: number, colors: Colors): string {
  const kinds = [...new Set(plugins.map(({ kind }) => kind))]
  return kinds
    .map((kind) => {
      const ofKind = plugins.filter((plugin) => plugin.kind === kind)
      return [colors.underline(kind), ...ofKind.map((plugin) => pluginText(plugin, columns, colors))].join(
        '\n\n',
      )
    })
    .join('\n\n')
}

function pluginText(plugin: PluginDescription, columns: number, colors: Colors): string {
  const { name, tier, tierByOptions, summary, options } = plugin
  const tierText =
    tier === undefined ? '' : `  tier ${tier}${tierByOptions ? ', more or less by its options' : ''}`
  const width = largestOf([0, ...options.map((option) => option.name.length)])
  return [
    `  ${colors.bold(name)}${tierText}`,
    ...wrap(summary, columns, 4),
    ...options.flatMap((option) => optionLines(option, width, columns, colors)),
  ].join('\n')
}

/** The option's name, beside it what it takes and below that what it does. */
function optionLines(option: OptionDescription, width: number, columns: number, colors: Colors): string[] {
  const { name, expected, required, description } = option
  const initial = option.default
  const otherwise =
    initial === undefined ? (required ? '; required' : '') : `; default ${shownDefault(initial)}`
  const [first = '', ...more] = wrap(`${expected}${otherwise}`, columns, width + 8)
  const described = wrap(description, columns, width + 8)
  return [
    `      ${colors.cyan(name.padEnd(width))}  ${first.trimStart()}`,
    ...more,
    ...described.map((line) => colors.dim(line)),
  ]
}
