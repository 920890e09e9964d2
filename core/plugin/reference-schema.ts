import Type from 'typebox'
import type { PluginKind } from './contracts.js'
import type { PluginReference } from './needs.js'

/**
 * Option schema of another plugin: its bare name or `{ plugin, label, options }`.
 *
 * `T` is what stands there once checked. The name and the options are checked against that plugin's own schema.
 */
export const pluginReference = <T = PluginReference>(
  kind: PluginKind,
  description: string,
  defaultName?: string,
) =>
  Type.Unsafe<T>({
    description: `${description} A ${kind} plugin: its name, or { plugin, label, options }.`,
    'x-plugin': kind,
    anyOf: [
      { type: 'string', minLength: 1 },
      {
        type: 'object',
        additionalProperties: false,
        required: ['plugin'],
        properties: {
          plugin: { type: 'string', minLength: 1, description: 'Name of the plugin.' },
          label: {
            type: 'string',
            minLength: 1,
            description: 'What results and figures call it; default its name.',
          },
          options: { type: 'object', description: "The plugin's own options." },
        },
      },
    ],
    ...(defaultName !== undefined && { default: defaultName }),
  })
