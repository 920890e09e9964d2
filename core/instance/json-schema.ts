import { PluginRegistry } from '../plugin/registry.js'
import { asNode, type SchemaNode } from '../scenario/schema/annotations.js'
import { editorSchema } from '../scenario/schema/json-schema.js'
import { mapSchema } from '../scenario/schema/written-schema.js'
import { assignmentSchema, instanceSchema } from './schema.js'

const unknown = { clients: undefined, servers: undefined, channels: undefined }

/** The JSON Schema (draft 7) of explicit instances; how long lists are follows from the counts, which it cannot say. */
export const instanceJsonSchema = (registry: PluginRegistry): Record<string, unknown> =>
  editorSchema(described(asNode(instanceSchema(unknown, { head: false, body: false }))), registry, {
    name: 'instance',
    description: 'The network of one round, number by number, for cotwin evaluate; SI units.',
  })

/** The JSON Schema (draft 7) of assignments of an explicit instance. */
export const assignmentJsonSchema = (): Record<string, unknown> =>
  editorSchema(described(asNode(assignmentSchema(unknown))), new PluginRegistry(), {
    name: 'assignment',
    description: "Each client's server and channel, from 0; both -1 for a client that sits out.",
  })

/** What only cotwin reads said in words: units, and what lists hold. */
const described = (schema: SchemaNode): SchemaNode =>
  mapSchema(schema, (node) => {
    const words = [node['x-expected'], node['x-unit'] && `${node['x-unit']}.`].filter(Boolean).join(', ')
    return words && node.description === undefined ? { ...node, description: capitalised(words) } : node
  })

const capitalised = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`
