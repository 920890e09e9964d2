import type { PluginRegistry } from '../../plugin/registry.js'
import { editorSchema } from '../../scenario/schema/json-schema.js'
import { suiteSchema } from './schema.js'

/** The JSON Schema (draft 7) of suite files, for editors. */
export const suiteJsonSchema = (registry: PluginRegistry): Record<string, unknown> =>
  editorSchema(suiteSchema, registry, {
    name: 'suite',
    description: 'Schedulers × scenarios × seeds to compare, and what is claimed of them.',
  })
